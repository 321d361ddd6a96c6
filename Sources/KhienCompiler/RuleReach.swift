import KhienLists
import KhienModel

/// Whether an adblock rule would block a host as a whole: its front page, for every page that asks.
enum RuleReach {
    /// Whether a rule speaks of whole sites: of documents, or of all that pages are made of, whoever
    /// asks.
    static func isUnbound(_ rule: AdblockRule) -> Bool {
        let speaksOfPages =
            rule.applies(to: .document)
            || rule.typeMask & AdblockRule.networkTypes == AdblockRule.networkTypes
        return speaksOfPages && rule.party == .any && rule.includeDomains.isEmpty
    }

    /// The name of a pattern that is nothing but a name: `||name^`, `||name/`, `||name^*`.
    static func onlyName(_ rule: AdblockRule, _ pattern: Span<UInt8>) -> Range<Int>? {
        guard rule.anchors == .host else { return nil }
        var end = 0
        while end < pattern.count, pattern[end] != UInt8(ascii: "^"),
            pattern[end] != UInt8(ascii: "/")
        { end += 1 }
        guard end > 0, end < pattern.count else { return nil }
        for index in end + 1..<pattern.count where pattern[index] != UInt8(ascii: "*") {
            return nil
        }
        return 0..<end
    }

    /// The name that a pattern ends in, but for what may stand behind any host: `com` of `||com`, `||*.com^`,
    /// `://*.com/*`, `||*com/`. Whether it is the end of a host, `meetsEveryHost` says.
    static func lastName(_ pattern: Span<UInt8>) -> Range<Int>? {
        var end = pattern.count
        while end > 0, "*^/".utf8.contains(pattern[end - 1]) { end -= 1 }
        var start = end
        while start > 0, isOfName(pattern[start - 1]) { start -= 1 }
        while start < end, pattern[start] == UInt8(ascii: ".") { start += 1 }
        return start < end ? start..<end : nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    /// What stands before a registry's name in invented hosts: one label, and two of other letters. Nobody writes a
    /// rule for both that is not for all.
    private static let inventedLabels = ["qx7.", "w-0.zk9."].map { Array($0.utf8) }

    /// Whether a pattern is met by the front page of whatever host ends in `name`, with one scheme at least: it is
    /// tried on invented ones, so that it does not matter how it is written.
    ///
    /// What stands behind the name is left out: as many separators as it may be, they say "end of the host".
    ///
    /// - Complexity: constant for a pattern with more text than such a page's address, as nearly all have.
    static func meetsEveryHost(
        below name: Range<Int>, _ rule: AdblockRule, _ pattern: Span<UInt8>
    ) -> Bool {
        // At the end of a URL stands its path, not its host.
        if rule.anchors.contains(.end), name.upperBound == pattern.count { return false }
        var open = rule
        open.anchors.remove(.end)
        let end = name.map { pattern[$0] } + Array("/".utf8)
        return ["http://", "https://"].contains { scheme in
            inventedLabels.allSatisfy { labels in
                let url = Array(scheme.utf8) + labels + end
                return matches(
                    open, pattern.extracting(0..<name.upperBound), url.span,
                    host: scheme.utf8.count..<url.count - 1)
            }
        }
    }

    /// Whether the pattern matches `url`, all in lower case: the address of a front page. A URL with a `*` never
    /// does; it asks for more than that, or else is the host itself.
    ///
    /// - Parameter host: where the host stands in `url`.
    static func matches(
        _ rule: AdblockRule, _ pattern: Span<UInt8>, _ url: Span<UInt8>, host: Range<Int>
    ) -> Bool {
        var literals = 0
        for index in pattern.indices
        where pattern[index] != UInt8(ascii: "*") && pattern[index] != UInt8(ascii: "^") {
            literals += 1
        }
        // Nearly every pattern is longer than the address of a front page.
        if literals > url.count { return false }
        let toEnd = rule.anchors.contains(.end)
        if rule.anchors.contains(.start) { return matches(pattern, 0, url, 0, toEnd) }
        if rule.anchors.contains(.host) {
            return host.contains { start in
                (start == host.lowerBound || url[start - 1] == UInt8(ascii: "."))
                    && matches(pattern, 0, url, start, toEnd)
            }
        }
        return (0...url.count).contains { matches(pattern, 0, url, $0, toEnd) }
    }

    private static func matches(
        _ pattern: Span<UInt8>, _ first: Int, _ url: Span<UInt8>, _ start: Int, _ toEnd: Bool
    ) -> Bool {
        var next = first
        var place = start
        var retry: (next: Int, place: Int)?
        while true {
            if next == pattern.count, !toEnd || place == url.count { return true }
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                next += 1
                retry = (next, place)
                continue
            }
            if next < pattern.count, place < url.count, accepts(pattern[next], url[place]) {
                next += 1
                place += 1
                continue
            }
            if next < pattern.count, place == url.count, pattern[next] == UInt8(ascii: "^") {
                next += 1
                continue
            }
            guard let last = retry, last.place < url.count else { return false }
            retry = (last.next, last.place + 1)
            (next, place) = (last.next, last.place + 1)
        }
    }

    private static func accepts(_ wanted: UInt8, _ byte: UInt8) -> Bool {
        if wanted != UInt8(ascii: "^") { return wanted == byte }
        let isWord = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
        return !isWord && !"_-.%".utf8.contains(byte) && byte < 0x80
    }
}
