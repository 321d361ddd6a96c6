import KhienConfig
import KhienModel
import KhienPage
import KhienProxy

/// What is read of one group's bodies: what its settings say, and for what authorities ban by phrases
/// never less than what the settings for all clients say.
struct ReadingPlan {
    let pages: PagePolicy
    let forms: PagePolicy
    /// Whether pages and forms are read at all is said here.
    let settings: InspectionSettings

    typealias Wish = (page: PageSettings, settings: InspectionSettings)

    init(_ rules: PageRules, of own: Wish, general: Wish) {
        let pages = PagePolicy(
            rules, own: own.settings.readsResponses ? own.page : nil,
            general: general.settings.readsResponses ? general.page : nil, scope: .pages)
        let forms = PagePolicy(
            rules, own: own.settings.readsRequests ? own.page : nil,
            general: general.settings.readsRequests ? general.page : nil, scope: .forms)
        settings = Self.settings(
            own.settings, general.settings, readsPages: pages != nil, readsForms: forms != nil,
            rules)
        // Asked all the same, it reads by the settings.
        self.pages = pages ?? PagePolicy(rules, own.page)
        self.forms = forms ?? PagePolicy(rules, own.page)
    }

    private static func settings(
        _ own: InspectionSettings, _ general: InspectionSettings, readsPages: Bool,
        readsForms: Bool, _ rules: PageRules
    ) -> InspectionSettings {
        let hasBans = rules.hasAuthorityBans(for: .both)
        var settings = general
        settings.readsResponses = readsPages
        settings.readsRequests = readsForms
        settings.isExcluded =
            !readsPages && general.readsResponses && !rules.isEmpty(for: .pages)
        // What cannot be read may hold what is banned: where that is refused for all, it is for each.
        settings.blocksOverLimit = own.blocksOverLimit || (hasBans && general.blocksOverLimit)
        settings.blocksUnreadable = own.blocksUnreadable || (hasBans && general.blocksUnreadable)
        settings.blocksOverloaded = own.blocksOverloaded || (hasBans && general.blocksOverloaded)
        return settings
    }
}

extension PagePolicy {
    /// How bodies of a group's clients are read by a configuration, for tools.
    ///
    /// - Parameter group: nil: clients without a group.
    /// - Returns: nil: they are not read.
    public init?(
        _ rules: PageRules, _ configuration: Configuration, group: ClientGroupConfiguration?,
        scope: PhraseScope
    ) {
        func settings(_ text: TextConfiguration) -> PageSettings? {
            (scope == .forms ? text.forms : text.pages) ? PageSettings(text) : nil
        }
        self.init(
            rules, own: settings(group?.text ?? configuration.text),
            general: settings(configuration.text), scope: scope)
    }
}
