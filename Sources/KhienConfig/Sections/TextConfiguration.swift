/// How the text of pages and forms is read.
public struct TextConfiguration: Hashable, Sendable {
    /// Whether responses are read.
    public var pages = true
    /// Whether bodies of requests are read.
    public var forms = false
    /// Bytes of a body, as sent, that are held before the first one goes on.
    public var hold = 65_536
    /// A held byte waits no longer than this for the next one.
    public var delayMax = Duration.milliseconds(250)
    /// Bytes of a body, as sent, that are read; what follows is left to `failure.text-over-limit`.
    public var bodyMax = 8 << 20
    /// The score at which a page is condemned.
    public var limit = 100
    /// The same for phrases of one group.
    public var limits: [GroupLimit] = []
    public var types = TextType.allCases
    /// Clean pages that each worker remembers; 0: every page is read.
    public var cleanPages = 8_192

    /// The limit of one group of phrases.
    public struct GroupLimit: Hashable, Sendable {
        public var group: String
        public var limit: Int
    }

    /// A kind of body that is read.
    public enum TextType: String, Sendable, CaseIterable {
        case html, xml, json, script, style, plain
    }
}

/// `{ gambling: 80, bullying: 120 }`.
enum GroupLimits {
    private static let number = ValueParser.integer(1...1_000_000)
    private static let expected = "limits by group, like { gambling: 80 }: \(number.expected) each"

    static let parser = ValueParser<[TextConfiguration.GroupLimit]>(
        expected: expected,
        render: { limits in
            limits.isEmpty
                ? "{}" : "{ \(limits.map { "\($0.group): \($0.limit)" }.joined(separator: ", ")) }"
        },
        parse: { node, reader in
            guard case .mapping(let entries) = node.value else {
                reader.report(
                    node.isEmpty ? "no-value" : "wrong-type", at: node.location,
                    "expected \(expected), found \(node.kindName)")
                return nil
            }
            var limits: [TextConfiguration.GroupLimit] = []
            for entry in entries {
                guard !entry.key.isEmpty, entry.key.utf8.allSatisfy(AsciiText.isWordByte) else {
                    reader.report(
                        "wrong-type", at: entry.keyLocation,
                        "expected \(ValueParser.word("a group").expected)")
                    return nil
                }
                guard let limit = number.parse(entry.value, &reader) else { return nil }
                limits.append(TextConfiguration.GroupLimit(group: entry.key, limit: limit))
            }
            return limits
        })
}
