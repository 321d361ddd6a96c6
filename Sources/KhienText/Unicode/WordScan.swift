// Looking for bytes eight at a time.

import KhienModel

extension UInt64 {
    /// High bits set where bytes equal `byte`. Exact up to the first; bits above it may be false.
    @inline(__always)
    func firstEqual(_ byte: UInt8) -> UInt64 {
        let difference = self ^ (UInt64(byte) &* Self.everyByte)
        return (difference &- Self.everyByte) & ~difference & Self.highBits
    }

    /// Of eight ASCII bytes: high bits set exactly where bytes equal `byte`.
    @inline(__always)
    func asciiEqual(_ byte: UInt8) -> UInt64 {
        let difference = self ^ (UInt64(byte) &* Self.everyByte)
        return ~((difference | Self.highBits) &- Self.everyByte) & Self.highBits
    }

    /// The number of the lowest byte whose high bit is set.
    @inline(__always)
    var firstByte: Int { trailingZeroBitCount &>> 3 }
}

extension Span where Element == UInt8 {
    /// The first of `one` and of U+0000 at or after `start`; the span's end if there is none.
    @inline(__always)
    func first(_ one: UInt8, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let hits = word.firstEqual(one) | word.firstEqual(0)
            if hits != 0 { return index &+ hits.firstByte }
            index &+= 8
        }
        while index < count, self[index] != one, self[index] != 0 { index &+= 1 }
        return index
    }

    /// The first of two bytes and of U+0000 at or after `start`; the span's end if there is none.
    @inline(__always)
    func first(_ one: UInt8, _ two: UInt8, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let hits = word.firstEqual(one) | word.firstEqual(two) | word.firstEqual(0)
            if hits != 0 { return index &+ hits.firstByte }
            index &+= 8
        }
        while index < count, self[index] != one, self[index] != two, self[index] != 0 {
            index &+= 1
        }
        return index
    }

    /// Whether all bytes of a range are below 0x80.
    @inline(__always)
    func isASCII(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            if word(at: index) & UInt64.highBits != 0 { return false }
            index &+= 8
        }
        while index < range.upperBound {
            if self[index] >= 0x80 { return false }
            index &+= 1
        }
        return true
    }

    /// The first of four bytes at or after `start`; the span's end if there is none.
    @inline(__always)
    func first(of bytes: (UInt8, UInt8, UInt8, UInt8), from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let hits =
                word.firstEqual(bytes.0) | word.firstEqual(bytes.1) | word.firstEqual(bytes.2)
                | word.firstEqual(bytes.3)
            if hits != 0 { return index &+ hits.firstByte }
            index &+= 8
        }
        while index < count {
            let byte = self[index]
            if byte == bytes.0 || byte == bytes.1 || byte == bytes.2 || byte == bytes.3 { break }
            index &+= 1
        }
        return index
    }
}

extension StaticString {
    /// The byte at `index`, which must be below `utf8CodeUnitCount`.
    func byte(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < utf8CodeUnitCount)
        // SAFETY: the index was just checked; a literal's bytes live as long as the program.
        return unsafe utf8Start[index]
    }
}
