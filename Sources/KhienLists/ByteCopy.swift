/// Copies runs of bytes in one step. `Array.append` byte by byte asks for uniqueness and capacity
/// each time, which was the largest cost of reading a list of plain domains.
enum ByteCopy {
    /// Appends the bytes of `range` to `target`.
    ///
    /// SAFETY: `extracting` checks `range` against the span, and the pointer does not leave the
    /// closure, which only copies from it.
    static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to target: inout [UInt8]) {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { buffer in
            unsafe target.append(contentsOf: buffer)
        }
    }
}
