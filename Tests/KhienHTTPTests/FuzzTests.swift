import KhienFuzz
import KhienHTTP
import Testing

/// SplitMix64; the seed stands in the failure's message.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

@Suite struct FuzzTests {
    private static let pieces: [String] = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "\0", "\u{7F}", "\u{E9}", "#", "@", "%", "*",
        "[", "]", "//", "chunked", "Content-Length: 5\r\n", "Content-Length", "Transfer-Encoding",
        "Transfer-Encoding: chunked\r\n", "Host: a.test\r\n", "Host: b\r\n",
        "Connection: close, x\r\n",
        "HTTP/1.1", "HTTP/1.0", "0\r\n\r\n", "5\r\nabcde\r\n", "ffffffffffffffff\r\n", "GET ",
        "CONNECT ", "http://", ":80", ":99999", "-", "+", "5", "0", "X: y\r\n", "\r\n\r\n", ";a=b",
    ]

    /// Changes a few places: a byte, a piece inserted, a stretch removed or doubled.
    private func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...result.count, using: &random)
            let end = min(result.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                if place < result.count {
                    result[place] = UInt8.random(in: 0...255, using: &random)
                }
            case 1, 2:
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                result.insert(contentsOf: Array(piece.utf8), at: place)
            case 3: result.removeSubrange(place..<end)
            default: result.insert(contentsOf: Array(result[place..<end]), at: place)
            }
        }
        return result
    }

    private static let requests =
        RequestHeadTests.accepted + RequestRefusalTests.all.map(\.text)
        + BodyDecoderTests.refused.map {
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + $0.0
        }

    @Test(arguments: 1...4) func requests(seed: UInt64) {
        var random = Random(state: seed)
        var accepted = 0
        var refused = 0
        for round in 0..<25_000 {
            let base = Self.requests.randomElement(using: &random) ?? ""
            let bytes = mutate(Array(base.utf8), &random)
            if let complaint = HTTPInvariants.checkRequest(bytes) {
                Issue.record("seed \(seed) round \(round): \(complaint)\n\(bytes.debugText)")
                return
            }
            switch parseRequest(bytes) {
            case .complete: accepted += 1
            case .refused: refused += 1
            case .needsMore: break
            }
        }
        // The mutations are worth something only where both happen often.
        #expect(accepted > 1_000 && refused > 1_000)
    }

    /// Every byte at every place of a target, a name and a value longer than two words: what is
    /// looked for eight bytes at a time is found in each lane, and nothing else is.
    @Test func everyByteAtEveryPlace() {
        let parts = [
            "GET /aaaaaaaaaaaaaaaaaaaa", " HTTP/1.1\r\nHost: a\r\n", "B-bbbbbbbbbbbbbbbbbbbb", ": ",
            "cccccccccccccccccccc", "\r\n\r\n",
        ]
        let bytes = Array(parts.joined().utf8)
        for place in 0..<bytes.count {
            var changed = bytes
            for byte in UInt8.min...UInt8.max {
                changed[place] = byte
                if let complaint = HTTPInvariants.checkRequest(changed) {
                    Issue.record("\(byte) at \(place): \(complaint)")
                }
            }
        }
    }

    @Test(arguments: 1...2) func responses(seed: UInt64) {
        var random = Random(state: seed)
        let bases =
            ResponseHeadTests.refused.map(\.text)
            + ResponseHeadTests.framings.map {
                "HTTP/\($0.line)\r\n\($0.fields)\r\n\r\n3\r\nabc\r\n"
            }
        for round in 0..<25_000 {
            let bytes = mutate(Array((bases.randomElement(using: &random) ?? "").utf8), &random)
            if let complaint = HTTPInvariants.checkResponse(bytes) {
                Issue.record("seed \(seed) round \(round): \(complaint)\n\(bytes.debugText)")
                return
            }
        }
    }
}

extension [UInt8] {
    var debugText: String { String(decoding: self, as: UTF8.self).debugDescription }
}
