import KhienModel

/// Where lines begin, to turn libyaml's columns (in Unicode scalars) into ours (in bytes).
struct LineTable {
    /// Places further right are named by their line alone.
    private static let scalarsWalkedMax = 2_048

    private let lines: [Substring.UnicodeScalarView]

    init(_ text: String) {
        // Lines as libyaml counts them (YAML 1.1): LF, CR, CRLF, NEL, LS, PS.
        var lines: [Substring.UnicodeScalarView] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index = scalars.index(after: index)
            switch scalar.value {
            case 0x0D where index < scalars.endIndex && scalars[index].value == 0x0A: continue
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
                lines.append(scalars[start..<index])
                start = index
            default: continue
            }
        }
        lines.append(scalars[start...])
        self.lines = lines
    }

    /// - Parameters: `line` and `scalarColumn` from 1.
    func location(file: String, line: Int, scalarColumn: Int) -> SourceLocation {
        guard line >= 1, line <= lines.count else { return SourceLocation(file: file, line: line) }
        // The scalars before the column are walked for each value of the file; a file that is one
        // line of a megabyte must not make that quadratic.
        guard scalarColumn <= Self.scalarsWalkedMax else {
            return SourceLocation(file: file, line: line)
        }
        let before = lines[line - 1].prefix(max(0, scalarColumn - 1))
        let bytes = before.reduce(0) { $0 + UTF8.width($1) }
        return SourceLocation(file: file, line: line, column: bytes + 1)
    }

    /// The place of the character at `characterOffset`, from 0.
    func location(file: String, characterOffset: Int) -> SourceLocation {
        var left = characterOffset
        for (index, line) in lines.enumerated() {
            let count = Substring(line).count
            if left < count {
                return location(file: file, line: index + 1, scalarColumn: left + 1)
            }
            left -= count
        }
        return SourceLocation(file: file, line: lines.count)
    }

    /// The line, from 1, of the first `scalar` in `text`.
    static func firstLine(of scalar: Unicode.Scalar, in text: String) -> Int {
        text.unicodeScalars.prefix { $0 != scalar }.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
    }
}
