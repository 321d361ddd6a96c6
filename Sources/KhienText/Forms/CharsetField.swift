import KhienModel

/// Reads the field `_charset_` of a form, in which browsers say the charset of all its fields.
///
/// Source: HTML Standard, section 4.10.21.5 ("constructing the entry list").
public struct CharsetField {
    private static let name = Array("_charset_".utf8)

    /// The begin of the name that is being read.
    private var name: [UInt8] = []
    private var hasEnded = false
    private var isOpen = false
    private var label: [UInt8] = []

    public init() {}

    /// A piece of names, each of which ends with U+0000.
    public mutating func readName(_ piece: Span<UInt8>) {
        for index in piece.indices {
            if hasEnded { name.removeAll(keepingCapacity: true) }
            hasEnded = piece[index] == 0
            if hasEnded {
                isOpen = name == Self.name
                label.removeAll(keepingCapacity: true)
            } else if name.count <= Self.name.count {
                name.append(piece[index])
            }
        }
    }

    /// A piece of values, as names.
    ///
    /// - Returns: the label, where it ends here; at most `Limits.Coding.labelBytesMax` bytes.
    public mutating func readValue(_ piece: Span<UInt8>) -> [UInt8]? {
        guard isOpen else { return nil }
        for index in piece.indices {
            if piece[index] == 0 {
                isOpen = false
                return label
            }
            if label.count == Limits.Coding.labelBytesMax {
                isOpen = false
                return nil
            }
            label.append(piece[index])
        }
        return nil
    }
}
