import KhienLists
import KhienModel

/// Of rules that name one and the same phrase, the one that counts: an exception before a ban, a ban
/// before a weight, the higher weight before the lower one.
///
/// This is what e2guardian does: all its phrase lists go into one tree, in which a phrase stands once
/// (`ListContainer::graphAdd` of its version 5). Its published lists name the same word in several
/// languages' and categories' files; added up, the word counts double. So lists in its format are
/// compared with each other, where they ask for the same action. A list of our own form is compared
/// with itself only: two lists may well give a phrase to two categories.
///
/// Compared are rules of a single phrase that differ in effect and weight alone. Combinations all
/// count, in e2guardian as well. Where e2guardian lets the hours of the stronger rule hold for both, rules
/// with different hours are not compared here: else a phrase would count for nothing outside of them.
struct StrongestPhrases {
    private struct Key: Hashable {
        /// The list; nil: any in e2guardian's format that asks for this action.
        var list: UInt16?
        var action: Action
        var authority: Authority
        var text: [UInt8]
        var term: PhraseTerm
        var rule: PhraseRule
        var windows: [PhraseWindow]
    }

    private struct Rank: Comparable {
        var effect: Int
        var weight: Int32

        init(_ rule: PhraseRule) {
            switch rule.effect {
            case .exception: effect = 2
            case .ban: effect = 1
            case .weigh: effect = 0
            }
            weight = rule.weight
        }

        static func < (left: Rank, right: Rank) -> Bool {
            (left.effect, left.weight) < (right.effect, right.weight)
        }
    }

    /// The first of the strongest rules of each phrase.
    private var strongest: [Key: (item: KeyItem, rank: Rank)] = [:]

    init(_ items: [KeyItem], in lists: [SourceList]) {
        for item in items {
            guard let (key, rank) = Self.phrase(item, lists) else { continue }
            if let known = strongest[key], known.rank >= rank { continue }
            strongest[key] = (item, rank)
        }
    }

    /// The rule that counts in place of this one; nil: it counts itself. One that says the same is
    /// none where both stand in one list: that one is merely repeated.
    func stronger(than item: KeyItem, in lists: [SourceList]) -> KeyItem? {
        guard let (key, rank) = Self.phrase(item, lists), let found = strongest[key],
            EntryPlace(found.item) != EntryPlace(item),
            found.rank > rank || found.item.list != item.list
        else { return nil }
        return found.item
    }

    private static func phrase(_ item: KeyItem, _ lists: [SourceList]) -> (Key, Rank)? {
        let source = lists[Int(item.list)]
        let list = source.list
        let record = list.entries.records[Int(item.record)]
        let rule = list.phraseRules[Int(record.rule)]
        guard rule.terms.count == 1, let place = rule.terms.first else { return nil }
        var term = list.phraseTerms[Int(place)]
        guard term.kind == .literal else { return nil }
        let text = Array(list.entries.text[term.text.range])
        term.text = TextRange(start: 0, length: 0)
        // What is left is what must be equal.
        var bare = rule
        bare.effect = .weigh
        bare.weight = 0
        bare.group = nil
        bare.windows = nil
        bare.terms = 0..<0
        let key = Key(
            list: list.format == .e2guardian ? nil : item.list, action: source.action,
            authority: source.authority, text: text, term: term, rule: bare,
            windows: rule.windows.map { list.phraseWindows[Int($0)] } ?? [])
        return (key, Rank(rule))
    }
}
