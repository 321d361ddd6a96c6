import KhienModel
import KhienProxy
import Synchronization

/// What a test's inspector does, and what it has seen.
final class TestReading: Sendable {
    let settings: InspectionSettings
    /// A body that contains the word is condemned as soon as the word is read.
    let words: [String: Action]
    /// The same, but only when the body is whole.
    let lateWords: [String: Action]
    /// How much may leave when so much content has been read; asked at each feed.
    let release: @Sendable (_ read: Int) -> Int
    /// The body turns out to be unreadable when more than `after` bytes have been read.
    let unreadable: (spot: BlindSpot, after: Int)?
    /// The body is cleared when so many bytes have been read.
    let clearsAfter: Int?
    /// What `pause` answers; nil: as `feed` would.
    let pauseCondemns: Action?
    /// Nothing is read before the body is whole, or a pause.
    let putsOff: Bool
    /// Whether content that was fed is still to be read, after so many turns for it.
    let isBehind: @Sendable (_ turns: Int) -> Bool
    private let state = Mutex(State())

    struct State {
        var begun: [String] = []
        var content: [UInt8] = []
        var largestFeed = 0
        var feeds = 0
        var pauses = 0
        var completed = 0
        var turns = 0
        var finished = 0
        var released = 0
    }

    init(
        words: [String: Action] = [:], lateWords: [String: Action] = [:],
        unreadable: (spot: BlindSpot, after: Int)? = nil, clearsAfter: Int? = nil,
        pauseCondemns: Action? = nil, putsOff: Bool = false,
        settings: (inout InspectionSettings) -> Void = { _ in },
        isBehind: @escaping @Sendable (_ turns: Int) -> Bool = { _ in false },
        release: @escaping @Sendable (_ read: Int) -> Int = { _ in 0 }
    ) {
        var value = InspectionSettings()
        // Longer than any test: what leaves early does so for another reason.
        value.delayMax = .seconds(60)
        settings(&value)
        self.settings = value
        self.words = words
        self.lateWords = lateWords
        self.unreadable = unreadable
        self.clearsAfter = clearsAfter
        self.pauseCondemns = pauseCondemns
        self.putsOff = putsOff
        self.release = release
        self.isBehind = isBehind
    }

    var seen: State { state.withLock { $0 } }
    var text: String { String(decoding: seen.content, as: UTF8.self) }

    func note(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
}

/// Reads `text/...` and forms; passes over the rest.
final class TestInspector: BodyInspector {
    private let reading: TestReading
    let settings: InspectionSettings

    init(_ reading: TestReading) {
        self.reading = reading
        settings = reading.settings
    }

    func begin(response: borrowing ResponseDescription) -> InspectionStart {
        let line =
            "\(response.status) \(response.url.text(response.url.path)) "
            + "\(String(decoding: response.contentType, as: UTF8.self))"
        return begin(line, response.contentType)
    }

    func begin(request: borrowing RequestBodyDescription) -> InspectionStart {
        let line =
            "request \(request.url.text(request.url.path)) "
            + "\(String(decoding: request.contentType, as: UTF8.self))"
        return begin(line, request.contentType)
    }

    private func begin(_ line: String, _ type: [UInt8]) -> InspectionStart {
        reading.note { $0.begun.append(line) }
        let type = String(decoding: type, as: UTF8.self)
        guard type.hasPrefix("text/") || type.contains("form") else { return .pass(.type) }
        if let unreadable = reading.unreadable, unreadable.after < 0 {
            return .unreadable(unreadable.spot)
        }
        return .read(TestInspection(reading))
    }
}

/// Looks for words in the bytes as they are.
final class TestInspection: BodyInspection {
    private let reading: TestReading
    private var content: [UInt8] = []
    private var severest = Action.allow
    /// Fed and not read.
    private var waiting: [UInt8] = []
    private var turns = 0

    init(_ reading: TestReading) { self.reading = reading }

    func feed(_ bytes: Span<UInt8>) -> InspectionState {
        let count = bytes.count
        for index in bytes.indices { waiting.append(bytes[index]) }
        reading.note {
            $0.feeds += 1
            $0.largestFeed = max($0.largestFeed, count)
        }
        if isBehind || putsOff { return .undecided(released: reading.seen.released) }
        return readOn()
    }

    private func readOn() -> InspectionState {
        turns = 0
        if reading.isBehind(0) {
            isBehind = true
            return .undecided(released: reading.seen.released)
        }
        return take()
    }

    private(set) var isBehind = false

    func catchUp() -> InspectionState {
        turns += 1
        reading.note { $0.turns += 1 }
        if reading.isBehind(turns) { return .undecided(released: reading.seen.released) }
        isBehind = false
        return take()
    }

    private func take() -> InspectionState {
        let new = waiting
        waiting = []
        content += new
        reading.note { $0.content += new }
        return state(reading.words)
    }

    private var putsOff: Bool { reading.putsOff && reading.seen.pauses == 0 }

    func complete() -> InspectionState {
        precondition(!isBehind, "nothing is decided before all is read")
        reading.note { $0.completed += 1 }
        return waiting.isEmpty ? .undecided(released: reading.seen.released) : readOn()
    }

    func pause() -> InspectionState {
        precondition(!isBehind, "nothing is decided before all is read")
        reading.note { $0.pauses += 1 }
        if !waiting.isEmpty {
            let state = readOn()
            if isBehind { return state }
        }
        if let action = reading.pauseCondemns { return .condemned(judgement(action)) }
        return state(reading.words)
    }

    func finish() -> InspectionState {
        precondition(!isBehind && waiting.isEmpty, "nothing is decided before all is read")
        reading.note { $0.finished += 1 }
        return state(reading.lateWords)
    }

    func resume() -> InspectionState { state(reading.words) }

    private func state(_ words: [String: Action]) -> InspectionState {
        if let unreadable = reading.unreadable, content.count > unreadable.after {
            return .unreadable(unreadable.spot)
        }
        let text = String(decoding: content, as: UTF8.self)
        let met = words.filter { text.contains($0.key) }.map(\.value).max()
        if let met, met > severest {
            severest = met
            return .condemned(judgement(met))
        }
        if let limit = reading.clearsAfter, content.count >= limit { return .cleared }
        let released = reading.release(content.count)
        reading.note { $0.released = released }
        return .undecided(released: released)
    }

    private func judgement(_ action: Action) -> Judgement {
        TestJudge.judgement(action, "word", .text)
    }
}
