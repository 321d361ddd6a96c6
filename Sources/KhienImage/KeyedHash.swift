import KhienModel

/// SipHash-2-4 with an outcome of 128 bits, taken in piece by piece: what stands in an image in place
/// of a confidential target. Without the key it can be neither made nor checked, so that guesses at
/// a target cannot be tried against an image.
///
/// The message begins with one word that says what kind of thing follows, so that a host, a URL and
/// an address with the same bytes have nothing in common. Asking for the digest leaves the value as
/// it was, so one pass over a URL gives the digests of its prefixes. Allocates nothing.
///
/// Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", and the authors'
/// reference code for the longer outcome.
package struct KeyedHash: Sendable {
    /// The first word of the message. The raw values are part of the format.
    package enum Subject: UInt64, Sendable {
        /// A canonical host; of a domain or a URL as well.
        case host = 1
        /// A URL in lookup form, or the beginning of one.
        case url = 2
        /// An `AddressKey`, or a length key.
        case address = 3
        /// The SHA-256 of an expression; nothing, for the mark that such entries exist.
        case expression = 4
        /// The text of a whole list, for the image's seed.
        case list = 5
        /// Nothing: tells one key from another.
        case keyCheck = 6
    }

    private var state: (UInt64, UInt64, UInt64, UInt64)
    /// The bytes since the last whole word, the first lowest.
    private var rest: UInt64 = 0
    /// Bytes taken in.
    private var count = 0

    package init(_ key: ListKey, _ subject: Subject) {
        self.init(key)
        add(subject.rawValue)
    }

    /// Without the first word: SipHash as published.
    package init(_ key: ListKey) {
        state = (
            key.first ^ 0x736F_6D65_7073_6575, key.second ^ 0x646F_7261_6E64_6F6D ^ 0xEE,
            key.first ^ 0x6C79_6765_6E65_7261, key.second ^ 0x7465_6462_7974_6573
        )
    }

    /// Takes in eight bytes, the first lowest.
    package mutating func add(_ word: UInt64) {
        let bits = UInt64(count & 7) * 8
        take(bits == 0 ? word : rest | word << bits)
        rest = bits == 0 ? 0 : word >> (64 - bits)
        count += 8
    }

    /// Takes in the bytes of `text` in `range`.
    package mutating func add(_ text: Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            add(text.word(at: position))
            position += 8
        }
        while position < range.upperBound {
            rest |= UInt64(text[position]) << (UInt64(count & 7) * 8)
            count += 1
            position += 1
            if count & 7 == 0 {
                take(rest)
                rest = 0
            }
        }
    }

    /// The digest of all that was taken in; more may be taken in after it.
    package var digest: Digest {
        var last = self
        last.take(rest | UInt64(truncatingIfNeeded: count) << 56)
        last.state.2 ^= 0xEE
        for _ in 0..<4 { last.mix() }
        let first = last.state.0 ^ last.state.1 ^ last.state.2 ^ last.state.3
        last.state.1 ^= 0xDD
        for _ in 0..<4 { last.mix() }
        return Digest(first, last.state.0 ^ last.state.1 ^ last.state.2 ^ last.state.3)
    }

    /// The keyed hash of an expression's SHA-256.
    package static func expression(_ sha256: Digest, _ key: ListKey) -> Digest {
        var hash = KeyedHash(key, .expression)
        hash.add(sha256.first)
        hash.add(sha256.second)
        hash.add(sha256.third)
        hash.add(sha256.fourth)
        return hash.digest
    }

    @inline(__always) private mutating func take(_ word: UInt64) {
        state.3 ^= word
        mix()
        mix()
        state.0 ^= word
    }

    /// SipRound.
    @inline(__always) private mutating func mix() {
        state.0 = state.0 &+ state.1
        state.1 = Self.rotate(state.1, 13) ^ state.0
        state.0 = Self.rotate(state.0, 32)
        state.2 = state.2 &+ state.3
        state.3 = Self.rotate(state.3, 16) ^ state.2
        state.0 = state.0 &+ state.3
        state.3 = Self.rotate(state.3, 21) ^ state.0
        state.2 = state.2 &+ state.1
        state.1 = Self.rotate(state.1, 17) ^ state.2
        state.2 = Self.rotate(state.2, 32)
    }

    @inline(__always) private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word << bits | word >> (64 - bits)
    }
}
