import KhienImage
import KhienModel

/// What came of a compilation, for people and programs.
public struct CompileReport: Sendable {
    /// One for each list, in the image's order.
    public var lists: [ListInfo] = []
    /// Entries in the image by kind.
    public var entriesByKind: [TargetKind: Int] = [:]
    /// Entries left out because the same list says the same on an earlier line.
    public var duplicates = 0
    /// Entries that `$badfilter` rules cancelled, those rules included.
    public var cancelled = 0
    /// Regular expressions that PCRE2 refuses: left out, each with a diagnostic.
    public var refusedRegexes = 0
    /// Rules that can never match: left out, counted in `findings`, too.
    public var neverMatching = 0
    /// Entries that would block a protected name: not applied, each with a diagnostic.
    public var held = 0
    /// Entries of confidential lists that cannot be kept confidential: left out, an error each.
    public var notConfidential = 0
    /// Entries held or cancelled, by the number of their list.
    public var keptOutByList: [Int: Int] = [:]
    /// Phrase rules for which the image has no room: left out, the first of them with a diagnostic.
    public var notCompiled = 0
    /// Rules and regexes that every request pays for, because no token or literal tells them apart.
    public var unindexedPatterns = 0
    public var unindexedRegexes = 0
    public var orders = 0
    /// Exceptions of the operator that an order blocks: left out, counted in `findings`, too.
    public var refusedExceptions = 0
    /// The same for each list that has some, by its number.
    public var refusedByList: [Int: Int] = [:]
    /// How many overlaps and useless rules there are of each kind; the first of each stand in
    /// `diagnostics`. Kinds of which there are none are left out.
    public var findings: [FindingKind: Int] = [:]
    public var diagnostics: [Diagnostic] = []

    public init() {}

    /// All entries in the image.
    public var entries: Int { entriesByKind.values.reduce(0, +) }
}
