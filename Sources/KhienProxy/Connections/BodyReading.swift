import KhienHTTP
import KhienModel
import NIOCore

/// One body that is being read: the inspection, what is held of the body meanwhile, and what has been
/// decided.
///
/// ```
///   feed content ─▶ inspection ─▶ state ─┐
///   hold bytes ────────────────▶ held ───┴─▶ ClientConnection.settle: pass, go on holding, or end
/// ```
/// It does no I/O; `ClientConnection+Reading`, `+Form` and `+Sending` act on it.
final class BodyReading {
    /// The rewritten head of the message, until the first byte of the body leaves.
    var head = ByteBuffer()
    /// What the client's connection may do after the response that `head` begins.
    var keepsAlive = false
    /// The image that judges.
    let generation: Generation
    let settings: InspectionSettings
    /// What its judgements are about.
    let subject: BlockSubject
    private(set) var state = InspectionState.undecided(released: 0)
    private(set) var held: HeldBytes
    /// Content that the inspection was given.
    private(set) var contentRead = 0
    private var released = 0
    /// nil once nothing more is to be read.
    private var inspection: (any BodyInspection)?
    /// Server-sent events: no byte waits longer than `delayMax`, whether others come or not.
    let isStream: Bool
    /// Whether content is held, and not only framing (or the head alone).
    private(set) var holdsContent = false
    /// When the oldest content held came (before it: the head), and when the last bytes did.
    private var heldSince: NIODeadline
    private var lastCame: NIODeadline
    /// Runs while bytes are held and no more come.
    var timer: Scheduled<Void>?

    init(
        _ inspection: any BodyInspection, of subject: BlockSubject, held: HeldBytes,
        settings: InspectionSettings, generation: Generation, isStream: Bool = false
    ) {
        self.inspection = inspection
        self.subject = subject
        self.held = held
        self.settings = settings
        self.generation = generation
        self.isStream = isStream
        heldSince = .now()
        lastCame = heldSince
    }

    /// Whether more content is of use.
    var isReading: Bool { inspection != nil }

    /// What was passed over inside a body that was read otherwise.
    private(set) var skipped: BlindSpot?
    /// Whether it was not read, since it is known.
    private(set) var isKnown = false

    // MARK: reading

    /// Reads more content.
    func feed(_ content: Span<UInt8>, for client: ClientConnection) {
        guard let inspection, content.count > 0 else { return }
        contentRead += content.count
        take(inspection.feed(content), for: client)
    }

    /// Whether content that was given is still to be read, in later turns of the loop.
    var isBehind: Bool { inspection?.isBehind ?? false }

    /// Reads on in what was given.
    func catchUp(for client: ClientConnection) {
        guard let inspection else { return }
        take(inspection.catchUp(), for: client)
    }

    /// Nothing more came for a while: what is there is decided about. Unless it is condemned all of it
    /// may pass then.
    func pause(for client: ClientConnection) {
        guard let inspection, !inspection.isBehind else { return }
        take(inspection.pause(), for: client)
        if !isBehind { released = max(released, contentRead) }
    }

    /// What is there is decided about, since some of it is about to leave.
    func judge(for client: ClientConnection) {
        guard let inspection, !inspection.isBehind else { return }
        take(inspection.pause(), for: client)
    }

    /// The body is whole: what was put off is read. After it the inspection may be behind.
    func complete(for client: ClientConnection) {
        guard let inspection, !inspection.isBehind else { return }
        take(inspection.complete(), for: client)
    }

    /// The body is whole: a decision is made.
    func finish(for client: ClientConnection) {
        guard let inspection else { return }
        take(inspection.finish(), for: client)
        if case .undecided = state { decide(.cleared) }
    }

    /// More of the body than can be held was kept back: what came is judged, and if it says nothing, the
    /// body is too long to be read.
    func overflow(for client: ClientConnection) {
        guard case .undecided = state else { return }
        judge(for: client)
        if case .undecided = state { decide(.unreadable(.overLimit)) }
    }

    private func take(_ state: InspectionState, for client: ClientConnection) {
        var state = state
        var resumptions = 0
        // A form and the answer that came too early for it are read at one time.
        client.exchange.subject = subject
        // Each judgement after a resumption is a stricter one, of which there are three, or about another category.
        while resumptions < Limits.Proxy.resumptionsMax, let inspection,
            case .condemned(let judgement) = state, client.passes(judgement, generation)
        {
            resumptions += 1
            state = inspection.resume()
        }
        switch state {
        case .undecided(let count): released = max(released, min(count, contentRead))
        case .cleared, .condemned, .unreadable: decide(state)
        }
    }

    private func decide(_ state: InspectionState) {
        self.state = state
        skipped = inspection?.skipped
        isKnown = inspection?.isKnown ?? false
        inspection = nil
    }

    // MARK: holding

    func hold(_ bytes: ByteBuffer) {
        let now = NIODeadline.now()
        if !holdsContent { heldSince = now }
        lastCame = now
        held.append(bytes)
        holdsContent = contentRead > held.contentTaken
    }

    /// Whether more is held than may be, although what may leave has left.
    var isOverfull: Bool { held.count > settings.holdBytesMax }

    /// How much is held although it was not released. Of a form never less than what its reader holds
    /// back between two verdicts, however little is held of pages.
    private var heldBytesMax: Int {
        let least = Limits.Page.checkpointBytes + Limits.Page.formLookBackBytes
        return subject == .form ? max(settings.holdBytesMax, least) : settings.holdBytesMax
    }

    /// Whether too much is held besides what may leave: framing, for the most part.
    var isCrowded: Bool {
        let leaving = max(0, released - held.contentTaken)
        return held.count - leaving > heldBytesMax && !isBehind
    }

    /// Whether something may leave although nothing is decided.
    var mayLeave: Bool { released > held.contentTaken || held.count > heldBytesMax }

    /// Gives out what may leave while nothing has been decided, and what is too much to be held. What
    /// was not read yet is no part of that.
    func takeReleased(_ pass: (ByteBuffer) -> Void) {
        let before = held.contentTaken
        held.take(upTo: released, pass)
        if held.count > heldBytesMax, !isBehind { held.take(downTo: heldBytesMax, pass) }
        // What is left came with the last bytes, or nearly.
        if held.contentTaken > before { heldSince = lastCame }
        holdsContent = contentRead > held.contentTaken
    }

    func takeAll(_ pass: (ByteBuffer) -> Void) { held.takeAll(pass) }

    /// Whether something waits that is not to wait for ever.
    var isWaiting: Bool { holdsContent || head.readableBytes > 0 }

    /// When what is held must leave if nothing more comes until then.
    var due: NIODeadline {
        let delay = TimeAmount(settings.delayMax)
        let longest = heldSince + (isStream ? delay : delay * Limits.Proxy.holdDelaysMax)
        // Nobody looks at the first half of a form: it gains nothing by leaving before the next part.
        if subject == .form { return longest }
        // A head alone tells a person nothing, and while it waits a page may still take its place.
        return holdsContent ? min(lastCame + delay, longest) : longest
    }

    /// Ends the timer and lets go of what is held.
    func end() {
        timer?.cancel()
        timer = nil
        skipped = skipped ?? inspection?.skipped
        inspection = nil
        held.removeAll()
    }
}
