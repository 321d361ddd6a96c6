/// The name of a tag or attribute: its first sixteen bytes, ASCII letters in lower case, and its
/// length. All names that mean something to us are shorter.
package struct MarkupName: Equatable {
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    private(set) var count = 0

    package init() {}

    /// - Parameter count: at most sixteen.
    init(low: UInt64, high: UInt64, count: Int) {
        (self.low, self.high, self.count) = (low, high, count)
    }

    package init(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(text.byte(at: index)) }
    }

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// Appends a byte that has been lowered.
    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        if count < 8 {
            low |= UInt64(byte) &<< UInt64(truncatingIfNeeded: count &* 8)
        } else if count < 16 {
            high |= UInt64(byte) &<< UInt64(truncatingIfNeeded: (count &- 8) &* 8)
        }
        count &+= 1
    }

    /// Appends the lowest `added` bytes of `word`, 0 to 8 of them, which have been lowered.
    @inline(__always)
    package mutating func append(_ word: UInt64, count added: Int) {
        let bits = UInt64(truncatingIfNeeded: added &* 8)
        let bytes = added >= 8 ? word : word & ((1 &<< bits) &- 1)
        let shift = UInt64(truncatingIfNeeded: (count & 7) &* 8)
        if count < 8 {
            low |= bytes &<< shift
            if shift > 0 { high |= bytes &>> (64 &- shift) }
        } else if count < 16 {
            high |= bytes &<< shift
        }
        count &+= added
    }

    /// The byte at `index`, which is below 16.
    func byte(at index: Int) -> UInt8 {
        let word = index < 8 ? low : high
        return UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: (index & 7) &* 8))
    }

    var isEmpty: Bool { count == 0 }

    /// Whether all its bytes are kept.
    var isWhole: Bool { count <= 16 }
}

/// A table from names to small values, open addressing.
struct NameTable: Sendable {
    private var lows = [UInt64](repeating: 0, count: slotCount)
    private var highs = [UInt64](repeating: 0, count: slotCount)
    private var values = [UInt64](repeating: 0, count: slotCount)

    private static let slotCount = 1024

    init(_ rows: [(MarkupName, UInt64)]) {
        for (name, value) in rows {
            precondition(name.count <= 16 && !name.isEmpty)
            var slot = Self.slot(name)
            while lows[slot] != 0, lows[slot] != name.low || highs[slot] != name.high {
                slot = (slot + 1) % Self.slotCount
            }
            lows[slot] = name.low
            highs[slot] = name.high
            values[slot] |= value
        }
    }

    @inline(__always)
    private static func slot(_ name: MarkupName) -> Int {
        let mixed = (name.low ^ name.high &* 31) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 54)
    }

    /// The value of `name`, or zero.
    @inline(__always)
    func value(of name: MarkupName) -> UInt64 {
        guard name.count <= 16 else { return 0 }
        var slot = Self.slot(name)
        while lows[slot] != 0 {
            if lows[slot] == name.low, highs[slot] == name.high { return values[slot] }
            slot = (slot &+ 1) & (Self.slotCount - 1)
        }
        return 0
    }
}
