import KhienModel
import KhienText

/// The byte strings under which a phrase is looked for.
enum PhraseSpellings {
    /// A phrase without its spaces is looked for from this length on; shorter ones would be found in
    /// the initials that pages are full of.
    static let compactBytesMin = 4
    /// A literal that tells where an expression may match is at least this long; shorter ones occur
    /// everywhere.
    static let requiredBytesMin = 3

    /// The spellings of a phrase, each with the views in which it counts; no two are the same.
    ///
    /// - Parameter exact: its spelling in the exact view.
    static func spellings(
        of exact: [UInt8], views: TextViews
    ) -> [(bytes: [UInt8], views: TextViews)] {
        let reading = views.intersection(.legacy)
        let plain = TextFolder.canonical(exact.span, view: .plain)
        let plainViews = views.intersection([.plain, .joined])
        var result: [(bytes: [UInt8], views: TextViews)] = []
        if plain == exact {
            result.append((exact, views))
        } else {
            if views.contains(.exact) { result.append((exact, reading.union(.exact))) }
            if !plainViews.isEmpty, !plain.isEmpty, plain.count <= Limits.Phrases.phraseBytesMax {
                result.append((plain, reading.union(plainViews)))
            }
        }
        let compact = plain.filter { $0 != 0x20 }
        if views.contains(.joined), compact.count < plain.count,
            compact.count >= compactBytesMin, compact.count <= Limits.Phrases.phraseBytesMax
        {
            result.append((compact, reading.union(.joined)))
        }
        return result
    }

    /// An expression as it stands in the image. Canonical text is in small letters; nobody should
    /// have to think of it.
    static func caseless(_ pattern: [UInt8]) -> [UInt8] { Array("(?i)".utf8) + pattern }

    /// Literals of which one must occur wherever `pattern` matches; nil: there are none of use.
    static func required(in pattern: [UInt8]) -> [[UInt8]]? {
        RegexNeeds(of: pattern).literals.flatMap { literals in
            guard literals.allSatisfy({ $0.text.count >= requiredBytesMin }) else { return nil }
            return Array(Set(literals.map { Array($0.text.prefix(Limits.Phrases.phraseBytesMax)) }))
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
    }
}
