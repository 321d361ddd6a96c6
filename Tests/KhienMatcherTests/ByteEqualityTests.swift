import KhienImage
import Testing

/// Texts of an image are compared in words that overlap: every length, with each byte in turn another.
@Suite struct ByteEqualityTests {
    @Test(arguments: 0...80) func oneByteDiffers(length: Int) {
        // Neighbours on both sides differ, so that reading past a text would be seen.
        let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        let stored = [0xA0, 0xA1, 0xA2] + text + [0xA3]
        func equals(_ text: [UInt8]) -> Bool {
            let key = [0xB0] + text + [0xB1]
            return stored.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return false }
                return ImageBytes(base: base, count: bytes.count)
                    .equals(at: 3, key.span, 1..<1 + length)
            }
        }
        #expect(equals(text))
        for place in 0..<length {
            var other = text
            other[place] ^= 1
            #expect(!equals(other), "byte \(place)")
        }
    }

    @Test func whatDoesNotFitDiffers() {
        let stored = [UInt8](repeating: 1, count: 40)
        stored.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let image = ImageBytes(base: base, count: bytes.count)
            let fits = image.equals(at: 8, stored.span, 0..<32)
            let isTooLong = image.equals(at: 9, stored.span, 0..<32)
            let isBehind = image.equals(at: 41, stored.span, 0..<0)
            let isBefore = image.equals(at: -1, stored.span, 0..<8)
            #expect(fits && !isTooLong && !isBehind && !isBefore)
        }
    }
}
