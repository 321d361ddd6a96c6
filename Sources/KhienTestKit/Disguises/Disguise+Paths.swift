import KhienModel

// Paths and queries of URL targets.
extension Disguise {
    /// The path written otherwise, where it is more than a slash.
    private static func path(
        _ name: String, _ source: String, _ spell: @escaping @Sendable (String) -> String?
    ) -> Disguise {
        Disguise(name, source) { target in
            guard target.isURL, target.hasPath else { return nil }
            return spell(target.path).map { target.spelled(path: $0) }
        }
    }

    private static let serverDecodesTwice = safeBrowsing + ": unescaped until nothing changes"

    static let paths: [Disguise] = [
        path("path escaped", safeBrowsing) { Spelling.escaped($0) },
        path("path escaped in lower-case digits", safeBrowsing) {
            Spelling.escaped($0, upper: false)
        },
        path("first letter of the path escaped", safeBrowsing) {
            Spelling.firstEscaped($0, Spelling.isLetter)
        },
        path("path escaped twice", serverDecodesTwice) { Spelling.escaped($0, prefix: "%25") },
        path("path escaped five times", serverDecodesTwice) {
            Spelling.escaped($0, prefix: "%25252525")
        },
        path("escapes escaped", serverDecodesTwice) { path in
            path.contains("%") ? path.replacing("%", with: "%25%32%35") : nil
        },
        path("escapes in lower case", "RFC 3986 section 6.2.2.1") { path in
            path.contains("%") ? path.lowercasedEscapes : nil
        },
        path("dot segments", whatwg) { $0.replacing("/", with: "/./") },
        path("segments that are left again", whatwg) { $0.replacing("/", with: "/x/../") },
        path("dot segments escaped", whatwg) { $0.replacing("/", with: "/%2e/") },
        path("segments left by escaped dots", whatwg) { $0.replacing("/", with: "/x/%2E%2e/") },
        path("segments left by half-escaped dots", whatwg) { $0.replacing("/", with: "/x/.%2E/") },
        path("segments left by dots escaped twice", serverDecodesTwice) {
            "/x/%252e%252E" + $0
        },
        path("above the root", whatwg) { "/../%2e%2e" + $0 },
        path("two slashes", fieldNotes) { $0.replacing("/", with: "//") },
        path("nine slashes at the beginning", fieldNotes) { "////////" + $0 },
        path("backslashes", whatwg) { $0.replacing("/", with: "\\") },
        path("slashes and backslashes", whatwg) { $0.replacing("/", with: "/\\") },
        path("segment left by backslash", whatwg) { "\\x\\..\\." + $0 },
        path("slashes escaped", safeBrowsing) { "/" + $0.dropFirst().replacing("/", with: "%2f") },
        path("slashes escaped twice", serverDecodesTwice) {
            "/" + $0.dropFirst().replacing("/", with: "%252F")
        },
        path("backslashes escaped", safeBrowsing) {
            "/" + $0.dropFirst().replacing("/", with: "%5C")
        },
        path("tabs and line ends", whatwg) {
            "/\t\n" + $0.dropFirst().prefix(1) + "\r" + $0.dropFirst(2)
        },
        path("4,095 bytes of dot segments", fieldNotes + ": long URLs") { path in
            String(repeating: "/.", count: (4_095 - path.utf8.count) / 2) + path
        },
        path("past 4,096 bytes of slashes", fieldNotes + ": long URLs") {
            String(repeating: "/", count: 4_096) + $0
        },
        path("70 kB of dot segments", fieldNotes + ": long URLs") {
            String(repeating: "/x/..", count: 14_000) + $0
        },
    ]

    /// What follows a target.
    static let tails: [Disguise] = [
        Disguise("fragment", safeBrowsing) { $0.spelled(tail: "#top") },
        Disguise("fragment with a question mark", whatwg) { $0.spelled(tail: "#?x=1") },
        Disguise("empty query", safeBrowsing) { $0.query == nil ? $0.spelled(tail: "?") : nil },
        Disguise("empty query and fragment", safeBrowsing) {
            $0.query == nil ? $0.spelled(tail: "?#") : nil
        },
        Disguise("another query", "docs/LISTS.md: with any query") {
            $0.query == nil ? $0.spelled(query: "a=%00&b=//x") : nil
        },
        Disguise("query of 4,000 bytes", fieldNotes + ": long URLs") {
            $0.query == nil ? $0.spelled(query: String(repeating: "q", count: 4_000)) : nil
        },
        Disguise("no path", whatwg) { target in
            !target.hasPath && target.query == nil ? target.spelled(path: "") : nil
        },
        Disguise("no path but a query", whatwg) { target in
            target.hasPath || target.query != nil ? nil : target.spelled(path: "?", tail: "x")
        },
        query("query escaped", safeBrowsing) { Spelling.escaped($0) { _ in true } },
        query("query escaped twice", serverDecodesTwice) {
            Spelling.escaped($0, prefix: "%25") { _ in true }
        },
        query("first letter of the query escaped", safeBrowsing) {
            Spelling.firstEscaped($0, Spelling.isLetter)
        },
        query("tab in the query", whatwg) { $0.prefix(1) + "\t" + $0.dropFirst() },
        below("NUL behind", fieldNotes, "%00"),
        below("NUL and an innocent name behind", fieldNotes, "%00.innocent.example/"),
        below("4,000 bytes behind", fieldNotes, String(repeating: "a", count: 4_000)),
        below(
            "climbing out by escaped slashes", "origins that do not unescape slashes",
            "..%2f..%2f..%2fx"),
        below("climbing out by escaped backslashes", "origins on Unix", "..%5c..%5c..%5cx"),
        below(
            "climbing out by dots escaped twice", "origins that unescape once",
            "%252e%252e/%252e%252e/%252e%252e/x"),
    ]

    private static func query(
        _ name: String, _ source: String, _ spell: @escaping @Sendable (String) -> String?
    ) -> Disguise {
        Disguise(name, source) { target in
            target.query.flatMap(spell).map { target.spelled(query: $0) }
        }
    }

    /// Something below the target, where it blocks what is below it.
    private static func below(_ name: String, _ source: String, _ rest: String) -> Disguise {
        Disguise(name, source) { target in
            guard target.kind != .url, target.query == nil else { return nil }
            let slash = target.path.hasSuffix("/") ? "" : "/"
            return target.spelled(path: target.path + slash + rest)
        }
    }
}

extension String {
    /// `%XX` with digits in lower case.
    fileprivate var lowercasedEscapes: String {
        var output = ""
        var left = 0
        for character in self {
            if character == "%" { left = 3 }
            output += left > 0 ? character.lowercased() : String(character)
            left -= 1
        }
        return output
    }
}
