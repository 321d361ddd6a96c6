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

    /// 1 where the filter has the bit of the gram in the low three bytes of `bytes`.
    ///
    /// The multiplier moved up by eight bits drops the fourth byte from the product, and the filter's
    /// bit stands at its top.
    @inlinable @inline(__always) public static func filterBit(
        ofLowBytes bytes: UInt32, in filter: ImageBytes
    ) -> UInt64 {
        let bit = (bytes &* (multiplier &<< 8)) &>> 16
        return UInt64(filter[Int(bit &>> 3)] &>> UInt8(truncatingIfNeeded: bit & 7)) & 1
    }
}
