/// The sections of an image. Raw values are part of the format.
public enum SectionID: UInt32, Sendable, CaseIterable, CustomStringConvertible {
    case strings = 1
    case lists = 2
    case orders = 3
    case entries = 4
    case hosts = 5
    case urls = 6
    case addresses = 7
    case patterns = 8
    case regexes = 9
    case suffixes = 10
    case expressions = 11
    case confidential = 12
    case literals = 13
    case phrases = 14

    public var description: String {
        switch self {
        case .strings: "strings"
        case .lists: "lists"
        case .orders: "orders"
        case .entries: "entries"
        case .hosts: "hosts"
        case .urls: "urls"
        case .addresses: "addresses"
        case .patterns: "patterns"
        case .regexes: "regexes"
        case .suffixes: "suffixes"
        case .expressions: "expressions"
        case .confidential: "confidential"
        case .literals: "literals"
        case .phrases: "phrases"
        }
    }
}
