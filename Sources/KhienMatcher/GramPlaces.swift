import KhienImage
import KhienModel

/// Where in a URL grams have to be looked for.
///
/// Three bytes of which some belong to a token and some do not stand around an end of a token:
/// tokens are found anyway. The compiler chooses such grams where it can, so that most images need
/// no look at every place.
enum GramPlaces {
    /// The tables have no grams.
    case nowhere
    case aroundTokens
    case anywhere

    init(_ patterns: PatternTable, _ regexes: RegexTable) {
        var places = GramPlaces.nowhere
        patterns.grams.forEachRun { gram, rules in
            let isAround =
                Gram.isAroundTokens(gram) || Self.areOfAddresses(rules, in: patterns)
            if !isAround {
                places = .anywhere
            } else if places == .nowhere {
                places = .aroundTokens
            }
        }
        regexes.grams.forEachRun { gram, _ in
            let isAround = Gram.isAroundTokens(gram)
            if !isAround {
                places = .anywhere
            } else if places == .nowhere {
                places = .aroundTokens
            }
        }
        // Around the token of a scheme nobody looks.
        for scheme in ["http:", "https:"] {
            let bytes = Array(scheme.utf8)
            let gram =
                UInt32(bytes[bytes.count - 3]) | UInt32(bytes[bytes.count - 2]) << 8
                | UInt32(bytes[bytes.count - 1]) << 16
            let isNeeded =
                patterns.grams.find(gram, hash: Gram.hash(gram)) != nil
                || regexes.grams.find(gram, hash: Gram.hash(gram)) != nil
            if isNeeded { places = .anywhere }
        }
        self = places
    }

    /// Whether rules match nothing but hosts in brackets: at these, every place is looked at.
    private static func areOfAddresses(_ rules: RuleRange, in patterns: PatternTable) -> Bool {
        (rules.start..<rules.start + rules.count).allSatisfy {
            let rule = patterns[$0]
            return rule.flags.contains(.hostAnchor) && rule.textCount > 0
                && patterns.text[Int(rule.textOffset)] == UInt8(ascii: "[")
        }
    }
}
