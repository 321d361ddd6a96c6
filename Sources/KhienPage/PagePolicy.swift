import KhienImage
import KhienModel
import KhienText

/// What may differ from one body to the next: which bodies are judged, and by which limits.
///
/// An operator may leave bodies of some clients unread, or read fewer of them. What authorities ban by
/// phrases holds for all, so bodies that the settings for all clients read are read all the same where
/// there are such bans; then nothing but them counts (`isForBansOnly`).
public struct PagePolicy: Sendable {
    let limit: Int32
    /// By group of phrases; `Int32.max`: the group has none.
    let groupLimits: [Int32]
    /// What each group takes off at most, zero or less; `Int32.min`: as much as it comes to.
    let groupReliefs: [Int32]
    let bodyBytesMax: Int
    /// Judged by all rules.
    private let kinds: MarkupKinds
    /// Read for what authorities ban.
    private let bannedKinds: MarkupKinds
    /// Whether forms are judged by all rules: they are of no kind.
    private let judgesForms: Bool

    /// Everything is judged by these settings.
    public init(_ rules: PageRules, _ settings: PageSettings) {
        self.init(rules, own: settings, bans: nil, settings)
    }

    /// - Parameters:
    ///   - own: what the operator wants judged of such bodies; nil: nothing.
    ///   - general: what is read of all clients' bodies; nil: nothing. Counts where authorities ban
    ///     by phrases in bodies of this scope.
    /// - Returns: nil: nothing is read.
    public init?(
        _ rules: PageRules, own: PageSettings?, general: PageSettings?, scope: PhraseScope
    ) {
        let bans = rules.hasAuthorityBans(for: scope) ? general : nil
        guard !rules.isEmpty(for: scope), let settings = own ?? bans else { return nil }
        self.init(rules, own: own, bans: bans, settings)
    }

    private init(
        _ rules: PageRules, own: PageSettings?, bans: PageSettings?, _ settings: PageSettings
    ) {
        limit = settings.limit
        groupLimits = (0..<rules.phrases.groupCount).map { index in
            let group = rules.phrases.group(UInt16(index))
            return settings.groupLimits[group.name] ?? group.limit ?? .max
        }
        groupReliefs = (0..<rules.phrases.groupCount).map { index in
            rules.phrases.group(UInt16(index)).relief ?? .min
        }
        bodyBytesMax = max(settings.bodyBytesMax, bans?.bodyBytesMax ?? 0)
        kinds = own?.kinds ?? []
        bannedKinds = bans?.kinds ?? []
        judgesForms = own != nil
    }

    /// Whether bodies of this kind are read.
    func reads(_ kind: MarkupKind) -> Bool { kinds.union(bannedKinds).contains(kind) }

    /// Whether only what authorities ban counts of a body that is read.
    func isForBansOnly(_ kind: MarkupKind, isForm: Bool) -> Bool {
        isForm ? !judgesForms : !kinds.contains(kind)
    }
}
