import KhienModel

/// What is to be done with a page, and what decided.
public struct PageVerdict: Hashable, Sendable {
    public var action: Action
    public var cause: Cause
    /// The entry that decided; of a score the one that contributed most. Nil: nothing was found
    /// that counts.
    public var entry: EntryIndex?
    /// Where that entry was found.
    public var place: PagePlace?
    /// Of the group named, or of the page.
    public var score: Int
    /// The score at which it is condemned.
    public var limit: Int
    /// The group with the highest score; of a verdict by a group's own limit, that group.
    public var group: UInt16?

    public enum Cause: String, Hashable, Sendable {
        /// Nothing condemns the page.
        case none
        /// A phrase that condemns by itself.
        case ban
        /// A phrase that lifts what others say.
        case exception
        /// The page's score.
        case score
        /// The score of one group, which has a limit of its own.
        case group
    }

    /// Nothing was found that counts.
    public static func pass(limit: Int) -> PageVerdict {
        PageVerdict(
            action: .allow, cause: .none, entry: nil, place: nil, score: 0, limit: limit, group: nil
        )
    }
}

/// Where a term was found first: in the first of its layers and views.
public struct PagePlace: Hashable, Sendable {
    public var layer: TextLayer
    public var view: TextView
    public var reading: TextReading
    public var offset: OffsetClass

    init(_ count: TermCount) {
        (layer, view, reading) = PageTally.place(ofBit: count.seen.trailingZeroBitCount)
        offset = OffsetClass(Int(count.firstOffset))
    }

    /// The view as people are shown it.
    public var viewName: String { reading.name(of: view) }
}
