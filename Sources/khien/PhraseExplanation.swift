import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// What `khien explain --rule` says about one phrase rule, as JSON and as text.
struct PhraseExplanation: Encodable {
    var rule: String
    /// The rule as its list has it, in canonical text.
    var target: String
    var list: String
    var line: Int
    var category: String
    var action: String
    var authority: String
    var order: String?
    var orderAuthority: String?
    /// Of what an order names: whether it holds at the time that was asked for.
    var inForce: Bool?
    var effect: String
    /// Of the effect `weigh` only.
    var weight: Int?
    var layers: [String]
    var views: [String]
    var scope: String
    /// Occurrences that count at most; nil: all.
    var countMax: Int?
    /// Bytes of canonical text between two that count; nil: any.
    var distanceMin: Int?
    /// Local time; empty: always.
    var times: [String]
    var group: String
    /// The score at which the group condemns a page by itself; nil: the configuration's limit holds.
    var groupLimit: Int?
    /// What the group takes off at most, below zero; nil: as much as it comes to.
    var groupRelief: Int?

    /// The phrase rules with this id, or that look for these words, in the order of the image.
    static func find(
        _ query: String, in image: Image, _ matcher: Matcher, at now: UnixTime
    ) -> [PhraseExplanation] {
        let id = query.utf8.count == 16 ? UInt64(query, radix: 16) : nil
        let words = TextFolder.canonical(Array(query.utf8).span)
        var found: [PhraseExplanation] = []
        for index in 0..<UInt32(image.phrases.ruleCount) {
            if id == nil {
                let text = Array(image.phrases.ruleText(index).utf8)
                // An expression stands there as its list has it, capitals and all.
                guard contains(text, words) || contains(text, Array(query.utf8)) else { continue }
            }
            let entry = image.phrases.rule(index).entry
            let reason = matcher.reason(
                for: Hit(
                    entry: entry, attributes: image.entries[entry.value].attributes, layer: .text,
                    view: .exact, isInForce: true))
            if let id, reason.rule.value != id { continue }
            var explanation = PhraseExplanation(index, image.phrases, reason)
            explanation.inForce = image.entries[entry.value].order.map {
                image.orders.isInForce($0, at: now)
            }
            found.append(explanation)
        }
        return found
    }

    private static func contains(_ text: [UInt8], _ words: [UInt8]) -> Bool {
        guard !words.isEmpty, words.count <= text.count else { return false }
        return (0...text.count - words.count).contains { text[$0...].starts(with: words) }
    }

    private init(_ index: UInt32, _ phrases: PhraseTable, _ reason: Reason) {
        let record = phrases.rule(index)
        let term = phrases.term(record.firstTerm)
        let group = phrases.group(record.group)
        rule = reason.rule.description
        target = reason.target
        list = reason.list
        line = reason.line
        category = reason.category
        action = reason.action.name
        authority = reason.authority == .authority ? "authority" : "operator"
        order = reason.order?.number
        orderAuthority = reason.order?.authority
        effect = record.effect.name
        weight = record.effect == .weigh ? Int(record.weight) : nil
        layers = term.layers.names
        views = term.views.names
        scope = record.scope.name
        countMax = record.countMax == 0 ? nil : Int(record.countMax)
        distanceMin = record.distanceMin == 0 ? nil : Int(record.distanceMin)
        times = phrases.windows(from: record.window).map(\.description)
        self.group = group.name
        groupLimit = group.limit.map { Int($0) }
        groupRelief = group.relief.map { Int($0) }
    }

    var text: String {
        var effect = weight.map { "weighs \($0)" } ?? self.effect
        if let countMax { effect += ", \(countMax) times at most" }
        if let distanceMin { effect += ", \(distanceMin) bytes apart" }
        var text = "\(target)  [\(list):\(line)]\n  rule     \(rule)\n  effect   \(effect)\n"
        text += "  asks for \(action), \(authority)"
        if !category.isEmpty { text += ", category \(category)" }
        if let order { text += ", order \(order)" }
        if let orderAuthority, !orderAuthority.isEmpty { text += " of \(orderAuthority)" }
        if inForce == false { text += " - NOT IN FORCE at this time" }
        text += "\n  layers   \(layers.joined(separator: ", "))\n"
        text += "  views    \(views.joined(separator: ", "))\n  scope    \(scope)\n"
        text += "  times    \(times.isEmpty ? "always" : times.joined(separator: "; "))\n"
        var limit = groupLimit.map { "limit \($0)" } ?? "limit of the configuration"
        if let groupRelief { limit += ", takes off \(-groupRelief) at most" }
        return text + "  group    \(group.isEmpty ? "-" : group), \(limit)\n"
    }
}
