// Loads and stores of more than a byte at a time. The only file of the charsets that does so.

extension Span where Element == UInt8 {
    /// The eight bytes at `offset`, the first the least significant.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // SAFETY: `unsafeLoadUnaligned` traps outside the span; a UInt64 has no invalid bit
        // pattern, and no alignment is assumed.
        UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt64.self))
    }

    /// The 16 bytes at `offset`.
    @inline(__always)
    func vector(at offset: Int) -> SIMD16<UInt8> {
        // SAFETY: as above.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}

extension MutableSpan where Element == UInt8 {
    /// Stores eight bytes at `offset`, the least significant first.
    @inline(__always)
    mutating func store(_ word: UInt64, at offset: Int) {
        // SAFETY: the offsets are checked here; the pointer does not leave the closure.
        precondition(offset >= 0 && offset &+ 8 <= count)
        unsafe withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
        }
    }

    /// Stores four bytes at `offset`, the least significant first.
    @inline(__always)
    mutating func store(_ word: UInt32, at offset: Int) {
        // SAFETY: the offsets are checked here; the pointer does not leave the closure.
        precondition(offset >= 0 && offset &+ 4 <= count)
        unsafe withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
    }

    /// Copies `input[range]` to `offset`.
    @inline(__always)
    mutating func copy(_ input: Span<UInt8>, _ range: Range<Int>, at offset: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= input.count)
        precondition(offset >= 0 && offset + range.count <= count)
        if range.isEmpty { return }
        // SAFETY: both ranges are checked above; neither pointer leaves its closure, and the two
        // spans cannot overlap: this one is held exclusively.
        unsafe withUnsafeMutableBytes { target in
            unsafe input.withUnsafeBytes { source in
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe (to + offset).copyMemory(
                    from: from + range.lowerBound, byteCount: range.count)
            }
        }
    }
}
