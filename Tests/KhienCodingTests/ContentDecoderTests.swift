import Foundation
import KhienCoding
import KhienModel
import Testing

/// Every coding against the program that everyone uses to make it, cut in every way.
@Suite("Content codings", .enabled(if: Tools.arePresent, "\(Tools.comment)"))
struct ContentDecoderTests {
    struct Form: CustomTestStringConvertible {
        let name: String
        let coding: ContentCoding
        let command: [String]
        var testDescription: String { name }
    }

    static let forms: [Form] = [
        Form(name: "gzip", coding: .gzip, command: ["gzip", "-c"]),
        Form(
            name: "gzip with name and comment", coding: .gzip,
            command: [
                "python3", "-c",
                """
                import sys,zlib,struct
                d=sys.stdin.buffer.read(); c=zlib.compressobj(9,8,-15); b=c.compress(d)+c.flush()
                h=bytes([31,139,8,2|4|8|16])+bytes(6)+struct.pack('<H',5)+b'extra'+b'na\\0'+b'co\\0'
                h+=struct.pack('<H',zlib.crc32(h)&0xffff)
                sys.stdout.buffer.write(h+b+struct.pack('<II',zlib.crc32(d),len(d)&0xffffffff))
                """,
            ]),
        Form(
            name: "deflate, zlib", coding: .deflate,
            command: [
                "python3", "-c",
                "import sys,zlib;sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))",
            ]),
        Form(
            name: "deflate, bare", coding: .deflate,
            command: [
                "python3", "-c",
                """
                import sys,zlib
                c=zlib.compressobj(6,8,-15)
                sys.stdout.buffer.write(c.compress(sys.stdin.buffer.read())+c.flush())
                """,
            ]),
        Form(name: "br", coding: .brotli, command: ["brotli", "-c", "-q", "9"]),
        Form(name: "zstd", coding: .zstd, command: ["zstd", "-cq", "-19"]),
    ]

    static let small = [UInt8]("<p>Trường học: một hai ba, một hai ba.</p>\n".utf8)

    static func large() -> [UInt8] {
        var generator = SeededGenerator(seed: 7)
        let words = "trường học sinh viên thầy giáo <div class=\"a\"> </div> nghỉ hè".split(
            separator: " ")
        var result: [UInt8] = []
        while result.count < 400_000 {
            result += words[generator.below(words.count)].utf8
            result.append(0x20)
            if generator.below(20) == 0 { result.append(UInt8(generator.below(256))) }
        }
        return result
    }

    @Test("A small body, cut at every byte", arguments: forms)
    func cutAtEveryByte(_ form: Form) throws {
        let packed = try Tools.run(form.command, Self.small)
        let whole = Decoded(bytes: Self.small)
        for place in 0...packed.count {
            #expect(try decode(packed, codings(form.coding), .once(at: place)) == whole)
        }
        for outputBytes in [1, 2, 7] {
            let cuts = Cuts.every(1, of: packed.count, outputBytes: outputBytes)
            #expect(try decode(packed, codings(form.coding), cuts) == whole)
        }
    }

    @Test("A large body, cut at random", arguments: forms)
    func cutAtRandom(_ form: Form) throws {
        let large = Self.large()
        let packed = try Tools.run(form.command, large)
        var generator = SeededGenerator(seed: 11)
        for outputBytes in [100, 4096, 16384, 500_000] {
            let cuts = Cuts.random(&generator, of: packed.count, outputBytes: outputBytes)
            let result = try decode(packed, codings(form.coding), cuts)
            #expect(result == Decoded(bytes: large))
            let limit =
                switch form.coding {
                case .gzip, .deflate: Limits.Coding.inflateMemoryBytesMax
                case .brotli: Limits.Coding.brotliMemoryBytesMax
                case .zstd: Limits.Coding.zstdMemoryBytesMax
                }
            #expect(result.memoryPeakBytes > 0)
            #expect(result.memoryPeakBytes <= limit)
        }
    }

    @Test("No bytes are no text and no fault", arguments: forms)
    func empty(_ form: Form) throws {
        #expect(try decode([], codings(form.coding)) == Decoded())
        let packed = try Tools.run(form.command, [])
        #expect(try decode(packed, codings(form.coding)) == Decoded())
    }

    @Test("A body that ends early gives its beginning and a note", arguments: forms)
    func truncated(_ form: Form) throws {
        let original = Array(Self.large().prefix(3000))
        let packed = try Tools.run(form.command, original)
        for length in 1..<packed.count {
            let result = try decode(Array(packed[..<length]), codings(form.coding))
            #expect(result.error == nil)
            #expect(result.notes == .truncated, "\(length) of \(packed.count)")
            #expect(original.starts(with: result.bytes))
        }
    }

    @Test("Bytes behind the end are passed over with a note", arguments: forms)
    func trailing(_ form: Form) throws {
        let packed = try Tools.run(form.command, Self.small)
        let expected = Decoded(bytes: Self.small, notes: .trailingBytes)
        for garbage in [
            [0x00], [0x1F], [0x1F, 0x8B, 0x09], [UInt8]("garbage of some length".utf8),
        ] {
            for place in [0, packed.count - 1, packed.count, packed.count + 1] {
                let result = try decode(
                    packed + garbage, codings(form.coding), .once(at: place))
                #expect(result == expected, "\(garbage) cut at \(place)")
            }
        }
    }

    @Test("Several gzip members and several zstd frames are all read")
    func members() throws {
        for form in Self.forms where form.coding == .gzip || form.coding == .zstd {
            let packed = try Tools.run(form.command, Self.small)
            let result = Decoded(bytes: Self.small + Self.small, notes: .severalMembers)
            for place in 0...packed.count {
                let cuts = Cuts.once(at: packed.count + place)
                #expect(try decode(packed + packed, codings(form.coding), cuts) == result)
            }
            // Damage in a later member is noise behind the first.
            var damaged = packed + packed
            damaged[packed.count + 12] ^= 0xFF
            let noisy = try decode(damaged, codings(form.coding))
            #expect(noisy.bytes.starts(with: Self.small))
        }
    }

    @Test("A wrong checksum is a note, and the text is given; in zstd it is damage")
    func checksums() throws {
        for form in Self.forms.filter({ $0.coding != .brotli }).dropLast() {
            var packed = try Tools.run(form.command, Self.small)
            if form.name == "deflate, bare" { continue }
            packed[packed.count - 1] ^= 1
            let expected = Decoded(bytes: Self.small, notes: .checksumMismatch)
            #expect(try decode(packed, codings(form.coding)) == expected)
        }
        var frame = try Tools.run(["zstd", "-cq", "--check"], Self.small)
        frame[frame.count - 1] ^= 1
        // Browsers leave zstd's to the library, which refuses the frame.
        #expect(try decode(frame, codings(.zstd)).error == .damaged)
    }

    @Test("Damage is an error, behind all that was decoded before it")
    func damage() throws {
        let large = Self.large()
        for form in Self.forms {
            var packed = try Tools.run(form.command, large)
            for index in packed.count / 2..<packed.count / 2 + 64 { packed[index] = 0xFF }
            let cuts = Cuts.every(512, of: packed.count)
            let result = try decode(packed, codings(form.coding), cuts)
            #expect(result.error == .damaged || result.notes != [], "\(form.name)")
            #expect(result.bytes.count > large.count / 10, "\(form.name)")
            let head = large.count / 10
            #expect(result.bytes.prefix(head) == large.prefix(head))
            #expect(ContentError(.damaged).kind == .unreadable)
        }
        for form in Self.forms where form.name != "deflate, bare" {
            let noise = [UInt8]("this is no compressed body at all".utf8)
            #expect(try decode(noise, codings(form.coding)).error == .damaged, "\(form.name)")
        }
    }

    @Test("Stacked codings are undone last first")
    func stacked() throws {
        let large = Self.large()
        let gzip = try Tools.run(["gzip", "-c"], large)
        let both = try Tools.run(["brotli", "-c", "-q", "1"], gzip)
        let three = try Tools.run(["zstd", "-cq"], both)
        var generator = SeededGenerator(seed: 3)
        let value = [UInt8]("gzip, br ,, identity,zstd".utf8)
        let named = try ContentCodings(value.span)
        #expect(named == (try codings(.gzip, .brotli, .zstd)))
        for outputBytes in [64, 1000, 100_000] {
            let cuts = Cuts.random(&generator, of: three.count, outputBytes: outputBytes)
            #expect(decode(three, named, cuts) == Decoded(bytes: large))
        }
        let small = try Tools.run(["brotli", "-c"], try Tools.run(["gzip", "-c"], Self.small))
        for place in 0...small.count {
            let result = try decode(small, codings(.gzip, .brotli), .once(at: place))
            #expect(result == Decoded(bytes: Self.small))
        }
    }

    @Test("Content-Encoding: what is known, and how many")
    func fieldValues() throws {
        func read(_ values: String...) throws -> [ContentCoding] {
            var result = ContentCodings()
            for value in values { try result.add([UInt8](value.utf8).span) }
            return (0..<result.count).compactMap { result[$0] }
        }
        #expect(try read("") == [])
        #expect(try read("identity") == [])
        #expect(try read("GZip") == [.gzip])
        #expect(try read("x-gzip") == [.gzip])
        #expect(try read("deflate", " br\t") == [.deflate, .brotli])
        #expect(try read("zstd,zstd,zstd").count == Limits.Coding.stackedCodingsMax)
        for (value, code) in [
            ("zstd,zstd,zstd,zstd", ContentError.Code.tooManyCodings), ("compress", .unknownCoding),
            ("gzip, dcb", .unknownCoding), ("gzip;q=1", .unknownCoding), ("none", .unknownCoding),
        ] {
            do throws(ContentError) {
                _ = try ContentCodings([UInt8](value.utf8).span)
                Issue.record("\(value) was taken")
            } catch {
                #expect(error.code == code)
            }
        }
    }

    @Test("Without a coding the body is copied")
    func identity() throws {
        let large = Self.large()
        #expect(
            decode(large, ContentCodings(), .every(1000, of: large.count)) == Decoded(bytes: large))
    }
}
