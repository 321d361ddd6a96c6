import KhienModel

/// A configuration file as it was typed: every value with the place where it stands. Nothing is
/// judged yet, so that the judge can name the line of whatever it refuses.
public struct Draft: Sendable {
    /// The path as the operator wrote it.
    public let file: String
    public let root: DraftNode
}

/// One value of a draft.
public struct DraftNode: Sendable {
    public let location: SourceLocation
    public let value: Value

    public indirect enum Value: Sendable {
        /// No value: `key:`, `~` or `null`.
        case empty
        /// A scalar's text; `quoted` where it stands in quotes or is a block scalar.
        case scalar(String, quoted: Bool)
        case sequence([DraftNode])
        /// Pairs in the file's order. Keys are distinct.
        case mapping([DraftEntry])
    }

    /// What the value is, for "expected ..., found ...".
    var kindName: String {
        switch value {
        case .empty: "nothing"
        case .scalar(let text, _): "\"\(Self.excerpt(text))\""
        case .sequence: "a list"
        case .mapping: "a section"
        }
    }

    /// At most 60 characters of `text`, printable, so that a hostile value cannot flood a terminal
    /// or drive it by control characters.
    static func excerpt(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(60) {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > 60 ? result + "..." : result
    }
}

/// A key with its value.
public struct DraftEntry: Sendable {
    public let key: String
    public let keyLocation: SourceLocation
    public let value: DraftNode
}
