// Loads, stores and copies that `KhienModel` does not offer. The only such file of the charsets.

import CIntrinsics

extension Span where Element == UInt8 {
    /// The first byte from `start` that is not ASCII, or `end`.
    @inline(__always)
    func firstNonASCII(from start: Int, to end: Int) -> Int {
        let part = extracting(start..<end)
        // SAFETY: it reads the bytes that it is given the number of.
        let place = unsafe part.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe khien_beyond_ascii(base, $0.count)
        }
        return start &+ place
    }

    /// The first `byte` from `start` on, or the span's end.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int) -> Int {
        let part = extracting(start...)
        // SAFETY: it reads the bytes that it is given the number of.
        let place = unsafe part.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return 0 }
            return unsafe khien_find4(base, $0.count, byte, byte, byte, byte)
        }
        return start &+ place
    }
}

extension MutableSpan where Element == UInt8 {
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
