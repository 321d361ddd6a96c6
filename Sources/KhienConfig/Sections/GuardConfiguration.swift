/// What a new version of the lists must satisfy to be put in force.
public struct GuardConfiguration: Hashable, Sendable {
    /// A list with fewer entries is refused.
    public var minimumEntries = 1
    /// The largest share of the last good version's entries that may go.
    public var maximumShrink: Percentage? = Percentage(10)
    /// The largest share of the last good version's entries that may come; nil: no limit.
    public var maximumGrowth: Percentage? = Percentage(50)
    /// Shares are not judged while the larger of the two versions has fewer entries than this:
    /// three lines more in a list of four are no accident.
    public var smallListEntries = 100
    /// Host names that must be blocked by the new lists.
    public var canaries: [String] = []
}
