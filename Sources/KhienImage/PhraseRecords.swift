import KhienModel

/// What an occurrence of a literal counts for.
@frozen public struct PhrasePosting: Sendable {
    public enum Kind: UInt8, Sendable {
        /// A term of a rule has been found: `number` is the term's.
        case term = 0
        /// A regular expression may match around here: `number` is the expression's.
        case regex = 1
    }

    public var number: UInt32
    /// The layers in which it counts.
    public var layers: TextLayers
    /// The views and readings in which this spelling counts.
    public var views: TextViews
    public var kind: Kind

    @inlinable init(number: UInt32, layers: TextLayers, views: TextViews, kind: Kind) {
        self.number = number
        self.layers = layers
        self.views = views
        self.kind = kind
    }
}

/// One part of a rule: where and how it may stand.
@frozen public struct PhraseTermRecord: Sendable {
    public var rule: UInt32
    public var layers: TextLayers
    public var views: TextViews
    /// Which part of its rule it is, from 0.
    public var place: UInt8

    @inlinable init(rule: UInt32, layers: TextLayers, views: TextViews, place: UInt8) {
        self.rule = rule
        self.layers = layers
        self.views = views
        self.place = place
    }
}

/// A rule: all its terms must occur on the page.
@frozen public struct PhraseRuleRecord: Sendable {
    public var entry: EntryIndex
    /// The number of the first term; the others follow.
    public var firstTerm: UInt32
    /// From 1 to `Limits.Phrases.termsPerRuleMax`.
    public var termCount: UInt8
    public var effect: PhraseEffect
    public var scope: PhraseScope
    /// Of effect `weigh` only.
    public var weight: Int32
    /// Occurrences that count at most; 0: all.
    public var countMax: UInt32
    /// Bytes of canonical text that must lie between two occurrences that count.
    public var distanceMin: UInt32
    public var group: UInt16
    /// The first of its windows, or `PhraseTable.noWindow`: it always holds.
    public var window: UInt16

    @inlinable init(
        entry: EntryIndex, firstTerm: UInt32, termCount: UInt8, effect: PhraseEffect,
        scope: PhraseScope, weight: Int32, countMax: UInt32, distanceMin: UInt32, group: UInt16,
        window: UInt16
    ) {
        self.entry = entry
        self.firstTerm = firstTerm
        self.termCount = termCount
        self.effect = effect
        self.scope = scope
        self.weight = weight
        self.countMax = countMax
        self.distanceMin = distanceMin
        self.group = group
        self.window = window
    }
}

/// A regular expression over canonical text.
public struct PhraseRegexRecord: Sendable {
    public var term: UInt32
    /// Whether no literal tells where it may match: it is tried on all text.
    public var isAlways: Bool
    /// The pattern (PCRE2) in `PhraseTable.text`.
    public var textOffset: UInt32
    public var textCount: UInt32
}
