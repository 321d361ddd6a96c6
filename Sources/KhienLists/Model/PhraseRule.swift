import KhienModel

/// One rule of a phrase list, without its text: all its terms must occur on the page, in any order.
public struct PhraseRule: Hashable, Sendable {
    public var effect: PhraseEffect
    /// Of effect `weigh` only, else 0.
    public var weight: Int32
    /// Occurrences that count at most; 0: all.
    public var countMax: UInt32
    /// Bytes of canonical text that must lie between two occurrences that count.
    public var distanceMin: UInt32
    public var scope: PhraseScope
    /// Index into `ParsedList.phraseGroups`; nil: the group of the list's category.
    public var group: UInt32?
    /// Index into `ParsedList.phraseWindows`; nil: it always holds.
    public var windows: UInt32?
    /// Indices into `ParsedList.phraseTerms`; never empty.
    public var terms: Range<UInt32>

    public init(
        effect: PhraseEffect, weight: Int32 = 0, countMax: UInt32 = 0, distanceMin: UInt32 = 0,
        scope: PhraseScope = .pages, group: UInt32? = nil, windows: UInt32? = nil,
        terms: Range<UInt32>
    ) {
        self.effect = effect
        self.weight = weight
        self.countMax = countMax
        self.distanceMin = distanceMin
        self.scope = scope
        self.group = group
        self.windows = windows
        self.terms = terms
    }
}

/// One part of a phrase rule.
public struct PhraseTerm: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A run of bytes of canonical text.
        case literal
        /// A regular expression (PCRE2) over canonical text.
        case regex
    }

    public var kind: Kind
    /// In `EntryBatch.text`: of a literal its spelling in the exact view, 1 to
    /// `Limits.Phrases.phraseBytesMax` bytes without spaces at its ends; of an expression its
    /// pattern.
    public var text: TextRange
    /// The literal must begin at a word boundary, or end at one.
    public var startsWord: Bool
    public var endsWord: Bool
    public var layers: TextLayers
    public var views: TextViews

    public init(
        kind: Kind = .literal, text: TextRange, startsWord: Bool = false, endsWord: Bool = false,
        layers: TextLayers = .standard, views: TextViews = .everyReading
    ) {
        self.kind = kind
        self.text = text
        self.startsWord = startsWord
        self.endsWord = endsWord
        self.layers = layers
        self.views = views
    }
}
