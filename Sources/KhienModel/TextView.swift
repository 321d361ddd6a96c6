/// In which spelling a piece of canonical text is given. The decoding of legacy charsets is a second
/// way to read a page (`TextReading`); it feeds the same views.
@frozen public enum TextView: UInt8, Sendable, CaseIterable {
    /// Case, width, compatibility forms and look-alikes folded, ignorables dropped, tones in their
    /// canonical place.
    case exact
    /// The exact view without diacritics.
    case plain
    /// Parts of the plain view where letters that stood apart were joined, repeats squeezed, or words
    /// told apart that signs part or nothing does, with some words around. U+000A parts one such part
    /// from the next.
    case joined

    public var name: String {
        switch self {
        case .exact: "exact"
        case .plain: "plain"
        case .joined: "joined"
        }
    }
}

/// By which charset a page was read.
@frozen public enum TextReading: UInt8, Sendable, CaseIterable {
    /// As the page declares, or as browsers guess.
    case declared
    /// As the legacy Vietnamese or other charset that the page seems to be in, or as another one that some
    /// browsers take it to declare.
    case legacy

    /// The name of `view` in this reading, as hits show it: what a legacy decoding shows is one
    /// view to people.
    public func name(of view: TextView) -> String { self == .legacy ? "legacy" : view.name }
}

/// A set of views. The views of the legacy reading are one of them; it is looked at in the views
/// that the set has besides.
@frozen public struct TextViews: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable public init(_ view: TextView) { rawValue = 1 &<< view.rawValue }

    public static let exact = TextViews(rawValue: 1)
    public static let plain = TextViews(rawValue: 2)
    public static let joined = TextViews(rawValue: 4)
    /// The three views that text is folded into.
    public static let all: TextViews = [.exact, .plain, .joined]
    /// What is found in a legacy decoding counts, too.
    public static let legacy = TextViews(rawValue: 8)
    /// The three views in both readings.
    public static let everyReading: TextViews = [.exact, .plain, .joined, .legacy]

    /// The names of its views, in their order; the legacy reading is `legacy`. Allocates.
    public var names: [String] {
        TextView.allCases.filter { contains(TextViews($0)) }.map(\.name)
            + (contains(.legacy) ? ["legacy"] : [])
    }

    /// Whether what is found in `view` of `reading` counts. Allocates nothing.
    @inlinable @inline(__always)
    public func contains(_ view: TextView, _ reading: TextReading) -> Bool {
        let wanted = 1 &<< view.rawValue | (reading == .legacy ? 8 : 0)
        return rawValue & wanted == wanted
    }

    /// The set with this name in lists, of one view or `all`; nil: there is none.
    public init?(name: String) {
        switch name {
        case "legacy": self = .legacy
        case "all": self = .everyReading
        default:
            guard let view = TextView.allCases.first(where: { $0.name == name }) else { return nil }
            self.init(view)
        }
    }
}
