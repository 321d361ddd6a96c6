import KhienImage
import KhienMatcher
import KhienModel

extension PageRules {
    /// Everything about a verdict, for answers, events and `khien scan`; nil: no entry decided.
    /// Allocates.
    public func reason(for verdict: PageVerdict) -> Reason? {
        guard let entry = verdict.entry, let place = verdict.place else { return nil }
        let attributes = entries[entry.value].attributes
        var reason = matcher.reason(
            for: Hit(
                entry: entry, attributes: attributes, layer: .text, view: Self.view(of: place),
                isInForce: true))
        let cause: TextReason.Cause =
            switch verdict.cause {
            case .ban: .ban
            case .exception: .exception
            case .group: .group
            case .score, .none: .score
            }
        let group = verdict.group.map { phrases.group($0).name } ?? ""
        reason.category = category(of: entry, verdict.group)
        reason.text = TextReason(
            cause: cause, layer: place.layer, view: place.view, reading: place.reading,
            offset: place.offset.name, score: verdict.score, limit: verdict.limit, group: group)
        return reason
    }

    /// What a warning is about that an entry gives: its own category, else the group it counts in. Allocates.
    func category(of entry: EntryIndex, _ group: UInt16?) -> String {
        let named = matcher.category(of: entry)
        return named.isEmpty ? group.map { phrases.group($0).name } ?? "" : named
    }

    /// The verdict as the proxy takes it. Allocates.
    public func judgement(for verdict: PageVerdict) -> Judgement {
        Judgement(verdict: verdict.action, reason: reason(for: verdict))
    }

    private static func view(of place: PagePlace) -> View {
        if place.reading == .legacy { return .legacy }
        return switch place.view {
        case .exact: .exact
        case .plain: .plain
        case .joined: .joined
        }
    }
}
