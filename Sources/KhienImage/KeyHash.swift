import KhienModel

/// The hash of a canonical host or URL, computed piece by piece.
///
/// A host is hashed label by label from the right, so that one walk gives the hash of every suffix;
/// a URL continues its host's hash with the pieces of path and query from the left, so that one
/// walk gives the hash of every prefix that ends at a boundary. Each piece is taken in words of
/// eight bytes, then one last word of nought to seven bytes with their number in its top byte; each
/// word is folded in with one 64 x 64 bit multiplication.
///
/// The hash only says where to look: every hit is confirmed against the full key. So the constants
/// need to spread well, not to be secret.
@frozen
public struct KeyHash: Sendable {
    /// The hash of all pieces so far.
    public var value: UInt64

    @usableFromInline static var multiplier: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    @inlinable public init(seed: UInt64) { value = seed }

    @inlinable @inline(__always) mutating func fold(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: Self.multiplier)
        value = product.high ^ product.low
    }

    /// Takes in one piece: the bytes of `text` in `range`.
    @inlinable @inline(__always)
    public mutating func add(_ text: Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        while range.upperBound &- position >= 8 {
            fold(text.word(at: position))
            position &+= 8
        }
        let rest = range.upperBound &- position
        var last = UInt64(truncatingIfNeeded: rest) << 56
        if text.count &- position >= 8 {
            let mask = (UInt64(1) &<< UInt64(truncatingIfNeeded: rest &* 8)) &- 1
            last |= text.word(at: position) & mask
        } else if range.upperBound >= 8 {
            // The word that ends with the piece; what stands before the piece is shifted out.
            let word = text.word(at: range.upperBound &- 8)
            // Two shifts, since one by 64 is none.
            last |= (word &>> 8) &>> UInt64(truncatingIfNeeded: (7 &- rest) &* 8)
        } else {
            var shift: UInt64 = 0
            while position < range.upperBound {
                last |= UInt64(text[position]) << shift
                shift += 8
                position += 1
            }
        }
        fold(last)
    }

    /// The seed of the hashes of names without their public suffix (`name.*`).
    @inlinable public static func entitySeed(_ seed: UInt64) -> UInt64 { ~seed }

    /// The hash of a host: its labels from the right.
    public static func host(_ text: Span<UInt8>, _ range: Range<Int>, seed: UInt64) -> KeyHash {
        var hash = KeyHash(seed: seed)
        var end = range.upperBound
        while true {
            var start = end
            while start > range.lowerBound, text[start - 1] != UInt8(ascii: ".") { start -= 1 }
            hash.add(text, start..<end)
            if start == range.lowerBound { return hash }
            end = start - 1
        }
    }

    /// The hash of a lookup URL: its host, then the pieces of path and query from the left.
    ///
    /// - Parameter hostEnd: where the host ends in `text`.
    public static func url(_ text: Span<UInt8>, hostEnd: Int, seed: UInt64) -> KeyHash {
        var hash = host(text, 0..<hostEnd, seed: seed)
        var position = hostEnd
        while position < text.count {
            let end = pieceEnd(text, from: position)
            hash.add(text, position..<end)
            position = end
        }
        return hash
    }

    /// Where the piece that begins at `position` ends: one delimiter, or a run without delimiters.
    @inlinable public static func pieceEnd(_ text: Span<UInt8>, from position: Int) -> Int {
        if isDelimiter(text[position]) { return position + 1 }
        var end = position + 1
        while end < text.count, !isDelimiter(text[end]) { end += 1 }
        return end
    }

    /// The bytes at which a URL prefix may end: `/`, `?`, `&`, `;`.
    @inlinable public static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "&")
            || byte == UInt8(ascii: ";")
    }
}
