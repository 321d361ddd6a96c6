import KhienModel
import KhienProxy
import Synchronization

/// A proxy under test with a judge, a recorder and an answerer that the test sets.
struct TestProxy {
    let server: ProxyServer
    let events: RecordingRecorder

    var port: UInt16 { server.addresses[0].port }

    static func start(
        rules: TestRules = TestRules(), names: [String: [IPAddress]] = [:],
        resolver: (any NameResolver)? = nil, recorder: RecordingRecorder = RecordingRecorder(),
        answerer: TestAnswerer = TestAnswerer(), reading: TestReading? = nil,
        change: (inout ProxySettings) -> Void = { _ in }
    ) async throws -> TestProxy {
        var settings = ProxySettings(listen: [Endpoint(.v4(0x7F00_0001), port: 0)], workers: 1)
        settings.destinations = .any
        settings.timeouts.tick = .milliseconds(20)
        change(&settings)
        let services = ProxyServices(
            resolver: resolver ?? StaticResolver(names), recorder: recorder, answerer: answerer)
        let server = try await ProxyServer.start(settings, services: services) { _ in
            TestJudge(rules, generation: 1, reading: reading)
        }
        return TestProxy(server: server, events: recorder)
    }

    /// Runs `body` with a proxy and stops it afterwards.
    static func with(
        rules: TestRules = TestRules(), names: [String: [IPAddress]] = [:],
        resolver: (any NameResolver)? = nil, recorder: RecordingRecorder = RecordingRecorder(),
        answerer: TestAnswerer = TestAnswerer(), reading: TestReading? = nil,
        change: (inout ProxySettings) -> Void = { _ in }, _ body: (TestProxy) async throws -> Void
    ) async throws {
        let proxy = try await start(
            rules: rules, names: names, resolver: resolver, recorder: recorder,
            answerer: answerer, reading: reading, change: change)
        do {
            try await body(proxy)
        } catch {
            await proxy.server.drain(for: .zero)
            throw error
        }
        await proxy.server.drain(for: .zero)
    }

    func client(receiveBufferBytes: Int32? = nil) throws -> TestSocket {
        try TestSocket(port: port, receiveBufferBytes: receiveBufferBytes)
    }

    func counters() async -> WorkerCounters { await server.snapshots()[0].counters }
}

/// What a test's judge says, by host name, path and address.
struct TestRules: Sendable {
    var hosts: [String: Action] = [:]
    var paths: [String: Action] = [:]
    var addresses: [IPAddress: Action] = [:]
}

final class TestJudge: RequestJudge {
    let rules: TestRules
    let generation: Generation
    let inspector: (any BodyInspector)?

    init(_ rules: TestRules, generation: UInt64, reading: TestReading? = nil) {
        self.rules = rules
        self.generation = Generation(generation)
        inspector = reading.map { TestInspector($0) }
    }

    func judge(_ request: borrowing JudgedRequest) -> Judgement {
        let host = request.url.text(request.url.host)
        let path = request.url.text(request.url.path)
        if let action = rules.hosts[host] ?? rules.paths[path] {
            return Self.judgement(action, host, .host)
        }
        return .pass
    }

    func judge(address: IPAddress) -> Judgement {
        rules.addresses[address].map { Self.judgement($0, "\(address)", .ip) } ?? .pass
    }

    static func judgement(_ action: Action, _ target: String, _ layer: Layer) -> Judgement {
        let reason = Reason(
            rule: RuleID(1), kind: .host, target: target, list: "test", line: 1,
            category: "test", action: action, authority: .operator, layer: layer, view: .exact)
        return Judgement(verdict: action, reason: reason)
    }
}

/// Keeps events; may answer late, or lose them.
final class RecordingRecorder: EventRecorder {
    private let state = Mutex(State())
    private let outcome: RecordOutcome
    private let isHeld: Bool

    private struct State {
        var events: [BlockedRequest] = []
        var held: [@Sendable (RecordOutcome) -> Void] = []
    }

    /// - Parameter isHeld: callbacks wait for `release`.
    init(outcome: RecordOutcome = .written, isHeld: Bool = false) {
        self.outcome = outcome
        self.isHeld = isHeld
    }

    var events: [BlockedRequest] { state.withLock { $0.events } }

    func record(
        _ event: BlockedRequest, then: @escaping @Sendable (RecordOutcome) -> Void
    ) {
        state.withLock {
            $0.events.append(event)
            if isHeld { $0.held.append(then) }
        }
        if !isHeld { then(outcome) }
    }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for then in held { then(outcome) }
    }
}

/// Answers 451 with the reference; lets clients with the cookie `leave=yes` pass over warnings.
struct TestAnswerer: BlockAnswerer {
    func answer(_ question: BlockQuestion) -> BlockAnswer {
        let text = "refused \(question.reference) \(String(decoding: question.url, as: UTF8.self))"
        return BlockAnswer(
            status: 451, reasonPhrase: "Unavailable For Legal Reasons",
            headerLines: Array("Content-Type: text/plain\r\n".utf8), body: Array(text.utf8))
    }

    func mayContinue(_ question: BlockQuestion) -> Bool {
        String(decoding: question.cookie, as: UTF8.self) == "leave=yes"
    }

    var reservedPath: [UInt8] { Array("/.well-known/khien/".utf8) }

    var ownCookieName: [UInt8] { Array("leave".utf8) }

    /// Takes everything off, so that a test sees whether it was asked.
    func withoutOwnCookies(_ field: [UInt8]) -> [UInt8]? { nil }

    func answerReserved(_ question: BlockQuestion) -> BlockAnswer {
        BlockAnswer(
            status: 200, reasonPhrase: "OK", headerLines: [],
            body: Array("reserved \(String(decoding: question.target, as: UTF8.self))".utf8))
    }
}
