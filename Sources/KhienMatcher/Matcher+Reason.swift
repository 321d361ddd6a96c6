import KhienImage
import KhienModel
import KhienText

extension Matcher {
    /// Everything about a hit, for answers, events and `khien explain`. Allocates.
    public func reason(for hit: Hit) -> Reason {
        let entry = entries[hit.entry.value]
        let list = image.list(entry.list)
        let order = entry.order.map { image.order($0) }
        let target = target(of: hit.entry)
        return Reason(
            rule: RuleID(
                list: list.name, kind: entry.attributes.kind,
                target: hiddenTarget(of: hit.entry, digestByteCount: 16) ?? target,
                order: order.map { RuleID.name(of: $0) } ?? "",
                details: details(of: hit.entry, entry, list)),
            kind: entry.attributes.kind, target: target, list: list.name, line: Int(entry.line),
            category: category(of: hit.entry), action: entry.attributes.action,
            authority: entry.attributes.authority, layer: hit.layer, view: hit.view, order: order,
            isConfidential: entry.attributes.isConfidential)
    }

    /// What an entry is about: its order's category, else its list's; empty: nobody says. Allocates.
    public func category(of index: EntryIndex) -> String {
        let entry = entries[index.value]
        let ordered = entry.order.map { image.order($0).category } ?? ""
        return ordered.isEmpty ? image.list(entry.list).category : ordered
    }

    /// An entry's target as it is matched: a host, a URL without scheme, a network, a rule's
    /// pattern with its anchors (`*` where it has none, only options), a URL with a `*` as a match pattern
    /// (`*://name/path*`), a regular expression between slashes; `sha256:` and the hash of an
    /// expression; of a confidential list `confidential:` and the first 16 digits of its keyed
    /// hash. Allocates.
    public func target(of index: EntryIndex) -> String {
        if let hidden = hiddenTarget(of: index, digestByteCount: 8) { return hidden }
        let entry = entries[index.value]
        switch entry.attributes.kind {
        case .host, .domain:
            guard let key = hosts.key(holding: index.value) else { return "" }
            let name = hosts.keyText(key)
            return entry.attributes.isSubdomainsOnly ? "*." + name : name
        case .url, .urlPrefix:
            return urls.key(holding: index.value).map { urls.keyText($0) } ?? ""
        case .address, .network:
            return addresses.key(holding: index.value).map { addressText($0) } ?? ""
        case .pattern, .regex:
            return ruleText(index.value)
        case .expression:
            return hidden.expressions.digest(holding: index.value).map {
                "sha256:" + $0.hexadecimal(byteCount: 32)
            } ?? ""
        case .phrase:
            return image.phrases.rule(holding: index).map { image.phrases.ruleText($0) } ?? ""
        }
    }

    /// What stands for the target of a confidential entry; nil for others.
    private func hiddenTarget(of index: EntryIndex, digestByteCount: Int) -> String? {
        guard entries[index.value].attributes.isConfidential else { return nil }
        return hidden.confidential.digest(holding: index.value).map {
            "confidential:" + $0.hexadecimal(byteCount: digestByteCount)
        } ?? "confidential:"
    }

    private func addressText(_ key: KeyTable.Place) -> String {
        addresses.withKey(key) { bytes in
            guard bytes.count >= 6 else { return "" }
            func number(_ range: Range<Int>) -> UInt64 {
                range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
            }
            let isFour = bytes[0] == 4
            let address: IPAddress =
                isFour
                ? .v4(UInt32(truncatingIfNeeded: number(2..<6)))
                : .v6(high: number(2..<10), low: number(10..<18))
            let text = IPAddressText.string(address)
            return bytes[1] == (isFour ? 32 : 128) ? text : "\(text)/\(bytes[1])"
        }
    }

    /// Rules stand in the order of their entries, but for the last run: a rule that is filed under
    /// several domains stands there several times.
    private func ruleText(_ entry: UInt32) -> String {
        guard let index = ruleIndex(entry) else { return "" }
        let rule = patterns[index]
        if rule.flags.contains(.regex) {
            for regex in 0..<regexes.count where regexes[regex].rule == index {
                let record = regexes[regex]
                let text = regexes.text.slice(Int(record.textOffset), Int(record.textCount))
                return "/\(text.text())/"
            }
            return ""
        }
        let body = patterns.text.slice(Int(rule.textOffset), Int(rule.textCount)).text()
        if !entries[entry].attributes.isAdblock { return Self.matchPattern(body, rule.flags) }
        let before =
            rule.flags.contains(.hostAnchor) ? "||" : rule.flags.contains(.startAnchor) ? "|" : ""
        let text = before + body + (rule.flags.contains(.endAnchor) ? "|" : "")
        return text.isEmpty ? "*" : text
    }

    /// A URL with a `*` as a match pattern: `*://*.name/path*`. The rule of one without subdomains spells a
    /// scheme, and there is another one with the other scheme.
    private static func matchPattern(_ body: String, _ flags: PatternFlags) -> String {
        let rest = flags.contains(.hostAnchor) ? "://*." + body : String(body.drop { $0 != ":" })
        return "*" + rest + (flags.contains(.endAnchor) ? "" : "*")
    }

    /// The first rule of an entry. An entry has one, or two side by side, or, in the last run, several.
    ///
    /// - Complexity: O(log rules); of an entry in the last run O(rules).
    func ruleIndex(_ entry: UInt32) -> UInt32? {
        let count = UInt32(patterns.ruleCount)
        var start: UInt32 = 0
        var end = count
        while start < end {
            let middle = start + (end - start) / 2
            if patterns[middle].entry < entry { start = middle + 1 } else { end = middle }
        }
        if start < count, patterns[start].entry == entry { return start }
        return (0..<count).last { patterns[$0].entry == entry }
    }
}

extension RuleID {
    /// Two authorities may give their orders the same number: `12/QĐ-A`, U+0001, `Sở A`.
    static func name(of order: Order) -> String {
        order.authority.isEmpty ? order.number : order.number + "\u{1}" + order.authority
    }

    /// The stable name of an entry: FNV-1a (64 bits) over list, kind, target, order (`name(of:)`) and, where
    /// there are any, details, each closed by a zero byte. A name, not a proof: it is not made to resist
    /// forgery.
    init(list: String, kind: TargetKind, target: String, order: String, details: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let parts = [list, kind.name, target, order] + (details.isEmpty ? [] : [details])
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = hash &* 0x100_0000_01B3
        }
        self.init(hash)
    }
}
