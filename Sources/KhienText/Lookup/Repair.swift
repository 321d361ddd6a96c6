/// What was changed to bring a list entry into canonical form.
public struct Repair: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A scheme was given and is not part of the form (`http://`, `//`, `http:\\`, `http//`).
    public static let schemeRemoved = Repair(rawValue: 1 << 0)
    /// A port was given, also a scheme's default.
    public static let portRemoved = Repair(rawValue: 1 << 1)
    /// Credentials were given (`user:password@`).
    public static let userinfoRemoved = Repair(rawValue: 1 << 2)
    /// A fragment was given, also an empty one.
    public static let fragmentRemoved = Repair(rawValue: 1 << 3)
    /// The host had upper-case ASCII letters.
    public static let caseFolded = Repair(rawValue: 1 << 4)
    /// The host had scalars outside ASCII.
    public static let idnConverted = Repair(rawValue: 1 << 5)
    /// The host had dots at its start or end, or runs of dots.
    public static let trailingDotRemoved = Repair(rawValue: 1 << 6)
    /// Percent-escapes were decoded, or bytes escaped, or escapes written in upper case.
    public static let unescaped = Repair(rawValue: 1 << 7)
    /// Backslashes became slashes.
    public static let backslashes = Repair(rawValue: 1 << 8)
    /// An IP address was written in another spelling.
    public static let addressRewritten = Repair(rawValue: 1 << 9)
    /// Spaces or controls at the ends, or tabs or newlines inside, were removed.
    public static let whitespace = Repair(rawValue: 1 << 10)
    /// Dot segments were resolved or runs of slashes folded.
    public static let pathResolved = Repair(rawValue: 1 << 11)
    /// A `?` without a query was removed.
    public static let emptyQueryRemoved = Repair(rawValue: 1 << 12)

    /// A slash after a bare host was removed.
    public static let slashRemoved = Repair(rawValue: 1 << 13)

    private static let names: [(Repair, String)] = [
        (.schemeRemoved, "scheme removed"), (.portRemoved, "port removed"),
        (.userinfoRemoved, "credentials removed"), (.fragmentRemoved, "fragment removed"),
        (.caseFolded, "host in lower case"), (.idnConverted, "host in ASCII form"),
        (.trailingDotRemoved, "extra dots removed"), (.unescaped, "escapes rewritten"),
        (.backslashes, "backslashes turned"), (.addressRewritten, "address rewritten"),
        (.whitespace, "white space removed"), (.pathResolved, "path resolved"),
        (.emptyQueryRemoved, "empty query removed"), (.slashRemoved, "slash removed"),
    ]

    /// The repairs in words, in a fixed order, joined by `, `; empty where there are none.
    public var message: String {
        Self.names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
