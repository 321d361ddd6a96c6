import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienPolicy
import KhienProxy
import KhienText

#if canImport(Glibc)
    import Glibc
#endif

/// An image in force with its number: what a reload hands to every worker.
public struct Snapshot: Sendable {
    public let generation: Generation
    public let matcher: Matcher
    /// The phrase rules; nil: nothing is read of bodies.
    public let pages: PageRules?

    public init(generation: Generation, matcher: Matcher, pages: PageRules? = nil) {
        self.generation = generation
        self.matcher = matcher
        self.pages = pages
    }
}

/// Judges requests by an image: one for each event loop, with its own scratch.
public final class ImageJudge: RequestJudge {
    private let matcher: Matcher
    private var scratch: Scratch
    /// Asked where the policy lets nothing pass that could not be recorded; nil: not asked.
    private let health: LogHealth?
    public let generation: Generation
    public let inspector: (any BodyInspector)?
    public let clientGroups: ClientGroups
    public var regexesGivenUp: UInt64 { scratch.regexesGivenUp }

    /// - Parameter inspector: reads bodies by the same image; nil: none are read. It knows these groups.
    /// - Returns: nil when there is no memory.
    public init?(
        _ snapshot: Snapshot, health: LogHealth? = nil, inspector: PageInspector? = nil,
        clientGroups: ClientGroups = .none
    ) {
        self.health = health
        self.clientGroups = clientGroups
        self.inspector = inspector
        guard let scratch = Scratch() else { return nil }
        self.scratch = scratch
        matcher = snapshot.matcher
        generation = snapshot.generation
    }

    public func judge(_ request: borrowing JudgedRequest) -> Judgement {
        if let health, health.isFailing { return RefusingJudge.unrecordable }
        switch request.kind {
        case .plain where request.type == .document:
            // A page that is opened is its own source, as in browsers, whichever page led to it: what names
            // another party or another's pages is meant for parts of pages.
            matcher.match(
                url: request.url, type: request.type, source: request.url.bytes.span,
                now: Self.now(), &scratch)
        case .plain:
            matcher.match(
                url: request.url, type: request.type, source: request.source.span,
                now: Self.now(), &scratch)
        case .tunnel:
            // Only the host is known: no URL, pattern or regex can be judged.
            matcher.match(connect: request.url, now: Self.now(), &scratch)
        }
        return judgement()
    }

    public func judge(address: IPAddress) -> Judgement {
        matcher.match(address: address, now: Self.now(), &scratch)
        return judgement()
    }

    private func judgement() -> Judgement {
        if scratch.hits.isEmpty { return .pass }
        let decision = Precedence.decide(scratch.hits.span)
        guard let hit = decision.hit else { return .pass }
        var reason = matcher.reason(for: hit)
        // Whichever entry decides: a log that names what a confidential list names is that list.
        reason.isConfidential = scratch.hits.contains { $0.attributes.isConfidential }
        return Judgement(verdict: decision.verdict, reason: reason)
    }

    /// The wall clock, which decides whether an order is in force. The call does not enter the
    /// kernel.
    private static func now() -> UnixTime {
        var time = timespec()
        // SAFETY: writes one `timespec` that lives for the call.
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return UnixTime(seconds: Int64(time.tv_sec))
    }
}

/// Stands where a judge could not be made for want of memory: refuses everything, so that nothing
/// passes unjudged.
final class RefusingJudge: RequestJudge {
    let generation: Generation

    init(generation: Generation) { self.generation = generation }

    func judge(_ request: borrowing JudgedRequest) -> Judgement { Self.outOfMemory }

    func judge(address: IPAddress) -> Judgement { Self.outOfMemory }

    /// While events cannot be written and the policy is `refuse-all`.
    static let unrecordable = refusal("the event log cannot be written")

    private static let outOfMemory = refusal("out of memory")

    private static func refusal(_ why: String) -> Judgement {
        Judgement(
            verdict: .block,
            reason: Reason(
                rule: RuleID(0), kind: .domain, target: "*", list: "khien", line: 0,
                category: why, action: .block, authority: .operator, layer: .host, view: .exact))
    }
}
