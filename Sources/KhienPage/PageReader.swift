import KhienCoding
import KhienModel
import KhienText

/// What is known about a body so far.
public enum PageStep: Hashable, Sendable {
    /// So many bytes of the body, counted from its start, were judged and may pass.
    case undecided(released: Int)
    /// Nothing more is to be read of it.
    case cleared
    /// The verdict is more than `allow`.
    case condemned(PageVerdict)
    /// It cannot be read, or not further; what was read condemns nothing.
    case unreadable(PageFailure)
}

/// What is told of a body before it comes. Values are those of the fields, empty where missing.
public struct PageHead {
    public var contentType: [UInt8]
    public var contentEncoding: [UInt8]
    /// The URL, as the URL Standard serialises it; empty: unknown.
    public var url: [UInt8]

    public init(contentType: [UInt8], contentEncoding: [UInt8] = [], url: [UInt8] = []) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.url = url
    }
}

/// Reads a body as it streams by and says what is to be done with it.
///
/// ```
/// body ──▶ ContentDecoder ──▶ slices of 4 KiB ──▶ PageReading ──▶ PageFindings ──▶ PageScore
///          as it was sent     the first 16 KiB    declared,       counts           at checkpoints
///                             decide the charset  and legacy
/// ```
///
/// It is decided when the first `hold` bytes of the body as sent have been read, then every 16 KiB,
/// and at the end; never between, and content is read in slices of its own, so that the verdict
/// does not depend on how the body was cut. Only `pause` depends on time. Of a form the last bytes that
/// were judged may leave only when what follows them was judged too: what someone typed there may be
/// known only then.
///
/// A turn reads no more than `PageSettings.turnBytes` of content, however much a few bytes of the body
/// decode to. What is left waits here (`isBehind`) for `catchUp`, in a later turn; it changes nothing
/// of what is found.
///
/// One reader reads page after page on one event loop, in a room that others use, too
/// (`PageWorkspace`). What it holds does not grow with the page: under 256 KiB, and the window that br and zstd ask for (docs/TEXT.md, section 5).
public final class PageReader {
    let rules: PageRules
    let scope: PhraseScope
    let settings: PageSettings
    /// Of the body that is being read.
    private var policy: PagePolicy
    private let general: PagePolicy
    let declared: PageReading
    /// Made for the first page that needs it.
    var legacy: PageReading?
    let wantsLegacy: Bool
    let workspace: PageWorkspace
    var findings = PageFindings()
    private var score: PageScore

    private var kind = ContentKind.notText
    var coding = ContentCodings()
    private var content: ContentDecoder?
    /// The body is not in the coding that it names, and is read as it is: why it is unreadable if that
    /// is no text.
    private var misnamed: PageFailure?
    /// What the content's decoder writes; also holds slices until they are whole.
    private var decoded = [UInt8](repeating: 0, count: Limits.Page.sliceBytes)
    private var slice = [UInt8](repeating: 0, count: Limits.Page.sliceBytes)
    private var sliceCount = 0
    /// The first content, until the charset is decided; then what a later guess is made of.
    var prefix: [UInt8] = []
    private var words: [UInt8] = []
    private var contentType: [UInt8] = []
    /// Bytes of the prefix that were read as ASCII before the charset was decided.
    private var prefixRead = 0
    var markup: MarkupKind?
    var charset: CharsetDecision?
    var usesLegacy = false
    var guess = LateGuess()
    /// Looks for a charset that is named late; nil mostly.
    private var late: LateCharset?
    /// Whether the body turned out to be no text, or of a kind that is not read.
    public private(set) var isNoText = false
    /// Of the body of a request that is a form.
    private var form: FormReader?
    private var charsetField = CharsetField()

    private(set) var bodyBytes = 0
    var contentBytes: Int { content?.outputBytes ?? bodyBytes }
    var contentNotes: ContentNotes { content?.notes ?? [] }
    private var released = 0
    private var nextCheckpoint = 0
    private var state = State.idle
    /// What is condemned must be more than this: `allow`, until a verdict was passed over.
    private var floor = Action.allow
    /// What had come and was not read when a turn or a verdict that was passed over ended it.
    private var rest: [UInt8] = []
    /// How much of `rest` has been read since.
    private var restStart = 0
    /// The content's decoder has more to give for what it was given.
    private var decoderHasMore = false
    /// Content that may still be read in this turn.
    private var turnLeft = Int.max
    /// What there is to say after a verdict that is passed over; nil: it goes on.
    private var afterwards: PageStep?
    private(set) var verdict: PageVerdict

    private enum State {
        case idle, reading
        case over(PageStep)
    }

    /// - Parameters:
    ///   - scope: `pages` or `forms`.
    ///   - workspace: of these rules and this scope, used for the time of a call; nil: one of its own.
    public init(
        rules: PageRules, scope: PhraseScope, settings: PageSettings,
        workspace: PageWorkspace? = nil
    ) {
        self.rules = rules
        self.scope = scope
        self.settings = settings
        let workspace = workspace ?? PageWorkspace(rules, scope: scope)
        self.workspace = workspace
        declared = PageReading(rules, scope: scope, reading: .declared, in: workspace)
        wantsLegacy = rules.needs(of: scope).wantsLegacy
        general = PagePolicy(rules, settings)
        policy = general
        score = PageScore(rules, general)
        verdict = .pass(limit: Int(settings.limit))
        prefix.reserveCapacity(Limits.Page.prefixBytesMax)
    }

    /// Keeps text and places for people. For tools: never in the daemon.
    public func keepTrace() { findings.trace = PageTrace() }

    /// Begins with a body.
    ///
    /// - Parameter policy: what is judged of it and by which limits, made of the same rules; nil: as the
    ///   settings say.
    /// - Parameter memory: where what decoders hold is counted, and for whom; nil: nowhere.
    /// - Returns: nil: feed it; else why it is not read.
    public func begin(
        _ head: borrowing PageHead, at time: PageTime, under policy: PagePolicy? = nil,
        memory: (all: DecoderMemory, client: IPAddress)? = nil
    ) -> PageFailure? {
        state = .idle
        self.policy = policy ?? general
        score.begin(self.policy)
        kind = ContentKind(contentType: head.contentType.span)
        form = nil
        if scope == .forms { findForm(head.contentType.span) }
        switch kind {
        case .notText: return .type
        case .markup(let markup) where !self.policy.reads(markup): return .type
        // A response is no form.
        case .form, .multipart: if form == nil { return .type }
        default: break
        }
        misnamed = nil
        do throws(ContentError) {
            coding = try ContentCodings(head.contentEncoding.span)
            content = coding.isIdentity ? nil : try decoder(memory)
        } catch {
            guard error.code == .unknownCoding else { return Self.failure(error) }
            // Browsers show such a body as it came.
            coding = ContentCodings()
            content = nil
            misnamed = .coding
        }
        reset(head, at: time)
        return nil
    }

    /// Whether the body of a request is a form, by its Content-Type.
    ///
    /// Who sends it chooses that value, and servers are lenient: what one of them may take for a form is
    /// read as a form, and what stands behind the words of a type makes it no other one.
    private func findForm(_ contentType: Span<UInt8>) {
        if let found = FormKind(contentType: contentType) {
            kind = found == .urlencoded ? .form : .multipart
            form = FormReader(found)
            return
        }
        if kind == .notText {
            kind = ContentKind(
                contentType: contentType.extracting(FormKind.essence(of: contentType)))
        }
        // It stands behind other types.
        if kind == .form { form = FormReader(.urlencoded) }
        if kind == .multipart { form = FormReader(.whole) }
    }

    private func decoder(
        _ memory: (all: DecoderMemory, client: IPAddress)?
    ) throws(ContentError) -> ContentDecoder {
        guard let memory, coding.takesSharedMemory else { return try ContentDecoder(coding) }
        return try ContentDecoder(
            coding, share: DecoderShare(of: memory.all, for: memory.client))
    }

    private func reset(_ head: borrowing PageHead, at time: PageTime) {
        let wasTraced = findings.trace != nil
        findings.reset(scope: scope, time: time)
        if wasTraced { findings.trace = PageTrace() }
        contentType.removeAll(keepingCapacity: true)
        contentType.append(contentsOf: head.contentType)
        prefix.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        if !head.url.isEmpty { URLWords.append(head.url.span, to: &words) }
        sliceCount = 0
        prefixRead = 0
        markup = nil
        charset = nil
        usesLegacy = false
        guess = LateGuess()
        charsetField = CharsetField()
        late = nil
        isNoText = false
        bodyBytes = 0
        released = 0
        nextCheckpoint = max(1, settings.holdBytes)
        verdict = .pass(limit: Int(policy.limit))
        floor = .allow
        forgetRest()
        decoderHasMore = false
        turnLeft = settings.turnBytes
        afterwards = nil
        state = .reading
    }

    private static func failure(_ error: ContentError) -> PageFailure {
        switch error.code {
        case .unknownCoding, .tooManyCodings, .dictionaryNeeded: .coding
        case .damaged, .headerTooLong: .damaged
        case .outputTooLarge, .bomb, .windowTooLarge, .memoryOverLimit: .expansion
        case .sharedMemoryOverLimit: .overloaded
        case .clientMemoryOverLimit: .share
        }
    }

    // MARK: The body

    /// The next bytes of the body, as sent.
    ///
    /// - Complexity: linear in what they decode to, up to a turn; allocates nothing once buffers have
    ///   grown.
    public func feed(_ bytes: Span<UInt8>) -> PageStep {
        guard case .reading = state else { return outcome }
        guard !isBehind else {
            keepRest(bytes)
            return .undecided(released: released)
        }
        var used = 0
        let step = advance(bytes, &used)
        if used < bytes.count, mayGoOn { keepRest(bytes.extracting(used...)) }
        return step
    }

    /// Whether it is a form, as `form` says, too, which is not to be asked while it is read.
    var isForm: Bool { kind == .form || kind == .multipart }

    /// Whether the first bytes decide what the body is.
    var isSniffed: Bool { kind == .sniffed }

    /// Whether some of what was fed has not been read: `catchUp` reads on.
    public var isBehind: Bool {
        guard case .reading = state else { return false }
        return decoderHasMore || restStart < rest.count
    }

    /// Reads on in what was fed, for another turn.
    public func catchUp() -> PageStep {
        turnLeft = settings.turnBytes
        return readRest()
    }

    private func readRest() -> PageStep {
        guard isBehind else {
            if case .reading = state { return .undecided(released: released) }
            return outcome
        }
        // Taken out while it is read, so that it is not copied.
        var bytes: [UInt8] = []
        swap(&bytes, &rest)
        var used = 0
        let step = advance(bytes.span.extracting(restStart...), &used)
        swap(&bytes, &rest)
        restStart += used
        if restStart == rest.count {
            rest.removeAll(keepingCapacity: true)
            restStart = 0
        }
        return step
    }

    /// Reads until a turn is over, something is decided, or all is read.
    private func advance(_ bytes: Span<UInt8>, _ used: inout Int) -> PageStep {
        if bodyBytes == 0 { dropCoding(bytes) }
        while used < bytes.count || decoderHasMore {
            guard turnLeft > 0 else { return .undecided(released: released) }
            guard bodyBytes < bodyBytesMax || decoderHasMore else {
                return giveUp(.overLimit)
            }
            let count = min(
                bytes.count - used, nextCheckpoint - bodyBytes, bodyBytesMax - bodyBytes)
            var taken = 0
            if let failure = read(bytes.extracting(used..<used + count), &taken) {
                return giveUp(failure)
            }
            bodyBytes += taken
            used += taken
            // The turn ended amid what these bytes decode to.
            if decoderHasMore { continue }
            if bodyBytes == nextCheckpoint, let found = checkpoint() { return found }
        }
        return .undecided(released: released)
    }

    /// Files in a form are passed over and do not count: a photo as large as all that is read would
    /// leave what was typed behind it unread.
    private var bodyBytesMax: Int {
        let skipped = content == nil ? form?.skippedBytes ?? 0 : 0
        let (sum, isTooLarge) = policy.bodyBytesMax.addingReportingOverflow(skipped)
        return isTooLarge ? .max : sum
    }

    /// How much of the body may leave when it has been judged as far as it came.
    private var judgedBytes: Int {
        guard scope == .forms else { return bodyBytes }
        let lookBack = min(Limits.Page.formLookBackBytes, settings.holdBytes / 2)
        return max(released, bodyBytes - lookBack)
    }

    /// Nothing has come for a while: judges what is there, so that it can go on.
    public func pause() -> PageStep {
        guard case .reading = state else { return outcome }
        // It is not the body that is waited for.
        if isBehind { return .undecided(released: released) }
        guard isTelling else {
            released = bodyBytes
            return .undecided(released: released)
        }
        if let failure = settle() { return giveUp(failure) }
        declared.settle(&findings)
        if usesLegacy { legacy?.settle(&findings) }
        if let found = condemn() { return found }
        released = bodyBytes
        return .undecided(released: released)
    }

    /// The body is whole.
    public func finish() -> PageStep {
        while isBehind {
            let step = catchUp()
            guard case .undecided = step else { return step }
        }
        guard case .reading = state else { return outcome }
        content?.finish()
        if let failure = endText() { return giveUp(failure, textHasEnded: true) }
        let isUnread = misnamed == .damaged || form?.lacksBoundary == true
        let step: PageStep = isUnread ? .unreadable(.damaged) : .cleared
        afterwards = step
        return condemn() ?? end(step)
    }

    /// What was condemned with less than `block` goes on all the same, recorded: reads on, and
    /// condemns again only with more, or a form for another category.
    public func resume() -> PageStep {
        guard case .over(.condemned(let passed)) = state, passed.action < .block else {
            return outcome
        }
        if scope == .forms, passed.action == .warn {
            score.excuse(passed)
            verdict = score.judge(&findings)
            if verdict.action > floor { return end(.condemned(verdict)) }
        } else {
            floor = passed.action
        }
        if let afterwards { return end(afterwards) }
        state = .reading
        released = judgedBytes
        return readRest()
    }

    private func keepRest(_ bytes: Span<UInt8>) {
        if restStart > 0 {
            rest.removeSubrange(..<restStart)
            restStart = 0
        }
        rest.append(bytesOf: bytes)
    }

    private func forgetRest() {
        if rest.capacity > Limits.Page.restBytesKept { rest = [] }
        rest.removeAll(keepingCapacity: true)
        restStart = 0
    }

    /// Whether what has come may still be read.
    private var mayGoOn: Bool {
        switch state {
        case .reading: true
        case .over(.condemned(let verdict)): verdict.action < .block
        default: false
        }
    }

    private var outcome: PageStep {
        if case .over(let step) = state { return step }
        return .cleared
    }

    private func end(_ step: PageStep) -> PageStep {
        state = .over(step)
        return step
    }

    /// Judges what has been read; a verdict more than `allow` ends the reading.
    private func condemn() -> PageStep? {
        if findings.takeNews(rules.phrases) { verdict = score.judge(&findings) }
        return verdict.action > floor ? end(.condemned(verdict)) : nil
    }

    private func checkpoint() -> PageStep? {
        if let failure = settle() { return giveUp(failure) }
        nextCheckpoint += Limits.Page.checkpointBytes
        if let found = condemn() { return found }
        released = judgedBytes
        return nil
    }

    /// Whether the first bytes tell by now what the body is: at a pause that is not decided by less.
    private var isTelling: Bool {
        if charset != nil || markup != nil || kind == .markup(.events) { return true }
        let bytes = prefix
        let blanks = bytes.prefix { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }.count
        if bytes.count - blanks < Limits.Page.pausePrefixMin { return false }
        return VietnameseGuess.missing(bytes.span) == 0
    }

    /// The reader is not used for a while: lets go of what a body's coding and its findings needed, which
    /// may be much.
    public func letGo() {
        content = nil
        decoderHasMore = false
        forgetRest()
        findings.letGo()
    }

    /// No more can be read: judges what was.
    private func giveUp(_ failure: PageFailure, textHasEnded: Bool = false) -> PageStep {
        if failure == .type {
            isNoText = true
            return end(.cleared)
        }
        // Ended twice, what stands at the end of the text would count twice.
        if !textHasEnded { _ = endText() }
        afterwards = .unreadable(failure)
        return condemn() ?? end(.unreadable(failure))
    }

    /// A body that is named gzip and does not begin like it is no gzip. It is damaged for browsers; what
    /// it says in clear is read all the same, for those who show it.
    private func dropCoding(_ bytes: Span<UInt8>) {
        guard content != nil, coding.count == 1, coding[0] == .gzip, bytes.count > 0,
            bytes[0] != 0x1F
        else { return }
        content = nil
        misnamed = .damaged
    }

    /// Everything of the body goes through the content's decoder, as far as the turn goes.
    ///
    /// - Parameter taken: how many of the bytes were read; all, unless `decoderHasMore`.
    private func read(_ bytes: Span<UInt8>, _ taken: inout Int) -> PageFailure? {
        guard content != nil else {
            taken = min(bytes.count, turnLeft)
            turnLeft -= taken
            return take(bytes.extracting(..<taken))
        }
        decoderHasMore = true
        // Taken out while it is used, so that it is not copied.
        var output: [UInt8] = []
        swap(&output, &decoded)
        defer { swap(&output, &decoded) }
        while decoderHasMore, turnLeft > 0 {
            do throws(ContentError) {
                var room = output.mutableSpan
                let step = try content?.decode(bytes.extracting(taken...), into: &room)
                guard let step else { return nil }
                taken += step.read
                decoderHasMore = step.hasMore
                turnLeft -= step.written
                // A small body may become a large one: what it costs is bounded as that is.
                if contentBytes > policy.bodyBytesMax { return .overLimit }
                if step.written > 0,
                    let failure = take(output.span.extracting(..<step.written))
                {
                    return failure
                }
            } catch {
                decoderHasMore = false
                return Self.failure(error)
            }
        }
        // What stands behind the end of what is coded is passed over.
        if !decoderHasMore { taken = bytes.count }
        return nil
    }

    // MARK: Content

    /// Takes content: first until the charset is decided, then slice by slice.
    private func take(_ bytes: Span<UInt8>) -> PageFailure? {
        var start = 0
        if charset == nil {
            let count = min(bytes.count, Limits.Page.prefixBytesMax - prefix.count)
            prefix.append(bytesOf: bytes.extracting(..<count))
            start = count
            guard prefix.count == Limits.Page.prefixBytesMax else { return nil }
            if let failure = decide() { return failure }
        }
        let size = Limits.Page.sliceBytes
        while start < bytes.count {
            if sliceCount == 0, bytes.count - start >= size {
                readContent(bytes.extracting(start..<start + size))
                start += size
                continue
            }
            let count = min(size - sliceCount, bytes.count - start)
            var room = slice.mutableSpan
            room.copy(bytes.extracting(start..<start + count), at: sliceCount)
            sliceCount += count
            start += count
            if sliceCount == size { flushSlice() }
        }
        return nil
    }

    private func flushSlice() {
        guard sliceCount > 0 else { return }
        let bytes = slice
        readContent(bytes.span.extracting(..<sliceCount))
        sliceCount = 0
    }

    /// Whether a form had a file in it, which is not read.
    public var sawFile: Bool { form?.sawFile ?? false }

    private func readForm(_ content: Span<UInt8>) {
        form?.feed(content) { piece, part in readField(piece, part) }
    }

    private func readField(_ piece: Span<UInt8>, _ part: FormPart) {
        switch part {
        // Names are chosen by the page's author, not by who types.
        case .name: charsetField.readName(piece)
        case .charset: nameCharset(piece)
        case .value:
            if let label = charsetField.readValue(piece) { nameCharset(label.span) }
            var start = 0
            while start < piece.count {
                let end = min(start + Limits.Page.sliceBytes, piece.count)
                readDocument(piece.extracting(start..<end))
                start = end
            }
        }
    }

    private func readContent(_ content: Span<UInt8>) {
        if form != nil { return readForm(content) }
        guard late != nil else { return readDocument(content) }
        let found = late?.find(in: content)
        if late?.isOver == true { late = nil }
        guard let found else { return readDocument(content) }
        readDocument(content.extracting(..<found.end))
        useLate(found.charset)
        readDocument(content.extracting(found.end...))
    }

    func readDocument(_ content: Span<UInt8>) {
        guard guess.isOver else { return readGuessing(content) }
        declared.read(content, &findings)
        if usesLegacy { legacy?.read(content, &findings) }
    }

    /// Reads all content that has come, whole slices or not.
    ///
    /// What is ASCII so far is the same in every charset but those that escape with ASCII, so that
    /// the charset, and what tells it, can be waited for; else it is decided now.
    private func settle() -> PageFailure? {
        if charset != nil {
            flushSlice()
            decideGuess(isFull: false)
            return nil
        }
        if form == nil, isASCII(prefix), mayBeUTF8 {
            if let failure = decideKind() { return failure }
            let bytes = prefix
            declared.readASCII(bytes.span.extracting(prefixRead...), &findings)
            prefixRead = prefix.count
            return nil
        }
        return decide()
    }

    private func isASCII(_ bytes: [UInt8]) -> Bool {
        for index in bytes.indices
        where bytes[index] >= 0x80 || bytes[index] == 0 || bytes[index] == 0x1B {
            return false
        }
        return true
    }

    private var mayBeUTF8: Bool {
        let type = contentType
        return Charset(contentType: type.span).map { $0 == .utf8 } ?? true
    }

    /// Decides what the content is, once.
    private func decideKind() -> PageFailure? {
        if markup != nil { return nil }
        let bytes = prefix
        let told: MarkupKind? =
            switch kind {
            case .markup(let markup): markup
            case .form, .multipart: .plain
            default: ContentSniffing.kind(of: bytes.span)
            }
        guard let told, form != nil || policy.reads(told) else {
            return misnamed ?? .type
        }
        score.isForBansOnly = policy.isForBansOnly(told, isForm: form != nil)
        if let misnamed, ContentSniffing.kind(of: bytes.span) == nil { return misnamed }
        let found = ContentSniffing.kind(of: bytes.span, declaredAs: told)
        markup = found
        declared.begin(kind: found, isForm: form != nil)
        if !words.isEmpty {
            // What follows the words lets the scanner see where the last one ends.
            words += Self.wordsEnd
            let text = words
            declared.add(text.span, as: .url, &findings)
        }
        return nil
    }

    private static let wordsEnd: [UInt8] = Array("\0. . . .\0".utf8)

    /// Decides the charset, and reads the prefix.
    ///
    /// - Parameter isLast: nothing comes behind it.
    private func decide(isLast: Bool = false) -> PageFailure? {
        if let failure = decideKind() { return failure }
        let (content, type) = (prefix, contentType)
        let decision = CharsetDecision(
            prefix: content.span, contentType: type.span, kind: CharsetDecision.Kind(markup))
        charset = decision
        if form != nil {
            beginGuess(ofForm: decision)
            readForm(content.span)
            return nil
        }
        guard declared.use(decision.charset) else { return .charset }
        if wantsLegacy { findLegacy(decision, content.span) }
        watchForCharset(decision, content.span)
        let guessStart = isLast ? content.count : beginGuess(decision, content.span)
        let isReadTwice = usesLegacy
        let size = Limits.Page.sliceBytes
        var start = 0
        while start < content.count {
            let end = min(start + size, content.count)
            let part = content.span.extracting(start..<end)
            if end > prefixRead {
                let new = part.extracting(max(0, prefixRead - start)...)
                if end > guessStart { readGuessing(new) } else { declared.read(new, &findings) }
            }
            if isReadTwice { legacy?.read(part, &findings) }
            start = end
        }
        return nil
    }

    /// Looks for a second reading of the page.
    private func findLegacy(_ decision: CharsetDecision, _ content: Span<UInt8>) {
        if let other = decision.alternative { return useLegacy(other) }
        guard decision.charset == .utf8 || isASCII(prefix) else { return }
        if let font = FontCodeReader.charset(of: content, markup ?? .html) {
            charset?.alternative = font
            useLegacy(decision.charset, font: font)
        }
    }

    /// Where nothing names a charset and the head has not ended, that may come yet.
    private func watchForCharset(_ decision: CharsetDecision, _ content: Span<UInt8>) {
        guard markup == .html, decision.source == .fallback,
            decision.charset == .utf8 || decision.charset == .windows1252
        else { return }
        var watch = LateCharset()
        _ = watch.find(in: content)
        if !watch.isOver { late = consume watch }
    }

    /// Behind a late `<meta>` the page is read in its charset: in a reading of its own, if that is free. Else the
    /// other reading is what the page's letters say, and what browsers do without such a `<meta>` is given up.
    private func useLate(_ named: Charset) {
        guard let decision = charset, named != decision.charset, named != decision.alternative
        else { return }
        if !guess.isOver {
            // What follows is in it, or what the guess says.
            if named.agreesWithASCII {
                guess.named = named
                return
            }
            decideGuess(isFull: false)
            guess.state = .over
        }
        if wantsLegacy, !usesLegacy {
            useLegacy(named)
            if usesLegacy { charset?.alternative = named }
        } else if declared.use(named) {
            charset?.charset = named
        }
    }

    private func useLegacy(_ charset: Charset, font: Charset? = nil) {
        let reading =
            legacy ?? PageReading(rules, scope: scope, reading: .legacy, in: workspace)
        legacy = reading
        findings.trace?.begin(.legacy, as: nil)
        reading.begin(kind: markup ?? .html)
        usesLegacy = reading.use(charset, font: font)
    }

    /// The content is over.
    private func endText() -> PageFailure? {
        if charset == nil, let failure = decide(isLast: true) { return failure }
        flushSlice()
        form?.finish { piece, part in readField(piece, part) }
        decideGuess(isFull: false)
        declared.finish(&findings)
        if usesLegacy { legacy?.finish(&findings) }
        // A text that took too much work is like one that is too long. It was read to its end: what is
        // cheap to find in it was found.
        let isOverworked = declared.isOverworked || (usesLegacy && legacy?.isOverworked == true)
        return isOverworked ? .overLimit : nil
    }
}

extension PageReader {
    /// The score of each group that anything was found of.
    var groupScores: [(group: UInt16, score: Int)] {
        _ = score.judge(&findings)
        return score.groupScores()
    }
}
