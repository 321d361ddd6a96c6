import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import KhienText

/// The oracle: each entry beside each other one, by the words of docs/LISTS.md section 13.
struct NaiveOverlaps {
    /// An entry with all that is asked about it.
    struct Item {
        var list: Int
        var line: Int
        var record: EntryRecord
        var target: String
        /// The name of an adblock pattern that is bound to one.
        var patternName: String?
        /// How a pattern is bound.
        var anchors: AdblockRule.Anchors?
        /// Whether its list's URL prefixes stand for the names below their host.
        var hasSubdomains: Bool
        var said: EntryForceTests.Said
        var isOperatorException: Bool
        var isOrderedBlock: Bool

        var place: [Int] { [list, line] }
    }

    /// Entries that say what an earlier one of their list says, told or not.
    private(set) var leftOut = 0
    private(set) var found: [FindingKind: [[Int]]] = [:]
    private let now: Int64

    init(_ lists: [SourceList], now: Int64) {
        self.now = now
        let all = lists.enumerated().flatMap { index, source in
            source.list.entries.records.map { Self.item(index, $0, source) }
        }
        let plain = all.filter { $0.record.kind != .regex }
        let refused = plain.filter { exception in
            exception.isOperatorException
                && plain.contains {
                    $0.isOrderedBlock && isInForce($0) && Self.holds($0, exception)
                }
        }
        found[.refusedException] = refused.map(\.place)
        let items = plain.filter { item in !refused.contains { $0.place == item.place } }
        for (index, item) in items.enumerated() { judge(item, index, items) }
        found[.overruledException] = items.filter { exception in
            exception.isOperatorException
                && items.contains { order in
                    order.isOrderedBlock && !isOver(order)
                        && (Self.holds(exception, order)
                            || Self.holds(order, exception) && !isInForce(order))
                }
        }.map(\.place)
        found = found.filter { !$0.value.isEmpty }
    }

    private mutating func judge(_ item: Item, _ index: Int, _ items: [Item]) {
        let earlier = items[..<index]
        let isAdblockPattern = item.record.kind == .pattern && item.said.attributes.isAdblock
        if !isAdblockPattern,
            let first = earlier.first(where: {
                $0.list == item.list && Self.saysTheSame($0, item)
            })
        {
            leftOut += 1
            if !Self.isDerived(item), !Self.isDerived(first) {
                found[.repeated, default: []].append(item.place)
            }
            return
        }
        var kind: FindingKind?
        for (number, other) in items.enumerated() where number != index {
            guard Self.holds(other, item), Self.includes(other, item) else { continue }
            let isMutual = Self.holds(item, other) && Self.includes(item, other)
            if isMutual, number > index { continue }
            if Self.isSameTarget(other, item) { kind = .duplicate }
            if kind == nil { kind = item.said.dates == nil ? .shadowed : .covered }
        }
        if let kind, !Self.isDerived(item) { found[kind, default: []].append(item.place) }
    }

    /// Whether the line does not say it, but means it besides.
    private static func isDerived(_ item: Item) -> Bool { item.record.flags.contains(.derived) }

    private func isInForce(_ item: Item) -> Bool { item.said.dates?.contains(now) ?? true }

    private func isOver(_ item: Item) -> Bool {
        item.said.dates.map { $0.upperBound <= now } ?? false
    }

    private static func item(_ index: Int, _ record: EntryRecord, _ source: SourceList) -> Item {
        let isOrdered = record.order != EntryRecord.none
        let authority: Authority = isOrdered ? .authority : source.authority
        let isException = record.flags.contains(.exception)
        let action = record.action ?? (isException ? .allow : source.action)
        let isAdblock =
            source.list.format == .adblock
            || record.kind == .pattern && !record.flags.contains(.fromURL)
        let order = isOrdered ? source.list.orders[Int(record.order)] : nil
        let dates = order.map {
            ($0.effective?.seconds ?? .min)..<($0.expires?.seconds ?? .max)
        }
        let target = source.list.entries.target(record)
        var name: String?
        let anchors =
            record.kind == .pattern ? source.list.adblockRules[Int(record.rule)].anchors : nil
        if anchors?.contains(.host) == true {
            let end = target.firstIndex { $0 == "^" || $0 == "/" }
            name = end.map { String(target[..<$0]) }.flatMap { $0.contains("*") ? nil : $0 }
        }
        return Item(
            list: index, line: Int(record.line), record: record, target: target,
            patternName: name, anchors: anchors,
            hasSubdomains: source.list.format == .e2guardian,
            said: EntryForceTests.Said(
                attributes: EntryAttributes(
                    kind: .domain, action: action, authority: authority,
                    isImportant: record.flags.contains(.important), isAdblock: isAdblock),
                dates: dates),
            isOperatorException: action == .allow && authority == .operator && !isAdblock,
            isOrderedBlock: action == .block && authority == .authority)
    }

    private static func saysTheSame(_ left: Item, _ right: Item) -> Bool {
        left.record.kind == right.record.kind && left.target == right.target
            && left.anchors == right.anchors
            && left.record.flags.subtracting(.derived)
                == right.record.flags.subtracting(.derived)
            && left.record.order == right.record.order
            && left.said.attributes == right.said.attributes
    }

    private static func isSameTarget(_ left: Item, _ right: Item) -> Bool {
        isSubdomainsOnly(left) == isSubdomainsOnly(right)
            && (left.record.kind == right.record.kind && left.target == right.target
                && left.record.kind != .pattern
                || network(left) != nil && network(left) == network(right))
    }

    private static func isSubdomainsOnly(_ item: Item) -> Bool {
        item.record.flags.contains(.subdomainsOnly)
    }

    /// Weight, action and dates: see `EntryForceTests`, which holds them to real verdicts.
    private static func includes(_ wide: Item, _ narrow: Item) -> Bool {
        guard wide.said.attributes.action != .allow || narrow.said.attributes.action == .allow,
            wide.said.attributes.action == .allow || narrow.said.attributes.action != .allow
        else { return false }
        return EntryForceTests.isRedundant(narrow.said, beside: wide.said)
    }

    // MARK: Targets

    /// Whether each request that `narrow` meets is met by `wide`. Prefixes are compared under the host that they
    /// name, also those that stand for the names below it.
    private static func holds(_ wide: Item, _ narrow: Item) -> Bool {
        switch (wide.record.kind, narrow.record.kind) {
        case (.domain, .host), (.domain, .domain), (.domain, .pattern), (.domain, .url),
            (.domain, .urlPrefix):
            guard let host = host(narrow) else { return false }
            if host.hasSuffix("." + wide.target) { return true }
            guard host == wide.target else { return false }
            return !isSubdomainsOnly(wide)
                || narrow.record.kind == .domain && isSubdomainsOnly(narrow)
        case (.host, .host), (.host, .url): return host(narrow) == wide.target
        case (.host, .pattern): return isOfOneHost(narrow) && host(narrow) == wide.target
        case (.url, .pattern), (.urlPrefix, .pattern): return holdsStarred(wide, narrow)
        case (.url, .url):
            return NaiveMatcher.isURL(Array(wide.target.utf8), Array(narrow.target.utf8))
        case (.urlPrefix, .urlPrefix):
            if narrow.hasSubdomains, !wide.hasSubdomains { return false }
            return NaiveMatcher.isPrefix(Array(wide.target.utf8), of: Array(narrow.target.utf8))
        case (.urlPrefix, .url):
            let url = Array(narrow.target.utf8)
            let prefix = Array(wide.target.utf8)
            return NaiveMatcher.isPrefix(prefix, of: url)
                || url.starts(with: Array("www.".utf8))
                    && NaiveMatcher.isPrefix(prefix, of: Array(url.dropFirst(4)))
        case (.address, .address), (.address, .network), (.network, .address),
            (.network, .network):
            guard let outer = network(wide), let inner = network(narrow),
                inner.prefixLength >= outer.prefixLength
            else { return false }
            return IPNetwork(address: inner.address, prefixLength: Int(outer.prefixLength))?.address
                == outer.address
        default: return false
        }
    }

    /// Whether a URL with a `*` names a host without those below it.
    private static func isOfOneHost(_ item: Item) -> Bool {
        item.record.flags.contains(.fromURL) && item.anchors?.contains(.start) == true
    }

    /// Whether a URL or a prefix holds a URL with a `*`, whatever stands in place of that.
    private static func holdsStarred(_ wide: Item, _ narrow: Item) -> Bool {
        guard narrow.record.flags.contains(.fromURL) else { return false }
        let isURL = wide.record.kind == .url
        guard isOfOneHost(narrow) || !isURL && wide.hasSubdomains else { return false }
        let open = narrow.anchors?.contains(.end) == true ? "" : "*"
        let prefix = Array(wide.target.utf8)
        return ["", "x", "/", "?", "x/", "?x"].allSatisfy { filling in
            let url = Array((narrow.target + open).replacing("*", with: filling).utf8)
            if isURL { return NaiveMatcher.isURL(prefix, url) }
            return NaiveMatcher.isPrefix(prefix, of: url)
                || isOfOneHost(narrow) && url.starts(with: Array("www.".utf8))
                    && NaiveMatcher.isPrefix(prefix, of: Array(url.dropFirst(4)))
        }
    }

    private static func host(_ item: Item) -> String? {
        switch item.record.kind {
        case .host, .domain: item.target
        case .url, .urlPrefix: String(item.target.prefix { $0 != "/" && $0 != "?" })
        case .pattern: item.patternName
        default: nil
        }
    }

    private static func network(_ item: Item) -> IPNetwork? {
        let text = Array(item.target.utf8)
        switch item.record.kind {
        case .network: return IPAddressText.parseNetwork(text.span)
        case .address:
            return IPAddressText.parse(text.span).flatMap { address in
                if case .v4 = address { return IPNetwork(address: address, prefixLength: 32) }
                return IPNetwork(address: address, prefixLength: 128)
            }
        default: return nil
        }
    }
}
