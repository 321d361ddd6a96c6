import KhienModel

/// SHA-256, taken in piece by piece. Source: FIPS 180-4, section 6.2.
///
/// It is a plain value of 112 bytes on the stack and allocates nothing: the digests of several
/// prefixes of one text come from one pass, because asking for a digest leaves the value as it was.
/// (swift-crypto's keeps its state in an object: one allocation for each digest, on the data path.)
package struct SHA256Hash: Sendable {
    private var state: InlineArray<8, UInt32> = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
        0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    /// What was taken in since the last whole block, big-endian; 0 behind it.
    private var block: InlineArray<16, UInt32> = .init(repeating: 0)
    /// Bytes taken in.
    private var count = 0

    package init() {}

    /// Takes in the bytes of `text` in `range`.
    package mutating func add(_ text: Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        while position < range.upperBound {
            if count & 7 == 0, range.upperBound - position >= 8 {
                let word = text.word(at: position).byteSwapped
                block[count >> 2 & 15] = UInt32(truncatingIfNeeded: word >> 32)
                block[(count >> 2 & 15) + 1] = UInt32(truncatingIfNeeded: word)
                position += 8
                advance(8)
            } else {
                add(text[position])
                position += 1
            }
        }
    }

    /// Takes in one byte.
    package mutating func add(_ byte: UInt8) {
        block[count >> 2 & 15] |= UInt32(byte) << UInt32(24 - (count & 3) * 8)
        advance(1)
    }

    private mutating func advance(_ bytes: Int) {
        count += bytes
        guard count & 63 == 0 else { return }
        compress()
        block = .init(repeating: 0)
    }

    /// The digest of all that was taken in; more may be taken in after it.
    package var digest: Digest {
        var last = self
        let bits = UInt64(count) &* 8
        last.block[count >> 2 & 15] |= 0x80 << UInt32(24 - (count & 3) * 8)
        if count & 63 >= 56 {
            last.compress()
            last.block = .init(repeating: 0)
        }
        last.block[14] = UInt32(truncatingIfNeeded: bits >> 32)
        last.block[15] = UInt32(truncatingIfNeeded: bits)
        last.compress()
        return Digest(last.word(0), last.word(2), last.word(4), last.word(6))
    }

    /// Eight bytes of the digest as a little-endian word.
    private func word(_ index: Int) -> UInt64 {
        UInt64(state[index].byteSwapped) | UInt64(state[index + 1].byteSwapped) << 32
    }

    /// One round a turn. Written out in eights, with names changing places in place of the words, it
    /// took a quarter fewer instructions and no less time: each round waits for the one before.
    private mutating func compress() {
        var schedule = block
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            let slot = round & 15
            if round >= 16 {
                schedule[slot] =
                    schedule[slot] &+ Self.smallSigma0(schedule[(round + 1) & 15])
                    &+ schedule[(round + 9) & 15] &+ Self.smallSigma1(schedule[(round + 14) & 15])
            }
            let choice = e & f ^ ~e & g
            let first = h &+ Self.bigSigma1(e) &+ choice &+ sha256Constants[round] &+ schedule[slot]
            let majority = a & b ^ a & c ^ b & c
            let second = Self.bigSigma0(a) &+ majority
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always) private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word >> bits | word << (32 - bits)
    }

    @inline(__always) private static func bigSigma0(_ word: UInt32) -> UInt32 {
        rotate(word, 2) ^ rotate(word, 13) ^ rotate(word, 22)
    }

    @inline(__always) private static func bigSigma1(_ word: UInt32) -> UInt32 {
        rotate(word, 6) ^ rotate(word, 11) ^ rotate(word, 25)
    }

    @inline(__always) private static func smallSigma0(_ word: UInt32) -> UInt32 {
        rotate(word, 7) ^ rotate(word, 18) ^ word >> 3
    }

    @inline(__always) private static func smallSigma1(_ word: UInt32) -> UInt32 {
        rotate(word, 17) ^ rotate(word, 19) ^ word >> 10
    }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4,
/// section 4.2.2).
private let sha256Constants: InlineArray<64, UInt32> = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5,
    0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3,
    0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC,
    0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7,
    0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13,
    0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3,
    0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5,
    0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208,
    0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
]
