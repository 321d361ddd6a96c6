/// Punycode, over scalar values.
///
/// Source: RFC 3492 sections 5 and 6.
enum Punycode {
    private static let base: UInt32 = 36
    private static let minimumThreshold: UInt32 = 1
    private static let maximumThreshold: UInt32 = 26

    /// Appends the encoding of `label` without the prefix `xn--`; false on overflow.
    static func encode(_ label: Span<UInt32>, to output: inout [UInt8]) -> Bool {
        let start = output.count
        for index in label.indices where label[index] < 0x80 {
            output.append(UInt8(truncatingIfNeeded: label[index]))
        }
        let basicCount = UInt32(output.count - start)
        if basicCount > 0 { output.append(0x2D) }
        var handled = basicCount
        var state = State()
        var current: UInt32 = 0x80
        var delta: UInt32 = 0
        while handled < label.count {
            var next = UInt32.max
            for index in label.indices where label[index] >= current {
                next = min(next, label[index])
            }
            let (step, overflow) = (next - current).multipliedReportingOverflow(by: handled + 1)
            let (sum, carried) = delta.addingReportingOverflow(step)
            if overflow || carried { return false }
            delta = sum
            current = next
            for index in label.indices {
                if label[index] < current { delta += 1 }
                if label[index] == current {
                    appendInteger(delta, bias: state.bias, to: &output)
                    state.adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                    delta = 0
                    handled += 1
                }
            }
            delta += 1
            current += 1
        }
        return true
    }

    /// Appends the scalars that `text` (without `xn--`) encodes; false if it encodes nothing.
    static func decode(_ text: Span<UInt8>, to output: inout [UInt32]) -> Bool {
        let start = output.count
        var delimiter = text.count - 1
        while delimiter >= 0, text[delimiter] != 0x2D { delimiter -= 1 }
        for index in 0..<max(delimiter, 0) {
            guard text[index] < 0x80 else { return false }
            output.append(UInt32(text[index]))
        }
        var index = delimiter > 0 ? delimiter + 1 : 0
        var state = State()
        var current: UInt32 = 0x80
        var position: UInt32 = 0
        while index < text.count {
            let before = position
            guard
                let value = readInteger(text, at: &index, bias: state.bias, adding: position)
            else { return false }
            let count = UInt32(output.count - start) + 1
            state.adapt(value - before, count: count, isFirst: before == 0)
            let (scalar, overflow) = current.addingReportingOverflow(value / count)
            guard !overflow, scalar <= 0x10FFFF, scalar & 0xFFFF_F800 != 0xD800 else {
                return false
            }
            current = scalar
            position = value % count
            output.insert(scalar, at: start + Int(position))
            position += 1
        }
        return true
    }

    private static func appendInteger(_ value: UInt32, bias: UInt32, to output: inout [UInt8]) {
        var rest = value
        var weight = base
        while true {
            let threshold = threshold(at: weight, bias: bias)
            if rest < threshold { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            weight += base
        }
        output.append(digit(rest))
    }

    private static func readInteger(
        _ text: Span<UInt8>, at index: inout Int, bias: UInt32, adding position: UInt32
    ) -> UInt32? {
        var value = position
        var factor: UInt32 = 1
        var weight = base
        while true {
            guard index < text.count, let digit = digitValue(text[index]) else { return nil }
            index += 1
            let (product, overflow) = digit.multipliedReportingOverflow(by: factor)
            let (sum, carried) = value.addingReportingOverflow(product)
            if overflow || carried { return nil }
            value = sum
            let threshold = threshold(at: weight, bias: bias)
            if digit < threshold { return value }
            let (next, tooLarge) = factor.multipliedReportingOverflow(by: base - threshold)
            if tooLarge { return nil }
            factor = next
            weight += base
        }
    }

    private static func threshold(at weight: UInt32, bias: UInt32) -> UInt32 {
        if weight <= bias + minimumThreshold { return minimumThreshold }
        return min(weight - bias, maximumThreshold)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? 0x61 + value : 0x16 + value)
    }

    private static func digitValue(_ byte: UInt8) -> UInt32? {
        if byte.isDigit { return UInt32(byte) - 0x30 + 26 }
        return byte.isAlpha ? UInt32(byte | 0x20) - 0x61 : nil
    }

    /// The bias and how it adapts (RFC 3492 section 6.1).
    private struct State {
        var bias: UInt32 = 72

        mutating func adapt(_ delta: UInt32, count: UInt32, isFirst: Bool) {
            var rest = isFirst ? delta / 700 : delta / 2
            rest += rest / count
            var weight: UInt32 = 0
            while rest > (base - minimumThreshold) * maximumThreshold / 2 {
                rest /= base - minimumThreshold
                weight += base
            }
            bias = weight + (base - minimumThreshold + 1) * rest / (rest + 38)
        }
    }
}
