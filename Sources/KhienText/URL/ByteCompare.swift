import KhienModel

/// Compares runs of bytes.
public enum ByteCompare {
    /// Whether two runs of bytes of the same length are equal.
    ///
    /// - Precondition: the ranges lie inside of their spans.
    public static func equal(
        _ left: Span<UInt8>, _ leftRange: Range<Int>, _ right: Span<UInt8>,
        _ rightRange: Range<Int>
    ) -> Bool {
        let count = leftRange.count
        guard count == rightRange.count else { return false }
        if count < 16 { return equal(left, leftRange, right, rightRange.lowerBound) }
        // Sixteen at a time; of the last sixteen some are compared again.
        let (left, right) = (left.extracting(leftRange), right.extracting(rightRange))
        var difference = left.vector(at: count &- 16) ^ right.vector(at: count &- 16)
        var position = 0
        while position &+ 16 <= count {
            difference |= left.vector(at: position) ^ right.vector(at: position)
            position &+= 16
        }
        return URLBlocks.isZero(difference)
    }

    private static func equal(
        _ left: Span<UInt8>, _ leftRange: Range<Int>, _ right: Span<UInt8>, _ rightStart: Int
    ) -> Bool {
        let count = leftRange.count
        if count >= 8 {
            return left.word(at: leftRange.lowerBound) == right.word(at: rightStart)
                && left.word(at: leftRange.upperBound &- 8)
                    == right.word(at: rightStart &+ count &- 8)
        }
        for index in 0..<count
        where left[leftRange.lowerBound &+ index] != right[rightStart &+ index] {
            return false
        }
        return true
    }
}
