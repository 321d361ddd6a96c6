import KhienImage
import KhienModel

/// Builds section 13, `literals`: the literals of all phrases with the scanner's index of them.
public enum LiteralBuilder {
    /// How literals and text are compared.
    public enum Case: Sendable {
        /// Byte by byte; what canonical text asks for.
        case exact
        /// ASCII letters match in either case.
        case asciiCaseless
    }

    /// The section of `literals`; a literal's number is its index.
    ///
    /// - Parameter literals: distinct in bytes and flags.
    /// - Throws: `ImageError.overLimit` when there are more than `Limits.Literals.countMax`, or one
    ///   is longer than `Limits.Literals.bytesMax`, or empty.
    public static func section(
        _ literals: [Literal], comparing: Case = .exact
    ) throws(ImageError) -> SectionData {
        guard literals.count <= Limits.Literals.countMax else {
            throw ImageError(
                .overLimit("literals", found: literals.count, limit: Limits.Literals.countMax))
        }
        var text: [UInt8] = []
        var records: [UInt32] = []
        var byFirst: [[UInt32]] = Array(repeating: [], count: 256)
        for (index, literal) in literals.enumerated() {
            let count = literal.bytes.count
            guard count >= 1, count <= Limits.Literals.bytesMax else {
                throw ImageError(
                    .overLimit(
                        "bytes of literal \(index)", found: count, limit: Limits.Literals.bytesMax))
            }
            let bytes =
                switch comparing {
                case .exact: literal.bytes
                case .asciiCaseless: literal.bytes.map(lowered)
                }
            let flags = UInt32(literal.startsWord ? 1 : 0) | UInt32(literal.endsWord ? 2 : 0)
            records += [UInt32(text.count), UInt32(count) | flags << 8]
            byFirst[Int(bytes[0])].append(UInt32(index))
            text += bytes
        }
        var firsts: [UInt32] = [0]
        for group in byFirst { firsts.append((firsts.last ?? 0) + UInt32(group.count)) }
        let longest = literals.map(\.bytes.count).max() ?? 0
        var header = [UInt32](repeating: 0, count: LiteralTable.headerByteCount / 4)
        header[0] = UInt32(literals.count)
        header[1] = comparing == .asciiCaseless ? 1 : 0
        header[2] = UInt32(longest)
        header[4] = UInt32(text.count)
        return SectionData(
            .literals,
            [
                .doubleWords(header), .doubleWords(firsts), .doubleWords(byFirst.flatMap(\.self)),
                .doubleWords(records), .bytes(text),
            ])
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
