import KhienImage
import KhienModel

/// The secret that bodies are hashed with: random, one for each `CleanCache`, and kept in memory only.
package struct BodyHashKey: Sendable {
    /// The last two are for the second hash of a block, which takes its words two places on.
    fileprivate let words: [UInt64]
    fileprivate let list: ListKey

    package static func random() -> BodyHashKey {
        var generator = SystemRandomNumberGenerator()
        return BodyHashKey(
            words: (0..<BodyHash.blockWords + 2).map { _ in generator.next() }, list: .random())
    }

    /// - Parameter words: `BodyHash.blockWords` and two more.
    package init(words: [UInt64], list: ListKey) {
        precondition(words.count == BodyHash.blockWords + 2)
        self.words = words
        self.list = list
    }
}

/// What a body is known again by.
package struct BodyDigest: Hashable, Sendable {
    package var first: UInt64
    package var second: UInt64

    package init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }
}

/// A keyed hash of a body as it streams by. Asking for the digest leaves the value as it was, so one
/// pass gives the digests of a body's beginnings as well.
///
/// ```
/// body ──▶ blocks of 1 KiB, ──▶ NH, twice 128 bits ──▶ SipHash-2-4 ──▶ digest, 128 bits
///          the last with zeros  for each block         and the length
/// ```
///
/// NH multiplies and adds: of a block of words *m* and key words *k* it is
/// Σ (m₂ᵢ + k₂ᵢ)(m₂ᵢ₊₁ + k₂ᵢ₊₁) mod 2¹²⁸, for a fraction of what SipHash takes for the same bytes.
/// Whoever does not know the key finds two blocks of the same NH with a probability of 2⁻⁶⁴, of the
/// same two with 2⁻¹²⁸, and digests never leave the process. Allocates nothing but its one buffer.
///
/// Source: J. Black, S. Halevi, H. Krawczyk, T. Krovetz, P. Rogaway, "UMAC: Fast and Secure Message
/// Authentication" (NH, section 4; its Toeplitz form, section 4.3), with words of 64 bits as in
/// T. Krovetz, W. Dai, "VHASH Security".
package struct BodyHash {
    package static let blockBytes = 1024
    package static let blockWords = blockBytes / 8

    private let key: BodyHashKey
    private var outer: KeyedHash
    /// The bytes since the last whole block; what is behind them means nothing.
    private var block = [UInt8](repeating: 0, count: blockBytes)
    package private(set) var count = 0

    package init(_ key: BodyHashKey) {
        self.key = key
        outer = KeyedHash(key.list)
    }

    /// Begins anew. What is added before any of the body tells bodies apart that have the same bytes.
    package mutating func reset() {
        outer = KeyedHash(key.list)
        count = 0
    }

    /// Adds a number to what stands before the body.
    package mutating func addContext(_ number: UInt64) { outer.add(number) }

    /// Adds a value of any length to what stands before the body.
    package mutating func addContext(_ value: Span<UInt8>) {
        outer.add(UInt64(value.count))
        var offset = 0
        while offset < value.count {
            let end = min(offset + 8, value.count)
            var word: UInt64 = 0
            for index in offset..<end { word = word << 8 | UInt64(value[index]) }
            outer.add(word)
            offset = end
        }
    }

    /// Adds the next bytes of the body.
    ///
    /// - Complexity: linear.
    package mutating func add(_ bytes: Span<UInt8>) {
        var offset = 0
        if count % Self.blockBytes > 0 {
            offset = min(bytes.count, Self.blockBytes - count % Self.blockBytes)
            keep(bytes.extracting(..<offset))
            if count % Self.blockBytes == 0 { outer.add(Self.hash(block.span, 0, key.words.span)) }
        }
        while bytes.count - offset >= Self.blockBytes {
            outer.add(Self.hash(bytes, offset, key.words.span))
            offset += Self.blockBytes
            count += Self.blockBytes
        }
        keep(bytes.extracting(offset...))
    }

    /// Adds to the block that is not whole.
    private mutating func keep(_ bytes: Span<UInt8>) {
        let filled = count % Self.blockBytes
        for index in bytes.indices { block[filled + index] = bytes[index] }
        count += bytes.count
    }

    /// The digest of what was added, as the beginning of a body or as the whole of it.
    package mutating func digest(isWhole: Bool) -> BodyDigest {
        var last = outer
        let filled = count % Self.blockBytes
        if filled > 0 {
            for index in filled..<Self.blockBytes { block[index] = 0 }
            last.add(Self.hash(block.span, 0, key.words.span))
        }
        last.add(UInt64(count) << 1 | (isWhole ? 1 : 0))
        let digest = last.digest
        return BodyDigest(first: digest.first, second: digest.second)
    }

    /// NH of the block at `offset`, by the key and by the key from its third word on.
    @inline(__always)
    private static func hash(
        _ bytes: Span<UInt8>, _ offset: Int, _ key: Span<UInt64>
    ) -> (UInt128, UInt128) {
        var first: UInt128 = 0
        var second: UInt128 = 0
        var left = key[0]
        var right = key[1]
        var index = 0
        while index < blockWords {
            let one = bytes.word(at: offset + 8 * index)
            let other = bytes.word(at: offset + 8 * index + 8)
            first &+= product(one &+ left, other &+ right)
            left = key[index + 2]
            right = key[index + 3]
            second &+= product(one &+ left, other &+ right)
            index += 2
        }
        return (first, second)
    }

    @inline(__always)
    private static func product(_ one: UInt64, _ other: UInt64) -> UInt128 {
        UInt128(one) &* UInt128(other)
    }
}

extension KeyedHash {
    fileprivate mutating func add(_ pair: (UInt128, UInt128)) {
        add(UInt64(truncatingIfNeeded: pair.0))
        add(UInt64(truncatingIfNeeded: pair.0 >> 64))
        add(UInt64(truncatingIfNeeded: pair.1))
        add(UInt64(truncatingIfNeeded: pair.1 >> 64))
    }
}
