import KhienLists
import KhienModel
import KhienText

/// Says why no request can match a rule, where that can be proved from the rule alone.
///
/// Nothing is guessed: a rule without a fault here may still never match in practice, and stays in the
/// image. One with a fault is left out, unless it stands under an order: there it is evidence.
enum RuleFaults {
    /// Bytes that no URL contains that rules are compared with.
    ///
    /// The exact form escapes controls, spaces, `<`, `>` and all but ASCII in path and query, forbids
    /// them in hosts, and has no fragment; the lookup form escapes the same but `<` and `>`.
    static func isImpossible(_ byte: UInt8, meansEverySpelling: Bool) -> Bool {
        if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") { return true }
        return !meansEverySpelling && (byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">"))
    }

    /// How URLs that reach the proxy begin.
    private static let beginnings = SchemeKind.ofHosts.map { $0 + Array("://".utf8) }

    /// Why an adblock rule never matches; nil: nothing says so.
    static func fault(
        of rule: AdblockRule, in list: ParsedList, meansEverySpelling: Bool
    ) -> String? {
        if rule.typeMask & AdblockRule.allTypes == 0 {
            return "its options leave no type of request"
        }
        if excludesAll(rule, list) { return "every name of its domain= is excluded there again" }
        if rule.traits.contains(.regex) { return nil }
        let pattern = list.entries.text.span.extracting(rule.pattern.range)
        for index in pattern.indices
        where isImpossible(pattern[index], meansEverySpelling: meansEverySpelling) {
            return "no URL contains \(byteName(pattern[index]))"
        }
        if rule.anchors.contains(.host), let fault = hostFault(pattern) { return fault }
        if rule.anchors.contains(.start), !rule.anchors.contains(.host), !isBeginning(pattern) {
            return "no URL begins so: it begins with its scheme"
        }
        if rule.anchors.contains(.host), deniesOwnHost(pattern, rule, list) {
            return "its denyallow= names its own host"
        }
        return nil
    }

    /// Why a regular expression never matches; nil: nothing says so.
    static func fault(ofRegex pattern: [UInt8], meansEverySpelling: Bool) -> String? {
        let needs = RegexNeeds(of: pattern) { byte in
            isImpossible(byte, meansEverySpelling: meansEverySpelling)
        }
        if let byte = needs.sought { return "no URL contains \(byteName(byte))" }
        if pattern.elementsEqual("^$".utf8) { return "no URL is empty" }
        guard let beginning = beginning(of: pattern), !beginning.isEmpty else {
            return nil
        }
        let lowered = beginning.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return isBeginning(lowered.span) ? nil : "no URL begins so: it begins with its scheme"
    }

    /// The literal text right after a `^` with which the pattern begins; nil: it begins otherwise, or
    /// several alternatives do.
    private static func beginning(of pattern: [UInt8]) -> [UInt8]? {
        guard pattern.first == UInt8(ascii: "^"), !pattern.contains(UInt8(ascii: "|")) else {
            return nil
        }
        var literal: [UInt8] = []
        var index = 1
        while index < pattern.count {
            var byte = pattern[index]
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                // The byte before may be missing.
                return Array(literal.dropLast())
            case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "^"):
                return literal
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count else { return literal }
                index += 1
                byte = pattern[index]
                if (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 { return literal }
            default: break
            }
            literal.append(byte)
            index += 1
        }
        return literal
    }

    private static func byteName(_ byte: UInt8) -> String {
        switch byte {
        case 0x20: "a space"
        case 0x21...0x7E: "\(Character(Unicode.Scalar(byte)))"
        default: "the byte " + String(byte, radix: 16)
        }
    }

    /// Whether each included domain is, or lies below, an excluded one.
    private static func excludesAll(_ rule: AdblockRule, _ list: ParsedList) -> Bool {
        if rule.includeDomains.isEmpty || rule.excludeDomains.isEmpty { return false }
        let excluded = names(rule.excludeDomains, list)
        return names(rule.includeDomains, list).allSatisfy { isBelow($0, excluded) }
    }

    /// Whether every host after `||` is one that `denyallow=` lets go.
    private static func deniesOwnHost(
        _ pattern: Span<UInt8>, _ rule: AdblockRule, _ list: ParsedList
    ) -> Bool {
        guard !rule.denyAllowDomains.isEmpty, let place = RuleHost.name(pattern) else {
            return false
        }
        let host = ArraySlice(place.map { pattern[$0] })
        return isBelow(host, names(rule.denyAllowDomains, list))
    }

    private static func names(
        _ range: Range<UInt32>, _ list: ParsedList
    ) -> Set<ArraySlice<UInt8>> {
        Set(range.map { list.entries.text[list.ruleDomains[Int($0)].range] })
    }

    /// Whether a name is one of `domains` or below one. A name that ends in `.*` stands for many and
    /// is below none but itself.
    private static func isBelow(
        _ name: ArraySlice<UInt8>, _ domains: Set<ArraySlice<UInt8>>
    ) -> Bool {
        if domains.contains(name) { return true }
        if name.last == UInt8(ascii: "*") { return false }
        var rest = name
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[(dot + 1)...]
            if domains.contains(rest) { return true }
        }
        return false
    }

    /// A pattern after `||` that asks for something that stands in no host. What is compared ends
    /// with the host: the first `/`, `?`, `^`, `*` or `:`.
    private static func hostFault(_ pattern: Span<UInt8>) -> String? {
        if pattern.count > 0, pattern[0] == UInt8(ascii: "[") { return nil }
        for index in pattern.indices {
            switch pattern[index] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "*"),
                UInt8(ascii: ":"):
                return nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                return "match-case, and hosts have no capitals"
            case UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "\\"), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: "|"):
                return "no host contains \(byteName(pattern[index]))"
            default: continue
            }
        }
        return nil
    }

    /// Whether a URL can begin with the text up to the first `*` or `^`.
    private static func isBeginning(_ text: Span<UInt8>) -> Bool {
        var end = 0
        while end < text.count, text[end] != UInt8(ascii: "*"), text[end] != UInt8(ascii: "^") {
            end += 1
        }
        return beginnings.contains { scheme in
            (0..<min(end, scheme.count)).allSatisfy { scheme[$0] == text[$0] }
        }
    }
}
