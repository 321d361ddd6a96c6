/// Why a verdict is what it is: the entry that decided, in full. Built only for verdicts other than
/// plain allow; it allocates.
public struct Reason: Hashable, Sendable {
    public var rule: RuleID
    public var kind: TargetKind
    /// The target as it is matched, in canonical form: `casino.example`, `||ads.example^`; of a
    /// confidential list `confidential:` and the beginning of its keyed hash.
    public var target: String
    /// The list's name in the configuration.
    public var list: String
    /// From 1; 0 where the list has no lines.
    public var line: Int
    public var category: String
    public var action: Action
    public var authority: Authority
    public var layer: Layer
    public var view: View
    /// The order that the entry enforces; nil for an operator's rule.
    public var order: Order?
    /// An entry of a confidential list met the request, this one or another: neither host nor URL
    /// may be written down.
    public var isConfidential: Bool
    /// Of a verdict about a text; nil for all others.
    public var text: TextReason?

    public init(
        rule: RuleID, kind: TargetKind, target: String, list: String, line: Int, category: String,
        action: Action, authority: Authority, layer: Layer, view: View, order: Order? = nil,
        isConfidential: Bool = false, text: TextReason? = nil
    ) {
        self.rule = rule
        self.kind = kind
        self.target = target
        self.list = list
        self.line = line
        self.category = category
        self.action = action
        self.authority = authority
        self.layer = layer
        self.view = view
        self.order = order
        self.isConfidential = isConfidential
        self.text = text
    }
}

/// What was decided about one request, connection or page.
public struct Judgement: Sendable {
    /// What is to be done. `allow` with a reason: an exception lifted a rule.
    public var verdict: Action
    /// The entry that decided; nil where no entry matched.
    public var reason: Reason?

    public init(verdict: Action, reason: Reason?) {
        self.verdict = verdict
        self.reason = reason
    }

    /// No entry matched.
    public static let pass = Judgement(verdict: .allow, reason: nil)
}
