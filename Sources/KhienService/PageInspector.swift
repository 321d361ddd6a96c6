import KhienCoding
import KhienConfig
import KhienModel
import KhienPage
import KhienProxy
import KhienText

#if canImport(Glibc)
    import Glibc
#endif

/// Reads the bodies of one event loop by the phrase rules of one image.
///
/// Readers are kept and used again: a page allocates nothing but what its content coding needs and
/// what of it is gathered before it is read. At most `Limits.Page.readersMax` bodies are read at one
/// time; another one is not read, and counted. Pages that were found clean are not read again.
public final class PageInspector: BodyInspector {
    fileprivate let rules: PageRules
    private let page: PageSettings
    /// By group of clients; the first is for those without one.
    private let plans: [ReadingPlan]
    private var idlePages: [CachedPageReader] = []
    private var idleForms: [CachedPageReader] = []
    /// The room that all of them read in, one after the other.
    private lazy var pageWorkspace = PageWorkspace(rules, scope: .pages)
    private lazy var formWorkspace = PageWorkspace(rules, scope: .forms)
    /// nil: every page is read.
    private let cleanPages: CleanCache?
    private var readersOut = 0
    private let readersMax: Int
    /// What decoders of the bodies that are read hold together.
    private let memory: DecoderMemory
    /// The time of the last body, which serves all of one second.
    private var lastTime = PageTime(now: UnixTime(seconds: .min), day: 0, minute: 0)

    /// - Parameters:
    ///   - page, settings: for clients without a group. How much is held, and how long, are those for
    ///     all.
    ///   - groups: in the order of `ClientGroups`.
    ///   - cleanPages: how many clean pages are remembered; 0: every page is read.
    ///   - readersMax: bodies that are read at one time.
    ///   - memory: where what their decoders hold is counted.
    public init(
        _ rules: PageRules, page: PageSettings, settings: InspectionSettings,
        groups: [(page: PageSettings, settings: InspectionSettings)] = [], cleanPages: Int = 0,
        readersMax: Int = Limits.Page.readersMax, memory: DecoderMemory = DecoderMemory()
    ) {
        self.rules = rules
        self.readersMax = readersMax
        self.cleanPages = cleanPages > 0 ? CleanCache(bodies: cleanPages) : nil
        self.memory = memory
        var shared = page
        shared.turnBytes = Limits.Page.turnBytesMax
        self.page = shared
        let general = (page, settings)
        plans =
            [ReadingPlan(rules, of: general, general: general)]
            + groups.map { ReadingPlan(rules, of: $0, general: general) }
    }

    public var settings: InspectionSettings { plans[0].settings }

    public func settings(of group: ClientGroup) -> InspectionSettings {
        plans[group.index].settings
    }

    public func begin(response: borrowing ResponseDescription) -> InspectionStart {
        let isPart = response.status == 206 || !response.contentRange.isEmpty
        // From the middle of a coded body nothing can be decoded.
        if isPart, !response.contentEncoding.isEmpty { return .unreadable(.partial) }
        return begin(
            PageHead(
                contentType: response.contentType, contentEncoding: response.contentEncoding,
                url: response.url.bytes), .pages, plans[response.group.index].pages,
            response.client, variant: response.group.index, length: response.contentLength)
    }

    public func begin(request: borrowing RequestBodyDescription) -> InspectionStart {
        // The words of the URL are the page's, not those of who typed.
        begin(
            PageHead(
                contentType: request.contentType, contentEncoding: request.contentEncoding), .forms,
            plans[request.group.index].forms, request.client)
    }

    private func begin(
        _ head: PageHead, _ scope: PhraseScope, _ policy: PagePolicy, _ client: IPAddress,
        variant: Int = 0, length: UInt64? = nil
    ) -> InspectionStart {
        guard readersOut < readersMax else { return .unreadable(.overloaded) }
        let reader =
            (scope == .forms ? idleForms.popLast() : idlePages.popLast())
            // What people send is theirs and never the same: nothing of it is remembered.
            ?? CachedPageReader(
                rules: rules, scope: scope, settings: page,
                cache: scope == .forms ? nil : cleanPages,
                workspace: scope == .forms ? formWorkspace : pageWorkspace)
        if let failure = reader.begin(
            head, at: now(), under: policy, variant: variant, length: length,
            memory: (memory, client))
        {
            keep(reader, scope)
            return failure == .type ? .pass(.type) : .unreadable(BlindSpot(failure))
        }
        readersOut += 1
        return .read(PageInspection(reader, scope, self))
    }

    private func keep(_ reader: CachedPageReader, _ scope: PhraseScope) {
        reader.letGo()
        if scope == .forms {
            if idleForms.count < Limits.Page.readersKept { idleForms.append(reader) }
        } else if idlePages.count < Limits.Page.readersKept {
            idlePages.append(reader)
        }
    }

    fileprivate func takeBack(_ reader: CachedPageReader, _ scope: PhraseScope) {
        readersOut -= 1
        keep(reader, scope)
    }

    /// The wall clock and the week's, where the proxy stands.
    private func now() -> PageTime {
        let seconds = time(nil)
        if lastTime.now.seconds != Int64(seconds) { lastTime = Self.pageTime(seconds) }
        return lastTime
    }

    private static func pageTime(_ seconds: time_t) -> PageTime {
        var seconds = seconds
        var parts = unsafe tm()
        // SAFETY: reads one number and writes one `tm`, both of which live for the call.
        _ = unsafe localtime_r(&seconds, &parts)
        return PageTime(
            now: UnixTime(seconds: Int64(seconds)), day: unsafe (Int(parts.tm_wday) + 6) % 7,
            minute: unsafe Int(parts.tm_hour) * 60 + Int(parts.tm_min))
    }
}

/// The reading of one body: a reader, lent for as long as it takes.
private final class PageInspection: BodyInspection {
    private let reader: CachedPageReader
    private let scope: PhraseScope
    private let inspector: PageInspector

    init(_ reader: CachedPageReader, _ scope: PhraseScope, _ inspector: PageInspector) {
        self.reader = reader
        self.scope = scope
        self.inspector = inspector
    }

    deinit { inspector.takeBack(reader, scope) }

    func feed(_ bytes: Span<UInt8>) -> InspectionState { state(reader.feed(bytes)) }

    func pause() -> InspectionState { state(reader.pause()) }

    func complete() -> InspectionState { state(reader.complete()) }

    func finish() -> InspectionState { state(reader.finish()) }

    func resume() -> InspectionState { state(reader.resume()) }

    var isBehind: Bool { reader.isBehind }

    func catchUp() -> InspectionState { state(reader.catchUp()) }

    var skipped: BlindSpot? { reader.isNoText ? .type : reader.sawFile ? .file : nil }

    var isKnown: Bool { reader.isKnown }

    private func state(_ step: PageStep) -> InspectionState {
        switch step {
        case .undecided(let released): .undecided(released: released)
        case .cleared: .cleared
        case .condemned(let verdict): .condemned(inspector.rules.judgement(for: verdict))
        case .unreadable(let failure): .unreadable(BlindSpot(failure))
        }
    }
}

extension BlindSpot {
    init(_ failure: PageFailure) {
        self =
            switch failure {
            case .type: .type
            case .coding: .coding
            case .charset: .charset
            case .damaged: .damaged
            case .overLimit: .overLimit
            case .expansion: .expansion
            case .overloaded: .overloaded
            case .share: .share
            }
    }
}

extension PageSettings {
    init(_ text: TextConfiguration) {
        self.init()
        holdBytes = text.hold
        bodyBytesMax = text.bodyMax
        limit = Int32(clamping: text.limit)
        for entry in text.limits { groupLimits[entry.group] = Int32(clamping: entry.limit) }
        kinds = MarkupKinds(
            text.types.map { type in
                switch type {
                case .html: MarkupKinds(MarkupKind.html)
                case .xml: MarkupKinds(MarkupKind.xml)
                case .json: MarkupKinds(MarkupKind.json)
                case .script: MarkupKinds(MarkupKind.script)
                case .style: MarkupKinds(MarkupKind.style)
                case .plain: [MarkupKinds(MarkupKind.plain), MarkupKinds(MarkupKind.events)]
                }
            })
    }
}

extension InspectionSettings {
    init(_ text: TextConfiguration, _ failure: FailureConfiguration) {
        self.init()
        readsResponses = text.pages
        readsRequests = text.forms
        holdBytesMax = text.hold
        delayMax = text.delayMax
        blocksOverLimit = failure.textOverLimit == .block
        blocksUnreadable = failure.textUnreadable == .block
        blocksOverloaded = failure.blocksOverloaded
    }
}

extension PageInspector {
    /// With the groups in the order of `ClientGroups(configuration)`.
    convenience init(_ rules: PageRules, _ configuration: Configuration) {
        self.init(
            rules, page: PageSettings(configuration.text),
            settings: InspectionSettings(configuration.text, configuration.failure),
            groups: configuration.clientGroups.map {
                (PageSettings($0.text), InspectionSettings($0.text, $0.failure))
            }, cleanPages: configuration.text.cleanPages)
    }
}

extension ClientGroups {
    init(_ configuration: Configuration) {
        self.init(configuration.clientGroups.map { ($0.name, $0.clients) })
    }
}
