import Crypto
import KhienImage
import KhienTestKit
import Testing

/// The two hashes against published vectors and another implementation, whatever the pieces.
@Suite struct HashTests {
    private static func sha256(_ bytes: [UInt8]) -> String {
        var hash = SHA256Hash()
        hash.add(bytes.span, 0..<bytes.count)
        return hash.digest.hexadecimal(byteCount: 32)
    }

    /// FIPS 180-4's examples (csrc.nist.gov, "SHA-256 and SHA-512 examples"), and FIPS 180-2,
    /// appendix B.3.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
                + "lmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func publishedSHA256(text: String, wanted: String) {
        #expect(Self.sha256(Array(text.utf8)) == wanted)
    }

    @Test func sha256OfEveryLengthAndAnyPieces() {
        var random = SplitMix64(seed: 256)
        for count in 0...300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let wanted = SHA256.hash(data: bytes).map { $0 }
            var hash = SHA256Hash()
            var position = 0
            while position < count {
                let end = min(count, position + random.below(20))
                // A digest that is asked for on the way changes nothing.
                if random.chance(0.2) { _ = hash.digest }
                hash.add(bytes.span, position..<end)
                position = end
                if position < count, random.chance(0.3) {
                    hash.add(bytes[position])
                    position += 1
                }
            }
            let digest = hash.digest
            let found = [digest.first, digest.second, digest.third, digest.fourth].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
            }
            #expect(found == wanted, "\(count) bytes")
        }
    }

    @Test func publishedSipHash() throws {
        let key = try #require(ListKey(bytes: (0..<16).map { UInt8($0) }))
        #expect(SipHashVectors.rows.count == 64)
        var random = SplitMix64(seed: 24)
        for (count, wanted) in SipHashVectors.rows.enumerated() {
            let bytes = (0..<count).map { UInt8($0) }
            for _ in 0..<8 {
                var hash = KeyedHash(key)
                var position = 0
                while position < count {
                    let end = min(count, position + random.below(20))
                    if random.chance(0.2) { _ = hash.digest }
                    hash.add(bytes.span, position..<end)
                    position = end
                }
                #expect(hash.digest.hexadecimal(byteCount: 16) == wanted, "\(count) bytes")
            }
        }
    }

    /// Whole words, at any place in the message, are the same as their bytes.
    @Test func wordsOfSipHash() throws {
        let key = try #require(ListKey(bytes: [UInt8](repeating: 7, count: 16)))
        let word: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        for before in 0..<10 {
            let bytes = [UInt8](repeating: 9, count: before)
            var byWord = KeyedHash(key)
            byWord.add(bytes.span, 0..<before)
            byWord.add(0x0807_0605_0403_0201)
            var byByte = KeyedHash(key)
            let whole = bytes + word
            for index in whole.indices { byByte.add(whole.span, index..<index + 1) }
            #expect(byWord.digest == byByte.digest, "after \(before) bytes")
        }
    }

    @Test func digestsReadTheirDigits() {
        let digits = "00ff" + String(repeating: "0123456789abcdef", count: 3) + "fedcba987654"
        let read = KhienImage.Digest(hexadecimal: Array(digits.uppercased().utf8).span)
        #expect(read?.hexadecimal(byteCount: 32) == digits)
        #expect(KhienImage.Digest(hexadecimal: Array(digits.dropLast().utf8).span) == nil)
        let wrong = digits.replacing("f", with: "g")
        #expect(KhienImage.Digest(hexadecimal: Array(wrong.utf8).span) == nil)
    }

    /// Neither `print` nor a dump of what holds it shows the key.
    @Test func aKeyIsNotShown() throws {
        let key = try #require(ListKey(bytes: [UInt8](repeating: 0xA5, count: 16)))
        var dumped = ""
        dump(["key": key], to: &dumped)
        let shown = "\(key) \(String(reflecting: key)) \(dumped)"
        #expect(!shown.contains("11936128518282651045") && !shown.lowercased().contains("a5a5"))
        #expect(ListKey(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(ListKey(bytes: [UInt8](repeating: 1, count: 17)) == nil)
    }
}
