import KhienModel

/// An open-addressing table from a 32-bit key to a run of rules or postings.
///
/// ```
/// slot, 12 bytes: key u32, first u32, count u32 (0: the slot is empty)
/// ```
///
/// The number of slots is a power of two; probing is linear and ends at an empty slot, of which there
/// is at least one.
public struct SlotIndex: Sendable {
    @inlinable public static var slotByteCount: Int { 12 }

    @usableFromInline let slots: ImageBytes
    @usableFromInline let mask: UInt32

    /// Checks every slot.
    ///
    /// - Parameter limit: no run may end past it.
    /// - Returns: nil where a slot is wrong.
    public init?(_ slots: ImageBytes, limit: Int) {
        let count = slots.count / Self.slotByteCount
        guard count > 0, count & (count - 1) == 0, slots.count % Self.slotByteCount == 0 else {
            return nil
        }
        self.slots = slots
        mask = UInt32(truncatingIfNeeded: count - 1)
        var empty = 0
        for slot in 0..<count {
            let start = slots.uint32(at: slot * Self.slotByteCount + 4)
            let length = slots.uint32(at: slot * Self.slotByteCount + 8)
            if length == 0 { empty += 1 }
            guard Int(start) + Int(length) <= limit else { return nil }
        }
        guard empty > 0 else { return nil }
    }

    /// Calls `body` with each key and its run.
    public func forEachRun(_ body: (_ key: UInt32, _ run: RuleRange) -> Void) {
        for slot in 0..<slots.count / Self.slotByteCount {
            let offset = slot * Self.slotByteCount
            let count = slots.uint32(at: offset + 8)
            if count == 0 { continue }
            body(
                slots.uint32(at: offset),
                RuleRange(start: slots.uint32(at: offset + 4), count: count))
        }
    }

    /// The run of a key; nil where there is none. Allocates nothing.
    ///
    /// - Parameter hash: where probing begins.
    @inlinable @inline(__always) public func find(_ key: UInt32, hash: UInt32) -> RuleRange? {
        var slot = hash & mask
        while true {
            let offset = Int(slot) * Self.slotByteCount
            let count = slots.uint32(at: offset + 8)
            if count == 0 { return nil }
            if slots.uint32(at: offset) == key {
                return RuleRange(start: slots.uint32(at: offset + 4), count: count)
            }
            slot = (slot &+ 1) & mask
        }
    }
}

/// Three-byte grams of lower-case URLs: keys of the indexes of patterns and regular expressions.
public enum Gram {
    @inlinable public static var length: Int { 3 }
    /// Bytes of a filter of grams: one bit for each value of the hash's low 16 bits.
    @inlinable public static var filterByteCount: Int { 8192 }

    @usableFromInline static var multiplier: UInt32 { 0x9E37_79B1 }

    /// Where probing begins; the low 16 bits choose the filter's bit. The gram's first byte is the
    /// lowest of its three.
    @inlinable public static func hash(_ gram: UInt32) -> UInt32 { (gram &* multiplier) >> 8 }

    /// Whether the filter has the gram's bit.
    @inlinable @inline(__always) public static func mayHave(
        _ hash: UInt32, in filter: ImageBytes
    ) -> Bool {
        let bit = hash & 0xFFFF
        return filter[Int(bit >> 3)] >> UInt8(bit & 7) & 1 != 0
    }

    /// Byte and bit in a filter of the gram in the low three bytes of `word`; the byte is less than
    /// `filterByteCount`.
    @inlinable @inline(__always) public static func filterSlot(
        lowBytes word: UInt64
    ) -> (byte: Int, bit: UInt8) {
        let product = UInt32(truncatingIfNeeded: word) &* shifted
        return (Int(product &>> 19), UInt8(truncatingIfNeeded: (product &>> 16) & 7))
    }

    /// Whether a gram stands, wherever it stands, one byte in front of a token, or two in front of
    /// the end of one: of its bytes the second belongs to a token, and the first or the third does
    /// not.
    public static func isAroundTokens(_ gram: UInt32) -> Bool {
        let isToken = (0..<3).map {
            Token.isTokenByte(UInt8(truncatingIfNeeded: gram >> UInt32($0 * 8)))
        }
        return isToken[1] && !(isToken[0] && isToken[2])
    }

    /// Where the first gram of `lowered` from `start` stands that the filter may have; `end` where
    /// none before `end` does.
    ///
    /// Six grams of a word of eight bytes at a time: of each, the filter's byte; only where one of
    /// the six bytes has any bit, the bits themselves. The multiplier moved up by eight bits drops
    /// the fourth byte from the product, and the filter's bit stands at its top.
    ///
    /// - Parameter lowered: the URL in lower case; at least eight bytes follow `end`.
    @inlinable public static func next(
        in lowered: Span<UInt8>, from start: Int, to end: Int, _ filter: ImageBytes
    ) -> Int {
        precondition(filter.count == filterByteCount)
        var place = start
        while place < end {
            let word = lowered.word(at: place)
            var bytes: UInt8 = 0
            for step in 0..<6 as Range<UInt64> {
                let product = UInt32(truncatingIfNeeded: word &>> (step &* 8)) &* shifted
                bytes |= filter[Int(product &>> 19)]
            }
            if bytes != 0 {
                for step in 0..<6 {
                    let gram = UInt32(truncatingIfNeeded: word &>> UInt64(step &* 8)) & 0xFF_FFFF
                    if mayHave(hash(gram), in: filter) {
                        return min(place &+ step, end)
                    }
                }
            }
            place &+= 6
        }
        return end
    }

    @usableFromInline static var shifted: UInt32 { multiplier &<< 8 }
}
