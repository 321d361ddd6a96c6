/// Which place in a list belongs to a key: a hash table that grows with what is put in, and keeps its
/// memory when it is emptied.
struct KeyPlaces {
    /// The key above, the place plus one below; zero is free. A power of two of them.
    private var slots: [UInt64]
    private var mask: Int
    private(set) var count = 0

    private static let slotsMin = 256

    init() {
        slots = [UInt64](repeating: 0, count: Self.slotsMin)
        mask = Self.slotsMin - 1
    }

    /// Forgets all keys.
    ///
    /// - Parameter keys: all that are in the table: where they are few, only their slots are cleared.
    mutating func removeAll(_ keys: some Sequence<UInt32>) {
        let (mask, isCrowded) = (mask, count * 8 > slots.count)
        var all = slots.mutableSpan
        if isCrowded {
            for slot in all.indices { all[slot] = 0 }
        } else {
            for key in keys {
                var slot = Self.hash(key) & mask
                while all[slot] != 0 {
                    all[slot] = 0
                    slot = (slot &+ 1) & mask
                }
            }
        }
        count = 0
    }

    /// The place of a key; nil: it has none.
    func find(_ key: UInt32) -> Int? {
        let entry = slots[slot(of: key)]
        return entry == 0 ? nil : Self.place(entry)
    }

    /// The place of a key; a new one has the number of keys before it.
    @inline(__always)
    mutating func place(of key: UInt32) -> (place: Int, isNew: Bool) {
        let slot = slot(of: key)
        if slots[slot] != 0 { return (Self.place(slots[slot]), false) }
        count += 1
        slots[slot] = UInt64(key) &<< 32 | UInt64(count)
        if count * 2 > slots.count { grow() }
        return (count - 1, true)
    }

    /// Where the key is, or belongs.
    @inline(__always)
    private func slot(of key: UInt32) -> Int {
        let all = slots.span
        var slot = Self.hash(key) & mask
        while all[slot] != 0, UInt32(truncatingIfNeeded: all[slot] &>> 32) != key {
            slot = (slot &+ 1) & mask
        }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        mask = slots.count - 1
        for entry in old where entry != 0 {
            slots[slot(of: UInt32(truncatingIfNeeded: entry >> 32))] = entry
        }
    }

    @inline(__always)
    private static func place(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) &- 1 }

    @inline(__always)
    private static func hash(_ key: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) &>> 32)
    }
}
