/// Where on a page a piece of text stands. Rules can name layers.
@frozen public enum TextLayer: UInt8, Sendable, CaseIterable {
    /// The page's title.
    case title
    /// What a reader sees.
    case text
    /// What a reader sees or hears of attributes: `alt`, `title`, `placeholder`, labels, the
    /// `content` of a description.
    case attribute
    /// Where links and resources lead.
    case link
    /// String literals of scripts.
    case script
    /// Strings that style sheets insert (`content:`).
    case style
    /// Comments. Nobody sees them; off by default.
    case comment
    /// Text that the markup hides from readers. It can speak against a page, and should never
    /// speak for it: pages hide good words to look harmless, and bad ones for search engines.
    case hidden

    public var name: String {
        switch self {
        case .title: "title"
        case .text: "text"
        case .attribute: "attribute"
        case .link: "link"
        case .script: "script"
        case .style: "style"
        case .comment: "comment"
        case .hidden: "hidden"
        }
    }
}

/// A set of layers.
public struct TextLayers: OptionSet, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ layer: TextLayer) { rawValue = 1 << UInt16(layer.rawValue) }

    /// Every layer but comments.
    public static let standard = TextLayers.all.subtracting(TextLayers(.comment))
    public static let all = TextLayers(rawValue: 0xFF)

    @inline(__always)
    public func contains(_ layer: TextLayer) -> Bool {
        rawValue &>> UInt16(layer.rawValue) & 1 != 0
    }
}

/// What a body is, as far as reading its text is concerned.
@frozen public enum MarkupKind: UInt8, Sendable, CaseIterable {
    case html
    case xml
    case json
    case script
    case style
    case plain
}
