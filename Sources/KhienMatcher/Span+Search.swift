import CIntrinsics

extension Span where Element == UInt8 {
    /// Where `piece` stands first, at `start` or behind it; nil: nowhere. Traps where `start` is past the end.
    ///
    /// - Complexity: O(count), whatever the two say: the C library's `memmem`.
    func firstIndex(of piece: borrowing Span<UInt8>, from start: Int) -> Int? {
        precondition(start >= 0 && start <= count)
        // SAFETY: `memmem` reads the bytes of the two spans only, during the call; a place that it finds lies in
        // the first.
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe piece.withUnsafeBufferPointer { wanted in
                guard let base = bytes.baseAddress, let first = wanted.baseAddress,
                    let found = unsafe memmem(
                        base + start, bytes.count - start, first, wanted.count)
                else { return Int?.none }
                return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
            }
        }
    }
}
