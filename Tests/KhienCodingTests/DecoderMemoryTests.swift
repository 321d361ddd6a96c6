import KhienCoding
import KhienModel
import Testing

/// What the decoders of many bodies hold together.
@Suite struct DecoderMemoryTests {
    /// A body that is being read: what was fed, and no end.
    final class Body {
        private var decoder: ContentDecoder
        private(set) var error: ContentError.Code?

        init(_ coding: ContentCoding, _ memory: DecoderMemory, _ client: IPAddress) throws {
            decoder = try ContentDecoder(
                codings(coding), share: DecoderShare(of: memory, for: client))
            feed(DecoderMemoryTests.start(of: coding))
        }

        private func feed(_ bytes: [UInt8]) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            var (start, hasMore) = (0, true)
            while hasMore {
                do throws(ContentError) {
                    var output = buffer.mutableSpan
                    let step = try decoder.decode(
                        bytes.span.extracting(start...), into: &output)
                    start += step.read
                    hasMore = step.hasMore
                } catch {
                    self.error = error.code
                    return
                }
            }
        }
    }

    /// A frame with a window of 8 MiB (RFC 8878 section 3.1.1.1.2), and the first block of it.
    static let zstd: [UInt8] =
        [0x28, 0xB5, 0x2F, 0xFD, 0x00, 13 << 3] + [5 << 3, 0, 0] + Array("hello".utf8)
    /// A window of 16 MiB (RFC 7932 section 9.1), and a block that fills it, of which five bytes come.
    static let brotli: [UInt8] = [0xCF, 0xFF, 0xFF, 0xFF] + Array("hello".utf8)

    /// A window of 32 KiB always (RFC 1952, RFC 1951 section 3.2.4), and a block.
    static let gzip: [UInt8] =
        [31, 139, 8, 0, 0, 0, 0, 0, 0, 3] + [0, 5, 0, 0xFA, 0xFF] + Array("hello".utf8)

    private static func start(of coding: ContentCoding) -> [UInt8] {
        switch coding {
        case .brotli: brotli
        case .zstd: zstd
        default: gzip
        }
    }

    private static let clients = (1...8).map { IPAddress.v4($0) }

    /// What one body holds.
    private static func bytes(of coding: ContentCoding) throws -> Int {
        let memory = DecoderMemory()
        let body = try Body(coding, memory, clients[0])
        #expect(body.error == nil)
        return withExtendedLifetime(body) { memory.bytes }
    }

    @Test(arguments: [ContentCoding.zstd, .brotli])
    func whatIsHeldIsCounted(coding: ContentCoding) throws {
        let window = coding == .zstd ? 8 << 20 : 16 << 20
        #expect(try (window...window + (1 << 20)).contains(Self.bytes(of: coding)))
    }

    @Test func whatTakesNoWindowIsNotCounted() throws {
        #expect(try codings(.zstd).takesSharedMemory && codings(.gzip, .brotli).takesSharedMemory)
        #expect(try !codings(.gzip, .deflate).takesSharedMemory)
        let memory = DecoderMemory(bytesMax: 0)
        #expect(try Body(.gzip, memory, Self.clients[0]).error == nil)
        #expect(memory.bytes == 0)
    }

    /// As much as the limit is held; a byte more is not. What ends gives back what it held, what was
    /// refused held nothing.
    @Test(arguments: [ContentCoding.zstd, .brotli], [0, 1])
    func limitOfAll(coding: ContentCoding, less: Int) throws {
        let one = try Self.bytes(of: coding)
        let memory = DecoderMemory(bytesMax: 3 * one - less)
        var bodies = try (0..<3).map { try Body(coding, memory, Self.clients[$0]) }
        let last: ContentError.Code? = less == 0 ? nil : .sharedMemoryOverLimit
        #expect(bodies.map(\.error) == [nil, nil, last])
        bodies.removeLast()
        #expect(memory.bytes == 2 * one)
        bodies.removeFirst()
        bodies.append(try Body(coding, memory, Self.clients[3]))
        #expect(bodies.map(\.error) == [nil, nil])
        bodies.removeAll()
        #expect(memory.bytes == 0)
        #expect(Self.clients.allSatisfy { memory.bytes(of: $0) == 0 })
    }

    @Test(arguments: [ContentCoding.zstd, .brotli], [0, 1])
    func limitOfAClient(coding: ContentCoding, less: Int) throws {
        let one = try Self.bytes(of: coding)
        let memory = DecoderMemory(perClientBytesMax: 2 * one - less)
        var own = try (0..<3).map { _ in try Body(coding, memory, Self.clients[0]) }
        #expect(own.map(\.error)[...0] == [nil])
        #expect(own[1].error == (less == 0 ? nil : .clientMemoryOverLimit))
        #expect(own[2].error == .clientMemoryOverLimit)
        // Others have theirs.
        let other = try Body(coding, memory, Self.clients[1])
        #expect(other.error == nil)
        own.removeFirst()
        own.append(try Body(coding, memory, Self.clients[0]))
        // The one that went had held its part; where the limit is a byte less, the second never did.
        #expect(own.last?.error == nil)
        own.removeAll()
        #expect(memory.bytes == one && memory.bytes(of: Self.clients[0]) == 0)
        withExtendedLifetime(other) {}
    }

    /// The limits as they are: four clients with their share use up all but what is left by rounding.
    @Test func limitsOfAnEventLoop() throws {
        let one = try Self.bytes(of: .zstd)
        let share = Limits.Coding.sharedMemoryPerClientBytesMax / one
        let all = Limits.Coding.sharedMemoryBytesMax / one
        let memory = DecoderMemory()
        var bodies: [Body] = []
        for number in 0..<all {
            bodies.append(try Body(.zstd, memory, Self.clients[number / share]))
            #expect(bodies.last?.error == nil)
        }
        #expect(memory.bytes == all * one && memory.bytes <= Limits.Coding.sharedMemoryBytesMax)
        let last = try Body(.zstd, memory, Self.clients[7])
        #expect(last.error == .sharedMemoryOverLimit)
        // Whose share is used up is refused, whatever the others hold.
        #expect(try Body(.zstd, memory, Self.clients[0]).error == .clientMemoryOverLimit)
        bodies.removeLast()
        let full = try Body(.zstd, memory, Self.clients[0])
        #expect(full.error == .clientMemoryOverLimit)
    }

    @Test func kinds() {
        #expect(ContentError(.sharedMemoryOverLimit).kind == .overloaded)
        #expect(ContentError(.clientMemoryOverLimit).kind == .overloaded)
    }
}
