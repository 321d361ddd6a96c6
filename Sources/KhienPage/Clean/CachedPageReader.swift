import KhienCoding
import KhienModel
import KhienText

/// Reads bodies as `PageReader` does, but not those that it found clean before: a class opens one page
/// forty times, and half of a site's pages bring the same scripts.
///
/// ```
///             gathering ──────────────▶ known        the whole is remembered as clean
///                │ a beginning, or the whole, is not remembered
///                ▼
///             learning ── clean ──────▶ remembered   all of it was read
///                │ condemned, unreadable, paused, too long
///                ▼
///              plain
/// ```
///
/// A body is gathered until something would be decided about it: when `hold` bytes have come, each 16
/// KiB after that, and at its end. If that beginning was found clean before, it may leave; if not, all
/// that was gathered is read. So verdicts are the same as without a cache, at the same places of the
/// body (of br but for the last bytes before damage: `Limits.Coding.brotliPieceBytes`); but what is judged at its end is read then, in a turn of its own or several (`complete`),
/// and not as it comes. A body whose first bytes decide what it is, is not gathered: it may be a
/// download, which passes as soon as that is known.
///
/// What is remembered is a keyed digest of the bytes as sent and of all else that a verdict depends on:
/// type and coding, the URL whose words are read, what is judged of such clients (`variant`), and
/// which rules hold at the time. Nothing but clean pages: each verdict is made and recorded anew.
public final class CachedPageReader {
    private let rules: PageRules
    private let reader: PageReader
    /// nil: everything is read.
    private let cache: CleanCache?
    private let holdBytes: Int
    private let readsURL: Bool
    private var hash: BodyHash?
    private var state = State.plain
    /// What came and was not read.
    private var gathered: [UInt8] = []
    /// Beginnings of this body, to be remembered with it.
    private var beginnings: [BodyDigest] = []
    private var released = 0
    private var nextCheckpoint = 0
    /// A buffer of this size is kept from one page to the next.
    private static let keptBytes = 16 << 10

    private enum State {
        case gathering, known, learning, plain
    }

    /// - Parameters:
    ///   - scope: `pages` or `forms`.
    ///   - workspace: as of a `PageReader`.
    public init(
        rules: PageRules, scope: PhraseScope, settings: PageSettings, cache: CleanCache? = nil,
        workspace: PageWorkspace? = nil
    ) {
        self.rules = rules
        self.cache = cache
        reader = PageReader(
            rules: rules, scope: scope, settings: settings, workspace: workspace)
        holdBytes = max(1, settings.holdBytes)
        readsURL = rules.needs(of: scope).allLayers.contains(.url)
        hash = cache.map { BodyHash($0.key) }
    }

    /// Begins with a body; see `PageReader.begin`.
    ///
    /// - Parameter variant: of policies that are used with one cache, which this is.
    /// - Parameter length: of the body as sent; nil: not known.
    /// - Returns: nil: feed it; else why it is not read.
    public func begin(
        _ head: borrowing PageHead, at time: PageTime, under policy: PagePolicy? = nil,
        variant: Int = 0, length: UInt64? = nil,
        memory: (all: DecoderMemory, client: IPAddress)? = nil
    ) -> PageFailure? {
        forgetGathered()
        state = .plain
        if let failure = reader.begin(head, at: time, under: policy, memory: memory) {
            return failure
        }
        beginnings.removeAll(keepingCapacity: true)
        released = 0
        nextCheckpoint = holdBytes
        let isShort = (length ?? 0) <= UInt64(Limits.Page.cleanBytesMax)
        guard isShort, hash != nil, !reader.isSniffed else { return nil }
        state = .gathering
        let mark = rules.mark(of: time)
        hash?.reset()
        hash?.addContext(UInt64(variant))
        hash?.addContext(mark.orders)
        hash?.addContext(mark.windows)
        hash?.addContext(head.contentType.span)
        hash?.addContext(head.contentEncoding.span)
        if readsURL { hash?.addContext(head.url.span) }
        return nil
    }

    /// The next bytes of the body, as sent.
    public func feed(_ bytes: Span<UInt8>) -> PageStep {
        switch state {
        case .known: return .cleared
        case .plain: return told(reader.feed(bytes))
        case .gathering:
            gather(bytes)
            if learns(bytes), state == .gathering { return .undecided(released: released) }
            return readGathered()
        case .learning:
            _ = learns(bytes)
            return told(reader.feed(bytes))
        }
    }

    /// What was released because it is known stays so while the reader comes after it.
    private func told(_ step: PageStep) -> PageStep {
        guard case .undecided(let count) = step else { return step }
        released = max(count, released)
        return .undecided(released: released)
    }

    private func gather(_ bytes: Span<UInt8>) {
        let count = gathered.count + bytes.count
        if gathered.capacity < count {
            // Most pages are short. Growing by doubling would touch a quarter of a megabyte for the others.
            gathered.reserveCapacity(
                count <= Self.keptBytes ? Self.keptBytes : max(count, Limits.Page.cleanBytesMax))
        }
        gathered.append(bytesOf: bytes)
    }

    /// Takes the digest of more of the body.
    ///
    /// - Returns: whether the body may still be remembered.
    private func learns(_ bytes: Span<UInt8>) -> Bool {
        guard let count = hash?.count, count + bytes.count <= Limits.Page.cleanBytesMax else {
            state = .plain
            return false
        }
        var offset = 0
        while offset < bytes.count {
            let end = min(bytes.count, offset + nextCheckpoint - (hash?.count ?? 0))
            hash?.add(bytes.extracting(offset..<end))
            offset = end
            if hash?.count == nextCheckpoint { checkpoint() }
        }
        return true
    }

    private func checkpoint() {
        guard let digest = hash?.digest(isWhole: false), let cache else { return }
        beginnings.append(digest)
        if state == .gathering {
            if cache.contains(digest) { released = nextCheckpoint } else { state = .learning }
        }
        nextCheckpoint += Limits.Page.checkpointBytes
    }

    /// Gives the reader what came before it was asked.
    private func readGathered() -> PageStep {
        var bytes: [UInt8] = []
        swap(&bytes, &gathered)
        let step =
            bytes.isEmpty
            ? PageStep.undecided(released: released) : told(reader.feed(bytes.span))
        swap(&bytes, &gathered)
        forgetGathered()
        return step
    }

    /// The buffer of a long page is not kept.
    private func forgetGathered() {
        if gathered.capacity > 2 * Self.keptBytes { gathered = [] }
        gathered.removeAll(keepingCapacity: true)
    }

    /// The body is whole: it is known, or what was put off is read, a turn of it.
    public func complete() -> PageStep {
        guard state == .gathering else { return .undecided(released: released) }
        if let digest = hash?.digest(isWhole: true), cache?.contains(digest) == true {
            state = .known
            forgetGathered()
            return .cleared
        }
        state = .learning
        return readGathered()
    }

    /// The body is whole, and all of it is read by now or in this turn.
    public func finish() -> PageStep {
        let completed = complete()
        if state == .known { return .cleared }
        guard case .undecided = completed else { return completed }
        let step = reader.finish()
        if case .cleared = step { remember() }
        return step
    }

    private func remember() {
        guard state == .learning, !reader.isNoText, !reader.sawFile, let cache,
            let whole = hash?.digest(isWhole: true)
        else { return }
        for digest in beginnings { cache.insert(digest) }
        cache.insert(whole)
    }

    /// Nothing has come for a while: judges what is there, so that it can go on. Where that is more
    /// than a turn the reader is behind then, and has to be asked once more.
    public func pause() -> PageStep {
        // Where a text is cut for judging it is time that decides.
        if state == .gathering {
            state = .plain
            let step = readGathered()
            guard case .undecided = step, !reader.isBehind else { return step }
        }
        if state == .learning { state = .plain }
        return told(reader.pause())
    }

    /// See `PageReader.resume`.
    public func resume() -> PageStep {
        state = .plain
        return told(reader.resume())
    }

    public var isBehind: Bool { reader.isBehind }

    public func catchUp() -> PageStep { told(reader.catchUp()) }

    /// The body turned out to be no text, or of a kind that is not read.
    public var isNoText: Bool { reader.isNoText }

    /// A file in a form was passed over.
    public var sawFile: Bool { reader.sawFile }

    /// The body was not read, since it had been found clean before.
    public var isKnown: Bool { state == .known }

    /// See `PageReader.letGo`.
    public func letGo() {
        forgetGathered()
        reader.letGo()
    }
}
