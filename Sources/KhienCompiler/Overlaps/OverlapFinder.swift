import KhienImage
import KhienLists
import KhienModel

/// Finds which entries say nothing new beside others: the same target twice, a name below a listed
/// domain, a URL below a listed prefix, an address inside a network.
///
/// It walks over the sorted items that the tables are built of. Items of one key stand side by side;
/// wider targets are looked up the way the matcher looks them up, suffix by suffix and piece by piece,
/// so what is found here is what a request would find.
///
/// An entry is told once, for the first of: the same list says it already (`repeated`), the same
/// target stands elsewhere (`duplicate`), a wider one (`shadowed`, or `covered` under an order). The
/// other entry must give at least the verdict that this one gives, whenever this one does
/// (`EntryForce.includes`). Of two that say the same, the one in the earlier list and line stays
/// untold. The widest host is named, then the shortest prefix; of one target the first.
struct OverlapFinder {
    private let lists: [SourceList]
    // Their parts, side by side: taking a whole list out of an array counts ten references.
    private let records: [[EntryRecord]]
    private let texts: [[UInt8]]
    private let facts: [ListFacts]
    /// By list, whether its URL prefixes stand for the names below their host, too.
    private let subdomainPrefixes: [Bool]
    let seed: UInt64
    /// Decides which orders are in force; nil: all that have no end.
    let now: UnixTime?
    private let hosts: SortedItems
    private let urls: SortedItems
    private let addresses: SortedItems
    /// Whether there are exceptions of the operator at all.
    private let hasExceptions: Bool
    private let hasSingleLabels: Bool
    private var prefixLengths: [UInt8: [UInt8]] = [:]

    private(set) var findings = Findings()
    /// Entries that stand in no table.
    private let leftOut: EntryMarks
    /// Entries that were told.
    private var told: EntryMarks
    /// The first ordered target that each exception is wider than, or that will block it.
    private var overruled: [EntryPlace: EntryPlace] = [:]
    /// While exceptions are looked through: what was found, and for when.
    private var refusals: Refusals?

    /// Whether every target of the second entry is one of the first.
    typealias Holds = (_ wide: EntryRecord, _ narrow: EntryRecord) -> Bool

    /// Exceptions of the operator that an order blocks, each with the first such entry.
    struct Refusals {
        var refused: [EntryPlace: EntryPlace] = [:]
        /// By orders that are not yet in force.
        var pending: [EntryPlace: EntryPlace] = [:]
    }

    /// - Parameters:
    ///   - items: sorted; without the exceptions that were refused.
    ///   - pending: exceptions that an order will overrule.
    init(
        _ lists: [SourceList], seed: UInt64, items: GatheredItems, now: UnixTime?,
        pending: [EntryPlace: EntryPlace] = [:]
    ) {
        self.lists = lists
        records = lists.map(\.list.entries.records)
        texts = lists.map(\.list.entries.text)
        facts = lists.map { ListFacts($0) }
        subdomainPrefixes = lists.map { $0.list.format == .e2guardian }
        self.seed = seed
        self.now = now
        hasExceptions = !items.exceptions.isEmpty
        hasSingleLabels = items.hasSingleLabels
        leftOut = items.leftOut
        told = items.leftOut
        overruled = pending
        hosts = SortedItems(items.hosts) { $0.isDomain }
        urls = SortedItems(items.urls) { _ in true }
        addresses = SortedItems(items.addresses) { $0.marks == 0 }
        for item in items.addresses where item.marks == 0 {
            guard let key = addressKey(item) else { continue }
            if prefixLengths[key[0]]?.contains(key[1]) == true { continue }
            prefixLengths[key[0], default: []].append(key[1])
        }
        for family in prefixLengths.keys { prefixLengths[family]?.sort() }
    }

    /// Finds everything.
    mutating func run() {
        findEqual(hosts) { wide, narrow in Self.hostHolds(wide, narrow, isWhole: true) }
        findEqual(urls) { wide, narrow in wide.kind == .urlPrefix || narrow.kind == .url }
        findEqual(addresses) { _, _ in true }
        for index in lists.indices where !lists[index].isConfidential { walk(index) }
        for (exception, order) in overruled {
            findings.add(.overruledException, exception, by: order)
        }
    }

    // MARK: Entries

    private func record(_ item: KeyItem) -> EntryRecord {
        records[Int(item.list)][Int(item.record)]
    }

    private func force(_ place: EntryPlace) -> EntryForce {
        let record = records[Int(place.list)][Int(place.record)]
        let attributes = facts[Int(place.list)].attributes(record)
        if record.order == EntryRecord.none { return EntryForce(attributes, order: nil) }
        return EntryForce(
            attributes, order: lists[Int(place.list)].list.orders[Int(record.order)])
    }

    private func target(_ item: KeyItem) -> ArraySlice<UInt8> {
        texts[Int(item.list)][records[Int(item.list)][Int(item.record)].range]
    }

    private func addressKey(_ item: KeyItem) -> [UInt8]? {
        Compiler.addressKey(target(item).span)
    }

    /// Whether every host of `narrow` is one of `wide`, a host or domain entry.
    ///
    /// - Parameter isWhole: both have the same text; else `wide` is a proper suffix.
    private static func hostHolds(
        _ wide: EntryRecord, _ narrow: EntryRecord, isWhole: Bool
    ) -> Bool {
        if !isWhole { return wide.kind == .domain }
        if wide.kind == .host { return narrow.kind == .host || narrow.kind == .url }
        if !wide.flags.contains(.subdomainsOnly) { return true }
        return narrow.kind == .domain && narrow.flags.contains(.subdomainsOnly)
    }

    /// Whether one entry is about all hosts that another is about, as far as URL prefixes go: those of
    /// some lists stand for the names below their host, those of others do not.
    private func coversHosts(_ wide: EntryPlace, _ narrow: EntryPlace) -> Bool {
        if subdomainPrefixes[Int(wide.list)]
            || records[Int(wide.list)][Int(wide.record)].kind != .urlPrefix
        {
            return true
        }
        let entry = records[Int(narrow.list)][Int(narrow.record)]
        switch entry.kind {
        case .urlPrefix: return !subdomainPrefixes[Int(narrow.list)]
        case .pattern: return anchors(entry, narrow).bindsWholeHost
        default: return true
        }
    }

    // MARK: The same target

    /// Compares the items of each key with each other.
    private mutating func findEqual(_ sorted: SortedItems, _ holds: Holds) {
        let items = sorted.items
        var index = 0
        while index < items.count {
            var end = index + 1
            while end < items.count, items[end].hash == items[index].hash { end += 1 }
            if end - index == 2, items[index].marks == 0, items[index + 1].marks == 0 {
                comparePair(items[index], items[index + 1], holds)
            } else if end - index > 1 {
                compare(items[index..<end].filter { $0.marks == 0 }, holds)
            }
            index = end
        }
    }

    /// The usual case, without an array: two items of one hash, in the order of their places.
    private mutating func comparePair(_ first: KeyItem, _ second: KeyItem, _ holds: Holds) {
        guard isSameKey(first, second) else { return }
        let left = Compared(first, record(first), force(EntryPlace(first)))
        let right = Compared(second, record(second), force(EntryPlace(second)))
        if left.isRepeated(by: right) { return tell(.repeated, second, by: first) }
        tell(left, among: CollectionOfOne(right), holds)
        tell(right, among: CollectionOfOne(left), holds)
    }

    /// Compares items of one hash; nearly always they are of one key.
    private mutating func compare(_ group: [KeyItem], _ holds: Holds) {
        guard let first = group.first, group.count > 1 else { return }
        let same = group.filter { isSameKey($0, first) }
        // A hash that two keys share is rare beyond rare; each key is then compared by itself.
        if same.count < group.count { compare(group.filter { !isSameKey($0, first) }, holds) }
        var distinct: [Compared] = []
        for item in same {
            let new = Compared(item, record(item), force(EntryPlace(item)))
            if let earlier = distinct.first(where: { $0.isRepeated(by: new) }) {
                tell(.repeated, item, by: earlier.item)
            } else if distinct.count < Limits.Compiler.sameTargetMax {
                distinct.append(new)
            }
        }
        guard distinct.count > 1 else { return }
        for entry in distinct { tell(entry, among: distinct, holds) }
    }

    /// An item with what comparing asks for.
    private struct Compared {
        var item: KeyItem
        var record: EntryRecord
        var force: EntryForce

        init(_ item: KeyItem, _ record: EntryRecord, _ force: EntryForce) {
            self.item = item
            self.record = record
            self.force = force
        }

        /// Whether `later`, of the same target, says the same in the same list: the image holds one.
        func isRepeated(by later: Compared) -> Bool {
            item.list == later.item.list && force.attributes == later.force.attributes
                && record.order == later.record.order
        }

        func isSameTarget(as other: Compared) -> Bool {
            let isAddress = record.kind == .address || record.kind == .network
            return (record.kind == other.record.kind || isAddress)
                && record.flags.contains(.subdomainsOnly)
                    == other.record.flags.contains(.subdomainsOnly)
        }
    }

    /// Tells `entry` where another of the same text gives at least as much.
    private mutating func tell(
        _ entry: Compared, among others: some Collection<Compared>, _ holds: Holds
    ) {
        let place = EntryPlace(entry.item)
        var found: (item: KeyItem, isSame: Bool)?
        for wide in others where EntryPlace(wide.item) != place {
            guard holds(wide.record, entry.record), coversHosts(EntryPlace(wide.item), place) else {
                continue
            }
            noteOverruled(wide.force, EntryPlace(wide.item), entry.force, place)
            guard wide.force.includes(entry.force) else { continue }
            let isMutual =
                holds(entry.record, wide.record) && entry.force.includes(wide.force)
                && coversHosts(place, EntryPlace(wide.item))
            if isMutual, place < EntryPlace(wide.item) { continue }
            let isSame = wide.isSameTarget(as: entry)
            if found == nil || (isSame && found?.isSame == false) { found = (wide.item, isSame) }
        }
        guard let found else { return }
        let wider: FindingKind = entry.force.hasOrder ? .covered : .shadowed
        tell(found.isSame ? .duplicate : wider, entry.item, by: found.item)
    }

    /// Addresses of one key may be written in two ways: alone, and as the network of one.
    private func isSameKey(_ left: KeyItem, _ right: KeyItem) -> Bool {
        if target(left) == target(right) { return true }
        let kind = record(left).kind
        guard kind == .address || kind == .network else { return false }
        return addressKey(left) == addressKey(right)
    }

    private mutating func tell(_ kind: FindingKind, _ item: KeyItem, by other: KeyItem) {
        let place = EntryPlace(item)
        // What a line does not say itself says nothing of it; nor is it what a line that is left out repeats.
        let isSaid =
            !record(item).flags.contains(.derived)
            && (kind != .repeated || !record(other).flags.contains(.derived))
        if isSaid { findings.add(kind, place, by: EntryPlace(other)) }
        told.insert(place)
    }

    /// Notes an exception of the operator that is wider than what an order blocks.
    private mutating func noteOverruled(
        _ wide: EntryForce, _ exception: EntryPlace, _ narrow: EntryForce, _ order: EntryPlace
    ) {
        guard hasExceptions, narrow.isOrderedBlock, wide.isOperatorException,
            !narrow.isOver(at: now)
        else { return }
        overruled[exception] = min(overruled[exception] ?? order, order)
    }

    // MARK: Wider targets

    private mutating func walk(_ index: Int) {
        let list = lists[index].list
        let text = list.entries.text.span
        for number in list.entries.records.indices {
            let place = EntryPlace(list: index, record: number)
            if told.contains(place) {
                // Exceptions that are wider still want to be found.
                guard hasExceptions, !leftOut.contains(place), force(place).isOrderedBlock else {
                    continue
                }
            }
            let entry = list.entries.records[number]
            walk(entry, place, text.extracting(entry.range))
        }
    }

    private mutating func walk(
        _ entry: EntryRecord, _ place: EntryPlace, _ target: Span<UInt8>
    ) {
        switch entry.kind {
        case .host, .domain:
            if walkHost(entry, place, target, isWhole: refusals != nil) { return }
            // An address as a host is blocked by the networks that it is in, too.
            if refusals != nil, !takeHost(entry, place, target) {
                walkHostAddress(entry, place, target)
            }
        case .url, .urlPrefix: walkURL(entry, place, target, isOfOneHost: entry.kind == .url)
        case .address, .network: walkAddress(entry, place, target)
        case .pattern: walkPattern(entry, place, target)
        case .regex, .phrase, .expression: return
        }
    }

    /// Looks up the name that a pattern is bound to.
    private mutating func walkPattern(
        _ entry: EntryRecord, _ place: EntryPlace, _ pattern: Span<UInt8>
    ) {
        let anchors = anchors(entry, place)
        if entry.flags.contains(.fromURL) { return walkStarredURL(entry, place, pattern, anchors) }
        guard anchors.contains(.host), let name = RuleHost.name(pattern) else { return }
        _ = walkHost(entry, place, pattern.extracting(name), isWhole: true)
    }

    private func anchors(_ entry: EntryRecord, _ place: EntryPlace) -> AdblockRule.Anchors {
        lists[Int(place.list)].list.adblockRules[Int(entry.rule)].anchors
    }

    /// Looks up the host of a URL with a `*`, then the beginnings of what stands before the first one.
    private mutating func walkStarredURL(
        _ entry: EntryRecord, _ place: EntryPlace, _ url: Span<UInt8>,
        _ anchors: AdblockRule.Anchors
    ) {
        var end = 0
        while end < url.count, url[end] != UInt8(ascii: "*") { end += 1 }
        let isOpen = end < url.count || !anchors.contains(.end)
        walkURL(
            entry, place, url.extracting(0..<end), isOpen: isOpen,
            isOfOneHost: anchors.bindsWholeHost)
    }

    /// Finds the exceptions that an order blocks altogether.
    mutating func refusals(of exceptions: [KeyItem]) -> Refusals {
        refusals = Refusals()
        for item in exceptions {
            let list = lists[Int(item.list)].list
            let entry = list.entries.records[Int(item.record)]
            walk(entry, EntryPlace(item), list.entries.text.span.extracting(entry.range))
        }
        defer { refusals = nil }
        return refusals ?? Refusals()
    }

    /// Looks up the suffixes of a host among the domains, the shortest first.
    ///
    /// - Parameter isWhole: the host itself is one of them.
    /// - Returns: whether nothing more is to be looked for.
    private mutating func walkHost(
        _ entry: EntryRecord, _ place: EntryPlace, _ host: Span<UInt8>, isWhole: Bool
    ) -> Bool {
        guard hosts.filtered > 0 else { return false }
        var end = host.count
        var start = Self.labelStart(host, end)
        // Nearly no list names a whole top level: names of two labels need no look then.
        if start > 0, !isWhole, !hasSingleLabels, Self.labelStart(host, start - 1) == 0 {
            return false
        }
        var hash = KeyHash(seed: seed)
        while start > 0 || isWhole {
            hash.add(host, start..<end)
            let isAll = start == 0
            if hosts.mayHave(hash.value),
                take(
                    entry, place, in: hosts, hash.value, host.extracting(start..<host.count),
                    { wide, narrow in Self.hostHolds(wide, narrow, isWhole: isAll) })
            {
                return true
            }
            if isAll { return false }
            end = start - 1
            start = Self.labelStart(host, end)
        }
        return false
    }

    private static func labelStart(_ host: Span<UInt8>, _ end: Int) -> Int {
        var start = end
        while start > 0, host[start - 1] != UInt8(ascii: ".") { start -= 1 }
        return start
    }

    /// Looks up a URL's host, then the beginnings of the URL that end at a boundary.
    ///
    /// - Parameters:
    ///   - isOpen: anything may follow `url`.
    ///   - isOfOneHost: the entry is about no other host, as a prefix is.
    private mutating func walkURL(
        _ entry: EntryRecord, _ place: EntryPlace, _ url: Span<UInt8>, isOpen: Bool = false,
        isOfOneHost: Bool
    ) {
        let hostEnd = Compiler.hostEnd(url)
        let host = url.extracting(0..<hostEnd)
        if walkHost(entry, place, host, isWhole: true) { return }
        let isPattern = entry.kind == .pattern
        if !isPattern || isOfOneHost {
            if takeHost(entry, place, host) { return }
            if refusals != nil { walkHostAddress(entry, place, host) }
        }
        if walkPieces(entry, place, url, isOpen: isOpen, isOfOneHost, from: 0, hostEnd) { return }
        // A prefix also stands for its host with `www.` before it.
        let www = Array("www.".utf8)
        guard isOfOneHost, hostEnd > 4, (0..<4).allSatisfy({ url[$0] == www[$0] }) else {
            return
        }
        _ = walkPieces(entry, place, url, isOpen: isOpen, isOfOneHost, from: 4, hostEnd)
    }

    /// Looks up the entries of kind `host` for the host itself: they are not in the filter, since there
    /// may be as many of them as of all others. A pattern is about that host alone.
    private mutating func takeHost(
        _ entry: EntryRecord, _ place: EntryPlace, _ host: Span<UInt8>
    ) -> Bool {
        let hash = KeyHash.host(host, 0..<host.count, seed: seed).value
        return take(
            entry, place, in: hosts, hash, host,
            { wide, narrow in
                wide.kind == .host
                    && (narrow.kind == .pattern || Self.hostHolds(wide, narrow, isWhole: true))
            })
    }

    private mutating func walkPieces(
        _ entry: EntryRecord, _ place: EntryPlace, _ url: Span<UInt8>, isOpen: Bool,
        _ isOfOneHost: Bool, from start: Int, _ hostEnd: Int
    ) -> Bool {
        var hash = KeyHash.host(url, start..<hostEnd, seed: seed)
        var pathEnd = hostEnd
        while pathEnd < url.count, url[pathEnd] != UInt8(ascii: "?") { pathEnd += 1 }
        var position = hostEnd
        while position < url.count {
            let end = KeyHash.pieceEnd(url, from: position)
            hash.add(url, position..<end)
            position = end
            if end == url.count {
                // The whole text was compared with its like already.
                if refusals == nil, start == 0, entry.kind != .pattern { return false }
                // The piece may be longer than what is written of it.
                if isOpen, !KeyHash.isDelimiter(url[end - 1]) { return false }
            }
            guard urls.mayHave(hash.value) else { continue }
            let isWhole = end == pathEnd || end == url.count
            let isPath = start == 0 && isWhole && isOfOneHost && !(isOpen && end == url.count)
            if take(
                entry, place, in: urls, hash.value, url.extracting(start..<end),
                { wide, _ in wide.kind == .urlPrefix || isPath })
            {
                return true
            }
        }
        return false
    }

    /// Looks up the networks around a host that is an address; one of IPv6 is in brackets.
    private mutating func walkHostAddress(
        _ entry: EntryRecord, _ place: EntryPlace, _ host: Span<UInt8>
    ) {
        let isInBrackets = host.count > 2 && host[0] == UInt8(ascii: "[")
        walkAddress(entry, place, isInBrackets ? host.extracting(1..<host.count - 1) : host)
    }

    private mutating func walkAddress(
        _ entry: EntryRecord, _ place: EntryPlace, _ text: Span<UInt8>
    ) {
        guard let key = Compiler.addressKey(text) else { return }
        let longest = refusals == nil ? key[1] : key[1] + 1
        for length in prefixLengths[key[0]] ?? [] where length < longest {
            let network = Self.shortened(key, to: length)
            let hash = AddressKey.hash(network.span)
            guard addresses.mayHave(hash) else { continue }
            for item in addresses.items[addresses.range(of: hash)]
            where item.marks == 0 && addressKey(item) == network {
                if consider(place, item) { return }
            }
        }
    }

    /// The key of the network of `length` around an address or a smaller network.
    private static func shortened(_ key: [UInt8], to length: UInt8) -> [UInt8] {
        var network = key
        network[1] = length
        for index in 2..<key.count {
            let bits = min(8, max(0, Int(length) - (index - 2) * 8))
            network[index] &= bits == 0 ? 0 : UInt8.max << UInt8(8 - bits)
        }
        return network
    }

    /// Tries the items of one key.
    ///
    /// - Returns: whether nothing more is to be looked for.
    private mutating func take(
        _ entry: EntryRecord, _ place: EntryPlace, in sorted: SortedItems, _ hash: UInt64,
        _ text: Span<UInt8>, _ holds: Holds
    ) -> Bool {
        var tried = 0
        for item in sorted.items[sorted.range(of: hash)] where item.marks == 0 {
            guard holds(record(item), entry), target(item).span.equals(text) else { continue }
            if consider(place, item) { return true }
            tried += 1
            if tried == Limits.Compiler.sameTargetMax { return false }
        }
        return false
    }

    /// Tells the entry at `place` where the wider entry `item` gives at least as much.
    private mutating func consider(_ place: EntryPlace, _ item: KeyItem) -> Bool {
        let wider = EntryPlace(item)
        guard coversHosts(wider, place) else { return false }
        let wide = force(wider)
        if refusals != nil { return refuse(place, wider, wide) }
        let own = force(place)
        noteOverruled(wide, wider, own, place)
        guard wide.includes(own) else { return false }
        if !told.contains(place) {
            if !records[Int(place.list)][Int(place.record)].flags.contains(.derived) {
                findings.add(own.hasOrder ? .covered : .shadowed, place, by: wider)
            }
            told.insert(place)
        }
        return !(hasExceptions && own.isOrderedBlock)
    }
}

extension OverlapFinder {
    /// Notes that an order blocks the exception at `place`; true where it does so now.
    private mutating func refuse(
        _ place: EntryPlace, _ wider: EntryPlace, _ wide: EntryForce
    ) -> Bool {
        guard wide.isOrderedBlock, !wide.isOver(at: now) else { return false }
        guard wide.isInForce(at: now) else {
            refusals?.pending[place] = wider
            return false
        }
        refusals?.refused[place] = wider
        refusals?.pending[place] = nil
        return true
    }
}

extension Span where Element == UInt8 {
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
