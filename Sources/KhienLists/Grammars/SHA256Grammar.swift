import KhienModel

/// Lists that hold no clear text: the SHA-256 of one canonical expression a line, as 64 hexadecimal
/// digits or as base64 (RFC 4648, section 4 or 5, 44 characters with the padding).
///
/// A comment begins with `#`, on a line of its own or after the hash and white space. The `-` for standard input
/// that `sha256sum` writes behind a hash says nothing.
struct SHA256Grammar: StatelessGrammar {
    private static let byteCount = 32

    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        do throws(LineFault) {
            guard let word = line.nextWord(in: 0..<line.count) else { return .blank }
            if line[word.lowerBound] == Byte.hash { return .comment }
            var rest = line.trimmed(word.upperBound..<line.count)
            if let input = line.nextWord(in: rest),
                line.equals("-", in: input) || line.equals("*-", in: input)
            {
                rest = line.trimmed(input.upperBound..<line.count)
            }
            if !rest.isEmpty, line[rest.lowerBound] != Byte.hash {
                throw .rejected("sha256.form", "one hash a line was expected", at: rest.lowerBound)
            }
            var repairs = try Self.addHash(line, word, into: &builder)
            if word.lowerBound > 0 || (rest.isEmpty && word.upperBound < line.count) {
                repairs.insert(.whiteSpace)
            }
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }

    /// Adds the hash that stands in `range`.
    static func addHash(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let start = builder.text.count
        switch range.count {
        case byteCount * 2: try appendHexadecimal(line, range, to: &builder.text)
        case 44:
            do throws(LineFault) {
                try appendBase64(line, range, to: &builder.text)
            } catch {
                builder.text.removeSubrange(start...)
                throw error
            }
        default:
            throw .rejected(
                "sha256.length", "64 hexadecimal digits, or base64 of 32 bytes, were expected",
                at: range.lowerBound)
        }
        builder.addEntry(.expression, textFrom: start)
        return RepairSet()
    }

    private static func appendHexadecimal(
        _ line: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]
    ) throws(LineFault) {
        for index in range {
            let byte = line[index]
            guard Byte.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 else {
                throw .rejected("sha256.digit", "a hexadecimal digit was expected", at: index)
            }
        }
        for index in range { text.append(Byte.lowered(line[index])) }
    }

    /// Ten groups of four characters are 30 bytes; the last, `xxx=`, is two, and two bits that must
    /// be zero, so that one hash has one spelling.
    private static func appendBase64(
        _ line: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]
    ) throws(LineFault) {
        var bits: UInt32 = 0
        var count = 0
        for index in range.dropLast() {
            guard let value = sextet(line[index]) else {
                throw .rejected("sha256.digit", "a base64 character was expected", at: index)
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                append(UInt8(truncatingIfNeeded: bits >> UInt32(count)), to: &text)
            }
        }
        let last = range.upperBound - 1
        guard line[last] == Byte.equals, bits & 3 == 0 else {
            throw .rejected("sha256.digit", "base64 of 32 bytes ends in another way", at: last)
        }
    }

    private static func sextet(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), Byte.hyphen: 62
        case Byte.slash, UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        for nibble in [byte >> 4, byte & 15] {
            text.append(nibble < 10 ? nibble + UInt8(ascii: "0") : nibble + UInt8(ascii: "a") - 10)
        }
    }
}
