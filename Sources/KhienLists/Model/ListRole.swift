import KhienModel

/// What a file of a folder layout holds, by its name.
enum ListRole: Hashable, Sendable {
    /// Names, each meant with its subdomains.
    case names
    /// URLs and all below them.
    case urls
    /// Regular expressions without regard to case.
    case expressions
    /// Addresses of sites.
    case addresses
    /// Phrases; what lines without a weight do, nil: they are mistakes.
    case phrases(PhraseEffect?)
    /// A file that belongs to the layout and holds nothing that this program enforces; the reason.
    case unsupported(String)
}

/// The squidGuard layout of Université Toulouse Capitole: `<category>/domains`, `urls`,
/// `expressions`.
enum UT1Layout {
    /// Files of the layout that are no lists.
    private static let others: Set<String> = ["usage", "very_restrictive_expression"]

    /// The role of a file with this name; nil: it does not belong to the layout.
    static func role(fileName: String) -> ListRole? {
        switch fileName {
        case "domains": .names
        case "urls": .urls
        case "expressions": .expressions
        case let name where others.contains(name):
            .unsupported("\(name) is not a list that filters load by default")
        default: nil
        }
    }
}

/// e2guardian's list files.
enum E2GuardianLayout {
    /// What a file of this layout asks for.
    struct Part {
        var role: ListRole
        var action: Action?
        var flags: EntryFlags
    }

    /// The part that a file with this name plays; nil: it does not belong to the layout.
    ///
    /// | name | becomes |
    /// | --- | --- |
    /// | `banned…`, `localbanned…` | the list's action |
    /// | `exception…`, `localexception…` | exceptions |
    /// | `log…list` | `monitor` |
    /// | `…sitelist`, `…sslsitelist` | domains |
    /// | `…siteiplist` | addresses and networks |
    /// | `…urllist` | URL prefixes |
    /// | `…regexpurllist`, `…regexpsitelist` | regular expressions without regard to case |
    /// | `…phraselist`; `banned`, `exception`, `weighted` and names that begin so with `_` | phrases |
    /// | grey, semi-exception, referer lists; lists of clients, users, MIME types, extensions,
    ///   headers, times | unsupported |
    static func part(fileName: String) -> Part? {
        var name = fileName.lowercased()[...]
        if name.hasSuffix(".in") { name = name.dropLast(3) }
        if let effect = phraseEffect(name) {
            return Part(role: .phrases(effect), action: nil, flags: [])
        }
        guard name.hasSuffix("list") else { return nil }
        if name.hasPrefix("local") { name = name.dropFirst(5) }
        var action: Action?
        var flags: EntryFlags = []
        if name.hasPrefix("banned") {
            name = name.dropFirst(6)
        } else if name.hasPrefix("exception") {
            name = name.dropFirst(9)
            flags = .exception
            action = .allow
        } else if name.hasPrefix("log") {
            name = name.dropFirst(3)
            action = .monitor
        } else {
            return otherPart(name)
        }
        guard let role = role(String(name)) else { return nil }
        return Part(role: role, action: action, flags: flags)
    }

    /// What lines without a weight do in a phrase list of this name; nil: the name is none of one.
    static func phraseEffect(_ name: Substring) -> PhraseEffect?? {
        let rows: [(String, PhraseEffect?)] = [
            ("banned", .ban), ("exception", .exception), ("weighted", nil),
        ]
        for (word, effect) in rows
        where name == word || name.hasPrefix(word + "_") || name == word + "phraselist" {
            return .some(effect)
        }
        return nil
    }

    /// Whether a file of this name says which of the others are in force.
    static func isPhraseMaster(fileName: String) -> Bool {
        var name = fileName.lowercased()[...]
        if name.hasSuffix(".in") { name = name.dropLast(3) }
        return name.hasSuffix("phraselist") && phraseEffect(name) != nil
    }

    /// Whether the expressions of a file of this name are matched against hosts alone.
    static func isOfSites(fileName: String) -> Bool {
        let name = fileName.lowercased()
        return name.contains("regexpsitelist") || name.contains("siteregexplist")
    }

    private static func otherPart(_ name: Substring) -> Part? {
        for ending in ["regexplist", "phraselist", "timelist"] where name.hasSuffix(ending) {
            return Part(
                role: .unsupported("e2guardian's \(name) is not a list of sites"), action: nil,
                flags: [])
        }
        for prefix in ["grey", "semiexception", "refererexception", "alert", "nocheck", "auth"]
        where name.hasPrefix(prefix) {
            return Part(
                role: .unsupported("e2guardian's \(prefix) lists are not supported"), action: nil,
                flags: [])
        }
        return nil
    }

    private static func role(_ kind: String) -> ListRole? {
        switch kind {
        case "sitelist", "sslsitelist", "searchsitelist": .names
        case "siteiplist", "sslsiteiplist": .addresses
        case "urllist", "sslurllist": .urls
        case "regexpurllist", "regexpsitelist", "sslsiteregexplist": .expressions
        case "iplist", "clientiplist", "clientlist", "userlist":
            .unsupported("a list of clients, not of sites")
        case "mimetypelist", "extensionlist", "timelist", "phraselist", "regexpheaderlist",
            "regexpuseragentlist", "searchlist", "cookielist", "useragentlist", "rooms",
            "virussitelist", "virusurllist", "virusmimetypelist", "virusextensionlist",
            "filesitelist", "fileurllist":
            .unsupported("e2guardian's \(kind) is not a list of sites")
        default: nil
        }
    }
}
