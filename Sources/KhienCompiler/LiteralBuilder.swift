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

    /// Literals that share a window.
    struct Crowd {
        /// The number of one of them, the lowest.
        var literal: UInt32
        /// How many there are.
        var count: Int
    }

    /// Literals that may share a window before that is told: a page of some 48 KiB that does nothing but
    /// repeat what this many share reaches `Limits.Literals.crowdedMax`.
    static let crowdMax = Limits.Literals.crowdedMax / 2_048

    /// The section of `literals`; a literal's number is its index.
    ///
    /// - Parameter literals: distinct in bytes and flags.
    /// - Throws: `ImageError.overLimit` when there are more than `Limits.Literals.countMax`, or one
    ///   is longer than `Limits.Literals.bytesMax`, or empty.
    public static func section(
        _ literals: [Literal], comparing: Case = .exact
    ) throws(ImageError) -> SectionData {
        try build(literals, comparing: comparing).section
    }

    /// The same, with what is shared by too many.
    static func build(
        _ literals: [Literal], comparing: Case = .exact
    ) throws(ImageError) -> (section: SectionData, crowds: [Crowd]) {
        guard literals.count <= Limits.Literals.countMax else {
            throw ImageError(
                .overLimit("literals", found: literals.count, limit: Limits.Literals.countMax))
        }
        let isCaseless = comparing == .asciiCaseless
        var text: [UInt8] = []
        var records: [UInt32] = []
        var windows = LiteralWindows(isCaseless: isCaseless)
        for (index, literal) in literals.enumerated() {
            let count = literal.bytes.count
            guard count >= 1, count <= Limits.Literals.bytesMax else {
                throw ImageError(
                    .overLimit(
                        "bytes of literal \(index)", found: count, limit: Limits.Literals.bytesMax))
            }
            let flags = UInt32(literal.startsWord ? 1 : 0) | UInt32(literal.endsWord ? 2 : 0)
            records += [UInt32(text.count), UInt32(count) | flags << 8]
            text += isCaseless ? literal.bytes.map(lowered) : literal.bytes
        }
        // Short ones have no choice of windows; longer ones then prefer windows that are there.
        let order = literals.indices.sorted {
            (literals[$0].bytes.count, $0) < (literals[$1].bytes.count, $1)
        }
        for index in order { windows.add(literals[index].bytes, literal: UInt32(index)) }
        let longest = literals.map(\.bytes.count).max() ?? 0
        let section = windows.section(
            records: records, text: text, flags: isCaseless ? 1 : 0, longest: longest)
        return (section, windows.crowds(over: crowdMax))
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
