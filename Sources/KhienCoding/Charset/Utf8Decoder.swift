/// UTF-8 to UTF-8: valid runs are copied, the rest becomes U+FFFD as browsers do it. A byte order
/// mark at the start is dropped.
///
/// Source: Encoding Standard, sections 6 "UTF-8 decode" and 8.1.1.
struct Utf8Decoder {
    /// The beginning of a character whose rest has not come: at most three bytes.
    private var pending: InlineArray<4, UInt8> = [0, 0, 0, 0]
    private var pendingCount = 0
    /// Whether nothing has been written yet, so that a byte order mark may come.
    private var isAtStart = true

    /// How much of `input` is valid and stands for itself.
    func validPrefix(_ input: Span<UInt8>) -> Int {
        if pendingCount > 0 { return 0 }
        if isAtStart, input.count < 3 || input[0] == 0xEF { return 0 }
        return input.firstInvalidUTF8(from: 0, to: input.count)
    }

    /// The caller has taken bytes that `validPrefix` counted.
    mutating func skipped() { isAtStart = false }

    mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        while read < input.count, output.count - written >= 8 {
            if pendingCount > 0 {
                complete(input[read], &read, &output, &written)
                continue
            }
            // A run can be as long as the room; four bytes are kept for what may follow it.
            let end = min(input.count, read + output.count - written - 4)
            let valid = input.firstInvalidUTF8(from: read, to: end)
            let isMark = isAtStart && valid - read >= 3 && isByteOrderMark(input, read)
            output.copy(input, (isMark ? read + 3 : read)..<valid, at: written)
            written += valid - read - (isMark ? 3 : 0)
            if valid > read { isAtStart = false }
            read = valid
            if read == end, read < input.count { break }
            if read < input.count { stop(input, &read, &output, &written) }
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    private func isByteOrderMark(_ input: Span<UInt8>, _ index: Int) -> Bool {
        input[index] == 0xEF && input[index + 1] == 0xBB && input[index + 2] == 0xBF
    }

    /// At a byte that begins no whole character.
    private mutating func stop(
        _ input: Span<UInt8>, _ read: inout Int, _ output: inout MutableSpan<UInt8>,
        _ written: inout Int
    ) {
        let length = input.sequence(at: read, to: input.count)
        if length < 0 {
            output.writeReplacement(at: &written)
            isAtStart = false
            read -= length
        } else if length == 0 {
            while read < input.count {
                pending[pendingCount] = input[read]
                pendingCount += 1
                read += 1
            }
        }
        // Otherwise a whole character that the room cut in two: the next call copies it.
    }

    /// Puts one more byte to those that are pending.
    private mutating func complete(
        _ byte: UInt8, _ read: inout Int, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) {
        pending[pendingCount] = byte
        let count = pendingCount + 1
        let length = pending.span.sequence(at: 0, to: count)
        if length < 0 {
            output.writeReplacement(at: &written)
            isAtStart = false
            pendingCount = 0
            return
        }
        read += 1
        pendingCount = count
        if length == 0 { return }
        if !isAtStart || !isByteOrderMark(pending.span, 0) {
            for index in 0..<length { output[written + index] = pending[index] }
            written += length
        }
        isAtStart = false
        pendingCount = 0
    }

    mutating func finish(into output: inout MutableSpan<UInt8>) -> Int {
        var written = 0
        if pendingCount > 0 { output.writeReplacement(at: &written) }
        pendingCount = 0
        return written
    }
}
