import KhienImage
import KhienModel

/// What tells entries of one target apart: options of a rule, layers of a phrase. It goes into the
/// `RuleID`, which so depends on nothing but the entry itself: neither on the lines around it nor on
/// their order. What every entry of a format has unless it says otherwise is left out, so that most
/// names stay what they were before there were details (docs/FORMAT.md).
extension Matcher {
    /// The details of an entry; empty: it has none. Allocates.
    func details(of index: EntryIndex, _ entry: Entry, _ list: ListInfo) -> String {
        var words: [String] = []
        if entry.attributes.isImportant { words.append("important") }
        // e2guardian's lists except or block as a whole, by their files' names.
        if entry.attributes.action == .allow, list.action != .allow, list.format != "e2guardian" {
            words.append("exception")
        }
        switch entry.attributes.kind {
        case .pattern, .regex:
            if let rule = ruleIndex(index.value) {
                words += options(of: patterns[rule], isAdblock: entry.attributes.isAdblock)
            }
        case .phrase:
            if let rule = image.phrases.rule(holding: index) {
                words += Self.details(of: rule, in: image.phrases, format: list.format)
            }
        default: break
        }
        return words.joined(separator: " ")
    }

    // MARK: Rules

    private func options(of rule: PatternRule, isAdblock: Bool) -> [String] {
        var words: [String] = []
        if rule.flags.contains(.matchCase) { words.append("match-case") }
        if rule.flags.contains(.firstPartyOnly) { words.append("first-party") }
        if rule.flags.contains(.thirdPartyOnly) { words.append("third-party") }
        let types = RequestType.allCases.filter { rule.typeMask >> $0.rawValue & 1 != 0 }
        let usual = RequestType.allCases.filter {
            !isAdblock || $0 != .document && $0 != .popup
        }
        if types != usual { words.append("types=" + types.map(\.name).joined(separator: ",")) }
        let first = Int(rule.domainStart)
        let excluded = first + Int(rule.includeCount)
        let denied = excluded + Int(rule.excludeCount)
        for (name, range) in [
            ("domain=", first..<excluded), ("domain=~", excluded..<denied),
            ("denyallow=", denied..<first + rule.domainCount),
        ] where !range.isEmpty {
            words.append(name + range.map(domainText).sorted().joined(separator: ","))
        }
        return words
    }

    private func domainText(_ index: Int) -> String {
        let place = patterns.domain(index)
        return patterns.text.slice(place.offset, place.count).text()
    }

    // MARK: Phrases

    private static func details(
        of index: UInt32, in phrases: PhraseTable, format: String
    ) -> [String] {
        let rule = phrases.rule(index)
        let term = phrases.term(rule.firstTerm)
        var words: [String] = []
        if rule.termCount != 1 { words.append("terms=\(rule.termCount)") }
        let usual = format == "e2guardian" ? TextLayers.ofSource : .ofReaders
        if term.layers != usual {
            words.append("layers=\(term.layers.names.joined(separator: ","))")
        }
        if term.views != .everyReading {
            words.append("views=\(term.views.names.joined(separator: ","))")
        }
        if rule.scope != .pages { words.append("scope=\(rule.scope.name)") }
        if rule.countMax != 0 { words.append("count-max=\(rule.countMax)") }
        if rule.distanceMin != 0 { words.append("distance-min=\(rule.distanceMin)") }
        let windows = phrases.windows(from: rule.window)
        if !windows.isEmpty {
            words.append("times=" + windows.map(\.description).joined(separator: ","))
        }
        return words
    }
}
