/// Where on a page a piece of text stands. Rules can name layers.
///
/// The raw values are part of the image format.
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
    /// The words of the request's URL, unescaped: host, path and query. No markup has it.
    case url

    /// How many there are; the length of arrays by layer.
    public static let count = 9

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
        case .url: "url"
        }
    }
}

/// A set of layers.
@frozen public struct TextLayers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable public init(_ layer: TextLayer) { rawValue = 1 &<< UInt16(layer.rawValue) }

    /// Every layer but comments.
    public static let standard = TextLayers.all.subtracting(TextLayers(.comment))
    public static let all = TextLayers(rawValue: 0x1FF)
    /// What e2guardian's lists look at: the whole of a page's source, and no address.
    public static let ofSource = TextLayers.standard.subtracting(TextLayers(.url))
    /// What our own lists look at unless they say otherwise: what people see, what pages hide, and the
    /// address; not what only machines read.
    public static let ofReaders: TextLayers = [
        TextLayers(.title), TextLayers(.text), TextLayers(.attribute), TextLayers(.hidden),
        TextLayers(.url),
    ]

    /// The names of its layers, in their order. Allocates.
    public var names: [String] { TextLayer.allCases.filter { contains($0) }.map(\.name) }

    @inlinable @inline(__always)
    public func contains(_ layer: TextLayer) -> Bool {
        rawValue &>> UInt16(layer.rawValue) & 1 != 0
    }

    /// The set with this name in lists, of one layer or `all`; nil: there is none.
    public init?(name: String) {
        if name == "all" {
            self = .all
        } else {
            guard let layer = TextLayer.allCases.first(where: { $0.name == name }) else {
                return nil
            }
            self.init(layer)
        }
    }
}
