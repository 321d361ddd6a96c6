import KhienLists
import KhienModel
import KhienText

/// The oracle: every entry is asked about every request, one after the other. Obviously right, and
/// as slow as that.
public struct NaiveMatcher: Sendable {
    /// An entry that matched.
    public struct Hit: Hashable, Sendable {
        /// Index into the lists.
        public var list: Int
        public var line: Int
        public var kind: TargetKind
        public var isException: Bool
    }

    /// Whether an expression matches somewhere in the URL. The oracle has no engine of its own.
    public typealias RegexMatch =
        @Sendable (_ expression: [UInt8], _ url: [UInt8], _ caseless: Bool) -> Bool

    public let lists: [ParsedList]
    private let suffixes: NaiveSuffixes
    /// For each list the places of the entries that `$badfilter` rules cancel.
    private let cancelledRecords: [Set<Int>]
    private let regexMatches: RegexMatch

    public init(
        _ lists: [ParsedList], suffixes: NaiveSuffixes,
        regexMatches: @escaping RegexMatch = { _, _, _ in false }
    ) {
        self.lists = lists
        self.suffixes = suffixes
        self.regexMatches = regexMatches
        cancelledRecords = NaiveBadFilters.cancelled(lists)
    }

    /// Every entry that matches, in the order of lists and entries.
    ///
    /// - Parameter address: the address that the connection goes to, where it is known.
    public func hits(_ request: NaiveRequest, address: IPAddress? = nil) -> [Hit] {
        records(request, address: address).map { list, record in
            Hit(
                list: list, line: Int(record.line), kind: record.kind,
                isException: record.flags.contains(.exception))
        }
    }

    /// The same as records of their lists.
    public func records(
        _ request: NaiveRequest, address: IPAddress? = nil
    ) -> [(list: Int, record: EntryRecord)] {
        var found: [(list: Int, record: EntryRecord)] = []
        let addresses = [request.address, address?.untranslated].compactMap { $0 }
        for (index, list) in lists.enumerated() {
            for (place, record) in list.entries.records.enumerated() {
                guard matches(record, in: list, request, addresses),
                    !cancelledRecords[index].contains(place)
                else { continue }
                found.append((index, record))
            }
        }
        return found
    }

    private func matches(
        _ record: EntryRecord, in list: ParsedList, _ request: NaiveRequest,
        _ addresses: [IPAddress]
    ) -> Bool {
        let target = Array(list.entries.text[record.range])
        switch record.kind {
        case .host: return request.host == String(decoding: target, as: UTF8.self)
        case .domain:
            let domain = String(decoding: target, as: UTF8.self)
            let isSame = request.host == domain && !record.flags.contains(.subdomainsOnly)
            return isSame || request.host.hasSuffix("." + domain)
        case .url: return Self.isURL(target, request.lookup)
        case .urlPrefix:
            // A prefix also stands for its host with `www.` before it, as squidGuard has it.
            return [request.lookup, request.unresolved].contains { url in
                let hasWWW = url.starts(with: Array("www.".utf8))
                var urls = [url] + (hasWWW ? [Array(url.dropFirst(4))] : [])
                // One of e2guardian's stands for all names below its host.
                if list.format == .e2guardian { urls += Self.withoutLabels(url) }
                return urls.contains { Self.isPrefix(target, of: $0) }
            }
        case .address:
            return addresses.contains { IPAddressText.string($0).utf8.elementsEqual(target) }
        case .network:
            guard let network = IPAddressText.parseNetwork(target.span) else { return false }
            return addresses.contains {
                IPNetwork(address: $0, prefixLength: Int(network.prefixLength))?.address
                    == network.address
            }
        case .pattern, .regex:
            // An operator's adblock rules mean the URL as a browser writes it; orders and regexes
            // its other forms as well; URLs with a star any user and port besides.
            let isOfURL = record.flags.contains(.fromURL)
            let isAdblock =
                record.flags.contains(.fromAdblock) || record.kind == .pattern && !isOfURL
                || list.format == .adblock
            let spellings =
                isAdblock && list.format != .orders
                ? [request]
                : [request] + (isOfURL ? [request.bare] : []) + request.inOtherForms
            return spellings.contains { request in
                if record.rule == EntryRecord.none {
                    return regexMatches(target, request.exact, record.flags.contains(.caseless))
                }
                return ruleMatches(list.adblockRules[Int(record.rule)], in: list, request)
            }
        case .expression:
            return [request.lookup, request.unresolved].contains { url in
                NaiveExpressions.of(
                    String(decoding: url, as: UTF8.self), isAddress: request.address != nil
                ).contains { NaiveExpressions.sha256($0).utf8.elementsEqual(target) }
            }
        case .phrase: return false
        }
    }

    /// The URL without the first label of its host, without the first two, and so on.
    private static func withoutLabels(_ url: [UInt8]) -> [[UInt8]] {
        let hostEnd = url.firstIndex(of: UInt8(ascii: "/")) ?? url.count
        return url[..<hostEnd].indices.filter { url[$0] == UInt8(ascii: ".") }.map {
            Array(url[($0 + 1)...])
        }
    }

    /// The whole URL; or its host and path, where the target has no query.
    public static func isURL(_ target: [UInt8], _ url: [UInt8]) -> Bool {
        let question = UInt8(ascii: "?")
        if target == url { return true }
        return !target.contains(question) && target == Array(url.prefix { $0 != question })
    }

    /// The prefix, then the end of the URL or `/`, `?`, `&`, `;`; or the prefix itself ends in one.
    public static func isPrefix(_ prefix: [UInt8], of url: [UInt8]) -> Bool {
        let boundaries = Array("/?&;".utf8)
        guard url.starts(with: prefix), let last = prefix.last else { return false }
        if url.count == prefix.count || boundaries.contains(last) { return true }
        return boundaries.contains(url[prefix.count])
    }

    /// Whether an adblock rule matches; its `badFilter` trait is not regarded.
    public func ruleMatches(
        _ rule: AdblockRule, in list: ParsedList, _ request: NaiveRequest
    ) -> Bool {
        guard rule.applies(to: request.type), partyMatches(rule.party, request) else {
            return false
        }
        func names(_ range: Range<UInt32>) -> [String] {
            range.map {
                String(
                    decoding: list.entries.text[list.ruleDomains[Int($0)].range], as: UTF8.self)
            }
        }
        let included = names(rule.includeDomains)
        guard included.isEmpty || included.contains(where: { covers($0, request.sourceHost) }),
            !names(rule.excludeDomains).contains(where: { covers($0, request.sourceHost) }),
            !names(rule.denyAllowDomains).contains(where: { covers($0, request.host) })
        else { return false }
        return patternMatches(rule, in: list, request)
    }

    private func partyMatches(_ party: AdblockRule.Party, _ request: NaiveRequest) -> Bool {
        if party == .any { return true }
        // A page that is opened is its own source; anything else without a source is a third party's.
        let isOpened = request.sourceHost.isEmpty && request.type == .document
        let isFirst =
            isOpened
            || !request.sourceHost.isEmpty
                && suffixes.registrableDomain(of: request.host)
                    == suffixes.registrableDomain(of: request.sourceHost)
        return isFirst == (party == .first)
    }

    /// Whether `host` is `domain` or below it; a domain that ends in `.*` stands for the name before
    /// the host's public suffix.
    private func covers(_ domain: String, _ host: String) -> Bool {
        guard domain.hasSuffix(".*") else { return host == domain || host.hasSuffix("." + domain) }
        let name = String(domain.dropLast(2))
        let entity = suffixes.withoutSuffix(host)
        return entity == name || entity.hasSuffix("." + name)
    }

    private func patternMatches(
        _ rule: AdblockRule, in list: ParsedList, _ request: NaiveRequest
    ) -> Bool {
        let pattern = Array(list.entries.text[rule.pattern.range])
        let caseless = !rule.traits.contains(.matchCase)
        if rule.traits.contains(.regex) { return regexMatches(pattern, request.exact, caseless) }
        let url = caseless ? request.exact.map(Self.lowered) : request.exact
        let toEnd = rule.anchors.contains(.end)
        var starts = Array(0...url.count)
        if rule.anchors.bindsWholeHost {
            let isWeb = ["http:", "https:"].contains { url.starts(with: Array($0.utf8)) }
            starts = isWeb ? [request.exactHost.lowerBound] : []
        } else if rule.anchors.contains(.start) {
            starts = [0]
        } else if rule.anchors.contains(.host) {
            let host = request.exactHost
            starts = host.filter { $0 == host.lowerBound || url[$0 - 1] == UInt8(ascii: ".") }
        }
        return starts.contains { NaivePattern.matches(pattern, url, from: $0, toEnd: toEnd) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
