/// Percent-decoding until nothing changes, in one pass.
///
/// Each byte is pushed to the output; whenever the last three are `%XX`, they become their byte,
/// and the new end is looked at again. Since two escapes never overlap (`%` is no hexadecimal
/// digit), the order of decoding does not matter and this gives what repeated passes give. Each
/// step makes the output shorter, so the whole is linear: `%25252525...` costs no more than text.
///
/// While no `%` stands in the last two bytes of the output, nothing up to the next `%` of the
/// input can complete an escape: such runs are copied whole.
enum RepeatedDecoding {
    static func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        let start = output.count
        var index = 0
        while index < text.count {
            if !mayContinueEscape(output, from: start) {
                var end = index
                while end < text.count, text[end] != 0x25 { end += 1 }
                output.append(bytesOf: text.extracting(index..<end))
                index = end
                guard index < text.count else { return }
                // The usual escape. Its byte may be `%`: the next round then goes byte by byte.
                if index + 2 < text.count, let high = text[index + 1].hexValue,
                    let low = text[index + 2].hexValue
                {
                    output.append(high << 4 | low)
                    index += 3
                    continue
                }
            }
            output.append(text[index])
            index += 1
            collapse(&output, from: start)
        }
    }

    @inline(__always)
    private static func mayContinueEscape(_ output: [UInt8], from start: Int) -> Bool {
        let count = output.count
        return count > start
            && (output[count - 1] == 0x25 || (count - 1 > start && output[count - 2] == 0x25))
    }

    /// Replaces `%XX` at the end by its byte, and again while that completes another.
    @inline(__always)
    private static func collapse(_ output: inout [UInt8], from start: Int) {
        while output.count - start >= 3, output[output.count - 3] == 0x25,
            let high = output[output.count - 2].hexValue,
            let low = output[output.count - 1].hexValue
        {
            output.removeLast(2)
            output[output.count - 1] = high << 4 | low
        }
    }
}
