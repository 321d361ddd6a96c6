/// Percent-decoding until nothing changes, in one pass.
///
/// Each byte is pushed to the output; whenever the last three are `%XX`, they become their byte,
/// and the new end is looked at again. Since two escapes never overlap (`%` is no hexadecimal
/// digit), the order of decoding does not matter and this gives what repeated passes give. Each
/// step makes the output shorter, so the whole is linear: `%25252525...` costs no more than text.
enum RepeatedDecoding {
    static func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        let start = output.count
        for index in text.indices {
            output.append(text[index])
            while output.count - start >= 3, output[output.count - 3] == 0x25,
                let high = output[output.count - 2].hexValue,
                let low = output[output.count - 1].hexValue
            {
                output.removeLast(2)
                output[output.count - 1] = high << 4 | low
            }
        }
    }
}
