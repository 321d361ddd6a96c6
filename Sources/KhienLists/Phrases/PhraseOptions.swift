import KhienModel
import Yams

/// The keys of a rule in YAML but its phrases; given before `rules:`, they hold for all.
struct PhraseOptions {
    private var effect: PhraseEffect?
    private var weight: Int32?
    private var layers = TextLayers.ofReaders
    private var views = TextViews.everyReading
    private var scope = PhraseScope.pages
    private var countMax: UInt32 = 0
    private var distanceMin: UInt32 = 0
    private var windows: UInt32?
    private(set) var isWholeWord = true
    /// Whether the rule, or what stands before all rules, has said so.
    private var isWholeWordSaid = false

    /// What was said until now holds where the rule says nothing else.
    mutating func beginRule() { isWholeWordSaid = false }

    private mutating func setWholeWord(_ value: Bool) throws(LineFault) {
        guard !isWholeWordSaid else {
            throw .rejected("phrase.whole-word", "expected whole-word or substring, not both")
        }
        isWholeWordSaid = true
        isWholeWord = value
    }

    /// Whether a key changes anything of a rule with the effect that was said: a ban or an exception needs one
    /// occurrence, and has no weight.
    func matters(_ name: String) -> Bool {
        switch name {
        case "weight", "count-max", "distance-min": effect == nil || effect == .weigh
        default: true
        }
    }

    /// Takes a key in.
    ///
    /// - Returns: false where there is no such key.
    mutating func set(
        _ name: String, _ node: Node, _ sets: inout [[PhraseWindow]]
    ) throws(LineFault) -> Bool {
        switch name {
        case "effect":
            guard let value = node.string.flatMap(PhraseEffect.init(name:)) else {
                throw .rejected("phrase.effect", "expected ban, exception or weigh")
            }
            effect = value
        case "weight":
            let limit = Int(Limits.Phrases.weightMax)
            guard let value = Self.integer(node, -limit...limit), value != 0 else {
                throw .rejected(
                    "phrase.weight", "expected a whole number from -1000000 to 1000000, not 0")
            }
            weight = Int32(value)
        case "layers": layers = try Self.union(node, "phrase.layers", TextLayers.init(name:))
        case "views": views = try Self.views(node)
        case "scope":
            guard let value = node.string.flatMap(PhraseScope.init(name:)) else {
                throw .rejected("phrase.scope", "expected pages, forms or both")
            }
            scope = value
        case "count-max":
            countMax = try Self.count(node, Limits.Phrases.countMax)
        case "distance-min":
            distanceMin = try Self.count(node, Limits.Phrases.distanceMax)
        case "whole-word": try setWholeWord(Self.boolean(node))
        case "substring": try setWholeWord(!Self.boolean(node))
        case "times":
            sets.append(try PhraseTimes.windows(node))
            windows = UInt32(sets.count - 1)
        default: return false
        }
        return true
    }

    /// A draft without its terms.
    func draft() throws(LineFault) -> PhraseDraft {
        var draft = PhraseDraft()
        draft.effect = effect ?? .weigh
        switch (draft.effect, weight) {
        case (.weigh, nil):
            throw .rejected("phrase.weight-missing", "the rule has neither a weight nor an effect")
        case (.weigh, let value?): draft.weight = value
        // A weight given for all rules of the list says nothing of a ban.
        default: break
        }
        draft.countMax = countMax
        draft.distanceMin = distanceMin
        draft.scope = scope
        draft.windows = windows
        draft.layers = layers
        draft.views = views
        return draft
    }

    // MARK: Values

    static func integer(_ node: Node, _ range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = node, let value = Int(scalar.string),
            range.contains(value)
        else { return nil }
        return value
    }

    private static func count(_ node: Node, _ limit: Int) throws(LineFault) -> UInt32 {
        guard let value = integer(node, 0...limit) else {
            throw .rejected("phrase.count", "expected a whole number from 0 to 1000000")
        }
        return UInt32(value)
    }

    private static func boolean(_ node: Node) throws(LineFault) -> Bool {
        switch node.string {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: throw .rejected("phrase.boolean", "expected true or false")
        }
    }

    /// One name, or a list of names.
    static func names(_ node: Node) -> [String]? {
        if let one = node.string { return [one] }
        guard case .sequence(let sequence) = node else { return nil }
        let names = sequence.compactMap(\.string)
        return names.count == sequence.count && !names.isEmpty ? names : nil
    }

    private static func union<Set: OptionSet>(
        _ node: Node, _ code: StaticString, _ named: (String) -> Set?
    ) throws(LineFault) -> Set where Set.Element == Set {
        var result = Set()
        for name in names(node) ?? [""] {
            guard let one = named(name) else {
                throw .rejected(code, "expected names of layers or views, or `all`")
            }
            result.formUnion(one)
        }
        return result
    }

    private static func views(_ node: Node) throws(LineFault) -> TextViews {
        let views = try union(node, "phrase.views", TextViews.init(name:))
        guard !views.isDisjoint(with: .all) else {
            throw .rejected("phrase.views", "expected at least one of exact, plain, joined")
        }
        return views
    }
}

/// Windows of time as people write them: `mon-fri 07:00-17:00`, `sat,sun 06:30-22:00`,
/// `daily 21:00-23:59`. The last minute belongs to the window; none goes over midnight.
enum PhraseTimes {
    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    static func windows(_ node: Node) throws(LineFault) -> [PhraseWindow] {
        guard let texts = PhraseOptions.names(node),
            texts.count <= Limits.Phrases.windowsPerRuleMax
        else { throw .rejected("phrase.times", "expected 1 to 16 windows of time") }
        var windows: [PhraseWindow] = []
        for text in texts {
            let parts = text.split(separator: " ")
            guard parts.count == 2, let days = days(parts[0]) else {
                throw .rejected(
                    "phrase.times",
                    "expected days (mon to sun, or daily) and hours: mon-fri 07:00-17:00")
            }
            let hours = parts[1].split(separator: "-", omittingEmptySubsequences: false)
                .map(minute)
            guard hours.count == 2, let first = hours[0], let last = hours[1] else {
                throw .rejected(
                    "phrase.times",
                    "expected hours from 00:00 to 23:59, two digits each: mon-fri 07:00-17:00")
            }
            guard let window = PhraseWindow(days: days, firstMinute: first, lastMinute: last) else {
                throw .rejected(
                    "phrase.times",
                    "expected hours that end after they begin, two windows for a night: 07:00-17:00"
                )
            }
            windows.append(window)
        }
        return windows
    }

    private static func minute(_ text: Substring) -> UInt16? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = UInt16(parts[0]),
            let minute = UInt16(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func days(_ text: Substring) -> UInt8? {
        if text == "daily" { return 0x7F }
        var result: UInt8 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { days.firstIndex(of: String($0)) }
            guard ends.count == 1 || ends.count == 2, let first = ends[0],
                let last = ends[ends.count - 1], first <= last
            else { return nil }
            for day in first...last { result |= 1 << UInt8(day) }
        }
        return result
    }
}
