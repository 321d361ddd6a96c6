// Bytes eight at a time: the only file of the data path that reads or writes more than one byte of a
// span at once. Everything else asks for words here, or for elements of a span.

extension UInt64 {
    /// 1 in each byte.
    @inlinable public static var everyByte: UInt64 { 0x0101_0101_0101_0101 }
    /// The top bit of each byte: where answers about bytes stand.
    @inlinable public static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// The top bit of each byte that is `byte`.
    ///
    /// Adding to the low seven bits of a byte carries into its top bit and never into the next
    /// byte, so the answer is exact. Source: H. S. Warren, "Hacker's Delight", section 6-1.
    @inlinable @inline(__always)
    public func bytes(equalTo byte: UInt8) -> UInt64 {
        let difference = self ^ (Self.everyByte &* UInt64(byte))
        return ~(((difference & ~Self.highBits) &+ ~Self.highBits) | difference | ~Self.highBits)
    }

    /// The top bit of each byte from `first` to `last`, both below 0x80.
    @inlinable @inline(__always)
    public func bytes(from first: UInt8, through last: UInt8) -> UInt64 {
        let low = self & ~Self.highBits
        let isAtLeast = low &+ (Self.everyByte &* UInt64(0x80 &- first))
        let isAbove = low &+ (Self.everyByte &* UInt64(0x7F &- last))
        return isAtLeast & ~isAbove & ~self & Self.highBits
    }

    /// ASCII letters in lower case, all else as it is.
    @inlinable @inline(__always)
    public var asciiLowered: UInt64 {
        self | (bytes(from: UInt8(ascii: "A"), through: UInt8(ascii: "Z")) &>> 2)
    }
}

extension Span where Element == UInt8 {
    /// The eight bytes at `offset`, the first the least significant. Traps where fewer are left.
    @inlinable @inline(__always)
    public func word(at offset: Int) -> UInt64 {
        // SAFETY: `unsafeLoadUnaligned` traps outside the span; a UInt64 has no invalid bit
        // pattern, and no alignment is assumed.
        UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt64.self))
    }

    /// The 16 bytes at `offset`. Traps where fewer are left.
    @inlinable @inline(__always)
    public func vector(at offset: Int) -> SIMD16<UInt8> {
        // SAFETY: `unsafeLoadUnaligned` traps outside the span; any 16 bytes are a vector.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}

extension MutableSpan where Element == UInt8 {
    /// Stores eight bytes at `offset`, the least significant first. Traps where fewer are left.
    @inlinable @inline(__always)
    public mutating func store(_ word: UInt64, at offset: Int) {
        // SAFETY: any bytes are valid bytes, so writing them through the raw view breaks nothing;
        // `storeBytes` traps outside the span.
        var raw = unsafe mutableBytes
        raw.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}

extension MutableSpan where Element == UInt8 {
    /// Copies all of `bytes` to `offset` and behind. Traps where less room is left.
    @inlinable @inline(__always)
    public mutating func copy(_ bytes: Span<UInt8>, at offset: Int) {
        let count = bytes.count
        precondition(offset >= 0 && count <= self.count && offset <= self.count - count)
        // SAFETY: the range was checked in the line above; `bytes` is borrowed and cannot be the
        // memory that is written exclusively here.
        unsafe withUnsafeMutableBufferPointer { target in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress
                else { return }
                unsafe (to + offset).update(from: from, count: count)
            }
        }
    }

    /// Moves the bytes at `range` to `offset`; the two may overlap. Traps outside of the span.
    @inlinable @inline(__always)
    public mutating func move(_ range: Range<Int>, to offset: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        precondition(offset >= 0 && offset <= count - range.count)
        // SAFETY: both ranges were checked in the lines above; `update` copies as `memmove` does.
        unsafe withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe (base + offset).update(from: base + range.lowerBound, count: range.count)
        }
    }
}
