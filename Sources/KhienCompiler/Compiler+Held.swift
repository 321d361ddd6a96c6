import KhienImage
import KhienLists
import KhienModel
import KhienRegex

/// Entries that would block a protected name: held for a person, neither applied nor dropped.
extension Compiler {
    /// Whether a host or domain would block a protected name; it is reported then.
    mutating func isHeld(
        _ item: KeyItem, _ entry: EntryRecord, _ text: Span<UInt8>
    ) -> Bool {
        let reason = protected.reason(
            hash: item.hash, text.extracting(entry.range), withSubdomains: entry.kind == .domain)
        if case .publicSuffix = reason, !text.hasDot(entry.range),
            !lists[Int(item.list)].list.format.namesTopLevels
        {
            // Not even an exception: a list that lifts all of `com` is a slip as well.
            return hold(item, entry, reason, exceptionsToo: true)
        }
        return hold(item, entry, reason)
    }

    /// Whether a URL would: only one that is a host with nothing behind it.
    ///
    /// - Parameter host: with the host's hash.
    mutating func isHeldURL(
        _ host: KeyItem, _ entry: EntryRecord, _ target: Span<UInt8>, hostEnd: Int
    ) -> Bool {
        guard hostEnd == target.count || hostEnd == target.count - 1,
            hostEnd == target.count || target[hostEnd] == UInt8(ascii: "/")
        else { return false }
        return hold(
            host, entry,
            protected.reason(
                hash: host.hash, target.extracting(0..<hostEnd), withSubdomains: false))
    }

    /// Whether an address or network would: a protected name is an address inside it, or it is as wide
    /// as no network is; then not even an exception is taken.
    mutating func isHeldAddress(
        _ item: KeyItem, _ entry: EntryRecord, _ key: [UInt8]
    ) -> Bool {
        let reason = protected.reason(addressKey: key)
        if case .wideNetwork = reason { return hold(item, entry, reason, exceptionsToo: true) }
        return hold(item, entry, reason)
    }

    /// Whether an adblock rule would: it is nothing but the name, or matches its front page, and asks
    /// for nothing about who asks.
    mutating func isHeldRule(
        _ item: KeyItem, _ entry: EntryRecord, _ text: Span<UInt8>
    ) -> Bool {
        let source = lists[Int(item.list)]
        let rule = source.list.adblockRules[Int(entry.rule)]
        guard RuleReach.isUnbound(rule) else { return false }
        let pattern = text.extracting(entry.range)
        if let reason = heldReason(rule, pattern) { return hold(item, entry, reason) }
        let isMet = protected.pages.contains { page in
            RuleReach.matches(rule, pattern, page.url.span, host: page.host)
        }
        return isMet && hold(item, entry, .protected)
    }

    /// Why the name that is all of a rule's pattern is to be held.
    private func heldReason(
        _ rule: AdblockRule, _ pattern: Span<UInt8>
    ) -> ProtectedNames.Reason? {
        if let name = RuleReach.onlyName(rule, pattern),
            let reason = protected.reason(pattern, domain: name)
        {
            return reason
        }
        // A longer host may end so as well: no protected name is meant but a registry's.
        guard let name = RuleReach.lastName(pattern),
            case .publicSuffix = protected.reason(pattern, domain: name),
            RuleReach.meetsEveryHost(below: name, rule, pattern)
        else { return nil }
        return .publicSuffix
    }

    /// Whether a regular expression would: it matches a protected name's front page.
    mutating func isHeldRegex(
        _ item: KeyItem, _ entry: EntryRecord, _ program: RegexProgram
    ) -> Bool {
        if protected.pages.isEmpty { return false }
        let source = lists[Int(item.list)]
        if entry.rule != EntryRecord.none,
            !RuleReach.isUnbound(source.list.adblockRules[Int(entry.rule)])
        {
            return false
        }
        if regexScratch == nil { regexScratch = RegexScratch() }
        guard let scratch = regexScratch else { return false }
        let isMet = protected.pages.contains { page in
            if case .match = scratch.match(program, page.url.span, within: RegexReach.budget) {
                return true
            }
            return false
        }
        return isMet && hold(item, entry, .protected)
    }

    /// Tells that an order blocks a name that the operator protects: that is the operator's wish, and
    /// an order is not the operator's to hold.
    private mutating func tellProtected(_ entry: EntryRecord, _ source: SourceList) {
        let what = source.isConfidential ? "an entry" : source.list.spelling(entry)
        report.diagnostics.append(
            Diagnostic(
                .warning, "order.protected",
                at: SourceLocation(file: source.list.path, line: Int(entry.line)),
                "\(what) blocks a protected name and is in force: the order "
                    + "\(source.list.orders[Int(entry.order)].number) asks for it"))
    }

    /// Holds and reports an entry, of a confidential list without its target. Exceptions are
    /// not held: they block nothing. Nor is what a person released, nor an order for a name that is
    /// the operator's to protect.
    ///
    /// - Parameters:
    ///   - reason: nil: there is none.
    ///   - exceptionsToo: exceptions are held as well.
    /// - Returns: whether it is held.
    mutating func hold(
        _ item: KeyItem, _ entry: EntryRecord, _ reason: ProtectedNames.Reason?,
        exceptionsToo: Bool = false
    ) -> Bool {
        guard let reason else { return false }
        let isException = facts[Int(item.list)].attributes(entry).action == .allow
        guard !isException || exceptionsToo else { return false }
        let source = lists[Int(item.list)]
        if !released.isEmpty,
            released.contains(source.list.spelling(entry))
                || released.contains(source.list.entries.target(entry))
        {
            return false
        }
        if case .protected = reason, entry.order != EntryRecord.none {
            tellProtected(entry, source)
            return false
        }
        leaveOut(item)
        report.held += 1
        report.keptOutByList[Int(item.list), default: 0] += 1
        let why =
            switch reason {
            case .publicSuffix: "a public suffix, with every name below it"
            case .wideNetwork: "a network wider than any that a registry hands out"
            case .protected: "a protected name"
            }
        let what = source.isConfidential ? "an entry" : source.list.spelling(entry)
        refuse(
            entry, source.list, "entry.held",
            "\(what) is held for a person: it would \(isException ? "lift" : "block") \(why)")
        return true
    }
}
