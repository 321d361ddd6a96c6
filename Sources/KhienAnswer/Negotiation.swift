/// Which form of answer and which language a client wants.
enum Negotiation {
    enum Form: Sendable, Hashable {
        case page
        case problem
        case image
        case script
        case stylesheet
        /// Nothing would be shown: fonts, media.
        case nothing
    }

    /// `Sec-Fetch-Dest` says what the answer is used for (Fetch Metadata, section 2.1); where it is
    /// absent or says nothing of use, `Accept` decides.
    static func form(accept: String?, destination: String?) -> Form {
        switch destination {
        case "document", "iframe", "frame", "embed", "object", "fencedframe": return .page
        case "image": return .image
        case "script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet":
            return .script
        case "style", "xslt": return .stylesheet
        case "font", "audio", "video", "track", "manifest", "report": return .nothing
        case "empty":
            // A script of a page asks: it can do nothing with a page, unless it says so.
            let form = accept.flatMap(accepted)
            return form ?? .problem
        default: return accept.flatMap(accepted) ?? .page
        }
    }

    /// The form that `field` prefers by naming it; nil: it takes anything, or nothing of ours.
    ///
    /// Only types that are named count: a browser that wants an image says `image/*, */*;q=0.8`, a
    /// library that wants JSON `application/json, */*`.
    private static func accepted(_ field: String) -> Form? {
        var best: (form: Form, weight: Int)?
        for item in WeightedList(field).items where item.weight > 0 {
            guard let form = form(ofType: item.name) else { continue }
            if best.map({ item.weight > $0.weight }) ?? true { best = (form, item.weight) }
        }
        return best?.form
    }

    private static func form(ofType name: String) -> Form? {
        switch name {
        case "text/html", "application/xhtml+xml", "text/*": .page
        case "application/json", "application/problem+json", "application/*": .problem
        case "text/css": .stylesheet
        case "text/javascript", "application/javascript", "application/ecmascript": .script
        default:
            if name.hasPrefix("image/") {
                .image
            } else if name.hasSuffix("+json") {
                .problem
            } else if name.hasPrefix("audio/") || name.hasPrefix("video/") || name.hasPrefix("font/") {
                .nothing
            } else {
                nil
            }
        }
    }

    /// The best of `languages` for an `Accept-Language` field; the first where none is named.
    ///
    /// Source: RFC 4647 section 3.4 (lookup: `en-GB-oxendict` falls back to `en-GB`, then `en`),
    /// RFC 9110 section 12.5.4. Of equal weights the first in the field wins; what has the weight 0
    /// is avoided.
    static func language(_ field: String?, among languages: [Language]) -> Language {
        let preferred = languages.first ?? .vi
        guard let field else { return preferred }
        let items = WeightedList(field).items
        let refused = Set(items.filter { $0.weight == 0 }.map(\.name))
        var best: (language: Language, weight: Int)?
        for item in items where item.weight > 0 {
            let found: Language?
            if item.name == "*" {
                let named = Set(items.map { $0.name.prefix { $0 != "-" } })
                found =
                    languages.first { !named.contains(Substring($0.rawValue)) } ?? preferred
            } else {
                let primary = String(item.name.prefix { $0 != "-" })
                found = languages.first { $0.rawValue == primary }
            }
            guard let found else { continue }
            if best.map({ item.weight > $0.weight }) ?? true { best = (found, item.weight) }
        }
        return best?.language ?? languages.first { !refused.contains($0.rawValue) } ?? preferred
    }
}
