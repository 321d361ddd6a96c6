import Foundation
import KhienCoding
import KhienModel
import Testing

/// Bodies that are made to cost too much.
@Suite("Limits of content codings", .enabled(if: Tools.arePresent, "\(Tools.comment)"))
struct ContentLimitTests {
    static let commands: [(ContentCoding, [String])] = [
        (.gzip, ["gzip", "-9c"]), (.brotli, ["brotli", "-c"]), (.zstd, ["zstd", "-19cq"]),
    ]

    @Test("Ten megabytes of zeros are a bomb")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 10 << 20)
        for (coding, command) in Self.commands {
            let packed = try Tools.run(command, zeros)
            let result = try decode(packed, codings(coding), .whole(16384))
            #expect(result.error == .bomb)
            #expect(result.bytes.count > Limits.Coding.expansionFreeBytesMax)
            #expect(result.bytes.count <= Limits.Coding.expansionFreeBytesMax + 16384)
        }
        #expect(ContentError(.bomb).kind == .overLimit)
        // A bomb inside a bomb: the outer coding counts as well.
        let twice = try Tools.run(["gzip", "-9c"], try Tools.run(["gzip", "-9c"], zeros))
        #expect(try decode(twice, codings(.gzip, .gzip)).error == .bomb)
        let idle = try Tools.run(
            [
                "python3", "-c",
                "import zlib,sys;c=zlib.compressobj(9,8,-15);"
                    + "sys.stdout.buffer.write(c.compress(b'\\0\\0\\0\\xff\\xff'*2000000)+c.flush())",
            ],
            [])
        // Empty stored blocks without end, packed: the second coding writes nothing.
        let nothing = try decode(idle, codings(.deflate, .deflate))
        #expect(nothing.error == .bomb)
        #expect(nothing.bytes.isEmpty)
    }

    @Test("The ratio holds from the free size on, and not before")
    func ratio() throws {
        let zeros = [UInt8](repeating: 0, count: 100_000)
        let packed = try Tools.run(["gzip", "-9c"], zeros)
        var limits = ContentLimits()
        limits.expansionRatioMax = 10
        limits.expansionFreeBytesMax = zeros.count
        #expect(try decode(packed, codings(.gzip), limits: limits).error == nil)
        limits.expansionFreeBytesMax = zeros.count - 1
        #expect(try decode(packed, codings(.gzip), limits: limits).error == .bomb)
        limits.expansionRatioMax = zeros.count / packed.count + 1
        #expect(try decode(packed, codings(.gzip), limits: limits).error == nil)
    }

    @Test("The content may be as large as its limit, and no larger")
    func outputBytes() throws {
        let body = ContentDecoderTests.large()
        var limits = ContentLimits()
        for (coding, command) in Self.commands {
            let packed = try Tools.run(command, body)
            limits.outputBytesMax = body.count
            #expect(try decode(packed, codings(coding), limits: limits) == Decoded(bytes: body))
            limits.outputBytesMax = body.count - 1
            let result = try decode(packed, codings(coding), limits: limits)
            #expect(result.error == .outputTooLarge)
            #expect(body.starts(with: result.bytes))
        }
    }

    @Test("A zstd window of eight megabytes is taken, a larger one is not")
    func zstdWindow() throws {
        var generator = SeededGenerator(seed: 5)
        var body = [UInt8](repeating: 0, count: 12 << 20)
        for index in stride(from: 0, to: body.count, by: 3) {
            body[index] = UInt8(truncatingIfNeeded: generator.next())
        }
        let atLimit = try Tools.run(["zstd", "-1cq", "--long=23"], body)
        let result = try decode(atLimit, codings(.zstd), .whole(65536))
        #expect(result == Decoded(bytes: body))
        #expect(result.memoryPeakBytes <= Limits.Coding.zstdMemoryBytesMax)
        #expect(result.memoryPeakBytes > 8 << 20)
        let past = try Tools.run(["zstd", "-1cq", "--long=24"], body)
        #expect(try decode(past, codings(.zstd)).error == .windowTooLarge)
    }

    @Test("A brotli window of sixteen megabytes stays within its memory")
    func brotliWindow() throws {
        var generator = SeededGenerator(seed: 6)
        var body = [UInt8](repeating: 0, count: 20 << 20)
        for index in stride(from: 0, to: body.count, by: 2) {
            body[index] = UInt8(truncatingIfNeeded: generator.next())
        }
        let packed = try Tools.run(["brotli", "-c", "-q", "1", "-w", "24"], body)
        let result = try decode(packed, codings(.brotli), .every(16384, of: packed.count))
        #expect(result == Decoded(bytes: body))
        #expect(result.memoryPeakBytes <= Limits.Coding.brotliMemoryBytesMax)
        #expect(result.memoryPeakBytes > 16 << 20)
        // Windows past RFC 7932 are refused.
        let large = try Tools.run(
            ["brotli", "-c", "-q", "5", "--large_window=28"], Array(body[..<(1 << 20)]))
        #expect(try decode(large, codings(.brotli)).error == .damaged)
    }

    @Test("A gzip header may be long, and not endless")
    func gzipHeader() throws {
        let packed = try Tools.run(["gzip", "-nc"], ContentDecoderTests.small)
        func named(_ count: Int) -> [UInt8] {
            var result = packed
            result[3] |= 0x08
            result.insert(contentsOf: [UInt8](repeating: 0x61, count: count) + [0], at: 10)
            return result
        }
        let longest = Limits.Coding.gzipHeaderBytesMax - 11
        let expected = Decoded(bytes: ContentDecoderTests.small)
        #expect(try decode(named(longest), codings(.gzip)) == expected)
        #expect(try decode(named(longest + 1), codings(.gzip)).error == .headerTooLong)
    }

    /// Chromium 156 shows such bodies.
    @Test("Reserved flags of gzip mean nothing", arguments: [0x20, 0x40, 0x80, 0xE0] as [UInt8])
    func reservedFlags(_ flags: UInt8) throws {
        var packed = try Tools.run(["gzip", "-nc"], ContentDecoderTests.small)
        packed[3] |= flags
        let expected = Decoded(bytes: ContentDecoderTests.small)
        #expect(try decode(packed, codings(.gzip)) == expected)
        #expect(try decode(packed, codings(.gzip), .every(1, of: packed.count)) == expected)
    }

    @Test("A dictionary that nobody has is named")
    func dictionary() throws {
        let wrapped = try Tools.python(
            """
            import sys,zlib
            c=zlib.compressobj(6,8,15,8,0,b'some words')
            sys.stdout.buffer.write(c.compress(b'some words and more')+c.flush())
            """)
        #expect(try decode(wrapped, codings(.deflate)).error == .dictionaryNeeded)
    }

    @Test("Random bytes never do more than fail")
    func noise() throws {
        var generator = SeededGenerator(seed: 9)
        for round in 0..<400 {
            let coding = ContentCoding.allCases[round % 4]
            var bytes = (0..<generator.below(300)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
            if coding == .gzip { bytes = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3] + bytes }
            if coding == .zstd { bytes = [0x28, 0xB5, 0x2F, 0xFD] + bytes }
            let whole = try decode(bytes, codings(coding))
            let cut = try decode(bytes, codings(coding), .every(1, of: bytes.count))
            #expect(whole.error == cut.error, "\(coding) \(bytes)")
            #expect(whole.notes == cut.notes, "\(coding) \(bytes)")
        }
    }
}
