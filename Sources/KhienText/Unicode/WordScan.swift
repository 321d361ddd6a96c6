// Looking for bytes eight at a time.

import CIntrinsics
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
        first(of: (one, 0, one, 0), from: start)
    }

    /// The first of two bytes and of U+0000 at or after `start`; the span's end if there is none.
    @inline(__always)
    func first(_ one: UInt8, _ two: UInt8, from start: Int) -> Int {
        first(of: (one, two, 0, 0), from: start)
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
        let rest = extracting(start...)
        // SAFETY: it reads the bytes that it is given the number of.
        let place = unsafe rest.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe khien_find4(base, $0.count, bytes.0, bytes.1, bytes.2, bytes.3)
        }
        return start &+ place
    }
}

extension Span where Element == UInt8 {
    /// A name that begins at `start`, in small letters, up to what may end it, sixteen bytes at most; nil where fewer are
    /// left.
    @inline(__always)
    func name(at start: Int) -> MarkupName? {
        guard start &+ 16 <= count else { return nil }
        let part = extracting(start..<start &+ 16)
        // SAFETY: it reads sixteen bytes, as many as there are.
        let name = unsafe part.withUnsafeBufferPointer { unsafe khien_name16($0.baseAddress) }
        return MarkupName(low: name.low, high: name.high, count: name.count)
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
