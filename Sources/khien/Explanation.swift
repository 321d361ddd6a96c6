import KhienMatcher
import KhienModel

/// What `khien explain` says about one URL, as JSON and as text.
struct Explanation: Encodable {
    var url: String
    /// Why the text is no URL.
    var error: String?
    var verdict: String?
    /// As a browser writes it; what patterns and regular expressions are matched against.
    var exact: String?
    /// `canon: 1`; what hosts and URLs are looked up by.
    var lookup: String?
    /// The entry that decided; nil: no rule.
    var decided: Match?
    /// All entries that matched, the deciding one included.
    var matches: [Match] = []
    /// Phrase rules over the words of the URL, where the image has such rules: they count for the page
    /// that comes, with what is found in it.
    var words: [ScanResult.Hit]?
    /// Attempts of regular expressions that reached their limits and count as not met.
    var regexesGivenUp: UInt64?

    struct Match: Encodable {
        var rule: String
        var kind: String
        var target: String
        var list: String
        var line: Int
        var category: String
        var action: String
        var authority: String
        var layer: String
        var view: String
        var inForce: Bool
        var order: String?
        var orderAuthority: String?
        /// Of an entry of which only the SHA-256 is known: the part of `lookup` that it is of.
        var expression: String?

        init(_ reason: Reason, inForce: Bool) {
            rule = reason.rule.description
            kind = reason.kind.name
            target = reason.target
            list = reason.list
            line = reason.line
            category = reason.category
            action = reason.action.name
            authority = reason.authority == .authority ? "authority" : "operator"
            layer = reason.layer.name
            view = reason.view.name
            self.inForce = inForce
            order = reason.order?.number
            orderAuthority = reason.order?.authority
        }

        var text: String {
            var text = "\(action) \(kind) \(target)  [\(list):\(line)] layer \(layer), view \(view)"
            if !category.isEmpty { text += ", category \(category)" }
            if let expression { text += ", expression \(expression)" }
            if let order { text += ", order \(order)" }
            if let orderAuthority, !orderAuthority.isEmpty { text += " of \(orderAuthority)" }
            if !inForce { text += " - NOT IN FORCE at this time" }
            return text + ", rule \(rule)"
        }
    }

    init(url: String) { self.url = url }

    mutating func fill(_ answer: ImageQuestion.Answer, _ matcher: Matcher) {
        verdict = answer.verdict.name
        exact = answer.exact
        lookup = answer.lookup
        func match(_ hit: Hit) -> Match {
            var match = Match(matcher.reason(for: hit), inForce: hit.isInForce)
            match.expression = matcher.expression(of: hit, in: answer.lookupForm)
            return match
        }
        regexesGivenUp = answer.regexesGivenUp
        matches = answer.hits.map(match)
        decided = answer.decider.map(match)
    }

    func text(_ type: RequestType) -> String {
        if let error { return "\(url)\n  not a URL: \(error)\n" }
        var text = "\(url)\n  verdict  \(verdict ?? "")\n"
        if let decided {
            text += "  because  \(decided.text)\n"
        } else {
            text +=
                "  because  no rule in force names it; tried: every suffix of the host, the URL "
                + "and its prefixes, the address, patterns and regular expressions for type "
                + "\(type.name)\n"
        }
        for match in matches where match.rule != decided?.rule {
            text += "  also     \(match.text)\n"
        }
        if let count = regexesGivenUp, count > 0 {
            text += "  unjudged \(count) attempts of regular expressions reached their limits\n"
        }
        for hit in words ?? [] { text += "  words    \(hit.text)\n" }
        return text + "  exact    \(exact ?? "")\n  lookup   \(lookup ?? "")  (canon: 1)\n"
    }
}
