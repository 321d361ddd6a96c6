import Foundation
import KhienAnswer
import KhienConfig
import KhienEvents
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienProxy
import NIOPosix
import Synchronization
import UnixSignals

/// The daemon: lists in force, proxy, event log, control socket, signals and systemd, wired up.
///
/// ```
/// start:   configuration ─▶ last good image, else compile ─▶ event log ─▶ proxy ─▶ control ─▶ READY
/// SIGHUP:  RELOADING ─▶ Reloader ─▶ READY          SIGUSR1: reopen the log
/// SIGTERM: STOPPING ─▶ drain ─▶ close the log
/// ```
public final class Daemon: Sendable {
    public static let version = "0.1.0"

    private let configuration: Configuration
    private let console: Console
    private let notifier: SystemNotifier
    private let state: StateFolder
    private let startedAt = Date()
    private let log: EventLog
    private let answerer: PageAnswerer
    private let health = LogHealth()
    private let proxy = Mutex<ProxyServer?>(nil)
    private let reloader: Reloader

    /// - Parameters:
    ///   - configurationFile: read again at each reload.
    ///   - tool: the path of `khien`; nil: beside the running program.
    /// - Throws: `ConfigurationErrors`, or `ServiceError` where state or pages cannot be used.
    public init(
        configurationFile: String, tool: String? = nil, notifier: SystemNotifier = SystemNotifier(),
        console: Console = Console()
    ) throws {
        configuration = try ConfigurationLoader.load(path: configurationFile)
        self.console = console
        self.notifier = notifier
        state = StateFolder(path: configuration.state)
        try state.create()
        log = EventLog(
            EventLogOptions(configuration, state: state, console: console, health: health))
        answerer = try PageAnswerer(configuration, state: state)
        let installer = Installer()
        reloader = Reloader(
            configurationFile: configurationFile, state: state,
            compiler: CompilerProcess(tool: tool),
            install: { await installer.install($0, $1) })
        installer.daemon.withLock { $0 = Weak(self) }
    }

    /// Runs until SIGTERM or SIGINT has drained everything.
    ///
    /// - Throws: where the lists of a first start are refused, or a socket cannot be listened on.
    public func run() async throws {
        DescriptorLimit.raise()
        let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint, .sigusr1)
        let (server, needsReload) = try await startOnFirstSnapshot()
        let control = try await ControlServer.start(
            path: configuration.control, group: MultiThreadedEventLoopGroup.singleton
        ) { [weak self] in await self?.answer($0) ?? [] }
        for address in server.addresses { console.say("listening on explicit:\(address.text)") }
        notifier.ready(status: await statusLine())
        let watchdog = startWatchdog()
        defer { watchdog?.cancel() }
        if needsReload { Task { await self.reload(acceptsSizes: false) } }
        for await signal in signals {
            switch signal {
            case .sighup: Task { await self.reload(acceptsSizes: false) }
            case .sigusr1:
                console.say("reopening the event log")
                log.reopen()
            default:
                await stop(server, control)
                return
            }
        }
    }

    // MARK: Start and stop

    /// A function of its own, so that nothing here holds the first image once another is in force.
    private func startOnFirstSnapshot() async throws -> (ProxyServer, needsReload: Bool) {
        let (snapshot, needsReload) = try await firstSnapshot()
        return (try await startProxy(snapshot), needsReload)
    }

    /// The last good image, so that a broken list never keeps the daemon from starting; without one,
    /// the lists as they are now.
    private func firstSnapshot() async throws -> (Snapshot, needsReload: Bool) {
        let (lastGood, fault) = await reloader.openLastGood()
        if let fault { console.say(fault.description) }
        if let lastGood {
            console.say("using the last good lists; compiling the current ones")
            return (lastGood, true)
        }
        console.say("compiling the lists")
        let outcome = await reloader.reload()
        report(outcome)
        guard outcome.isInForce, let snapshot = await reloader.current else {
            throw ServiceError(
                "start.no-lists", file: configuration.file,
                "the lists were refused and there are no last good ones")
        }
        return (snapshot, false)
    }

    private func startProxy(_ snapshot: Snapshot) async throws -> ProxyServer {
        let services = ProxyServices(
            resolver: SystemResolver(),
            recorder: LogRecorder(
                log: log, node: configuration.events.node, health: health), answerer: answerer)
        let refusesUnlogged = configuration.failure.logUnwritable == .refuseAll
        let (health, configuration) = (health, configuration)
        let groups = ClientGroups(configuration)
        let settings = ProxySettings(configuration)
        if let warning = DescriptorLimit.prepare(for: settings) { console.say(warning) }
        let server = try await ProxyServer.start(
            settings, services: services
        ) { _ in Self.judge(snapshot, refusesUnlogged ? health : nil, configuration, groups) }
        proxy.withLock { $0 = server }
        return server
    }

    private static func judge(
        _ snapshot: Snapshot, _ health: LogHealth?, _ configuration: Configuration,
        _ groups: ClientGroups
    ) -> any RequestJudge {
        let inspector = snapshot.pages.map { PageInspector($0, configuration) }
        return ImageJudge(
            snapshot, health: health, inspector: inspector, clientGroups: groups)
            ?? RefusingJudge(generation: snapshot.generation)
    }

    private func stop(_ server: ProxyServer, _ control: ControlServer) async {
        notifier.stopping()
        console.say("draining")
        let cut = await server.drain(for: configuration.timeouts.drain)
        await control.stop()
        log.close()
        console.say("stopped; \(cut) connections were cut off")
    }

    private func startWatchdog() -> Task<Void, any Error>? {
        guard let interval = notifier.watchdogInterval else { return nil }
        return Task { [weak self] in
            while !Task.isCancelled {
                guard let self else { return }
                // Every event loop must answer: a loop that hangs stops the beat.
                let server = self.proxy.withLock { $0 }
                if let server, await server.snapshots().count == self.workerCount {
                    self.notifier.watchdog()
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    private var workerCount: Int { ProxySettings(configuration).workers }

    // MARK: Reload

    /// Compiles and installs; tells systemd and the console.
    @discardableResult
    private func reload(acceptsSizes: Bool) async -> Reloader.Outcome {
        notifier.reloading()
        let outcome = await reloader.reload(acceptsSizes: acceptsSizes)
        report(outcome)
        notifier.ready(status: await statusLine())
        return outcome
    }

    fileprivate func install(_ snapshot: Snapshot, _ configuration: Configuration) async {
        let server = proxy.withLock { $0 }
        let refusesUnlogged = self.configuration.failure.logUnwritable == .refuseAll
        let health = health
        let groups = ClientGroups(configuration)
        await server?.replaceJudges { _ in
            Self.judge(snapshot, refusesUnlogged ? health : nil, configuration, groups)
        }
        for fault in answerer.reload(configuration) { console.say(fault.description) }
    }

    private func report(_ outcome: Reloader.Outcome) {
        for diagnostic in outcome.diagnostics { console.say(diagnostic.description) }
        console.say(
            outcome.isInForce
                ? "lists in force: generation \(outcome.generation.value)"
                : outcome.generation.value == 0
                    ? "lists refused; nothing is in force"
                    : "lists refused; generation \(outcome.generation.value) stays in force")
    }

    // MARK: Control

    private func answer(_ request: ControlRequest) async -> [UInt8] {
        switch request.command {
        case .status: return ControlCoding.encode(await statusReport())
        case .reload:
            let outcome = await reload(acceptsSizes: request.acceptsSizes ?? false)
            return ControlCoding.encode(
                ReloadAnswer(reload: StatusReport.ReloadState(outcome)))
        }
    }

    private func statusLine() async -> String {
        let entries = await reloader.summary?.entries ?? 0
        let refused = await reloader.last?.isInForce == false
        return refused
            ? "Serving the last good lists (\(entries) entries): the last reload was refused"
            : "Serving; \(entries) entries in force"
    }

    private func statusReport() async -> StatusReport {
        let server = proxy.withLock { $0 }
        let workers = await server?.snapshots() ?? []
        let summary = await reloader.summary
        let last = await reloader.last
        let events = log.status
        let isDegraded = last?.isInForce == false || events.failure != nil
        return StatusReport(
            version: Self.version, pid: ProcessInfo.processInfo.processIdentifier,
            startedAt: startedAt, configuration: configuration.file,
            state: isDegraded ? "degraded" : "serving",
            listeners: (server?.addresses ?? []).map {
                StatusReport.Listener(kind: "explicit", address: $0.text)
            },
            generation: workers.map(\.generation.value).min() ?? 0,
            image: StatusReport.ImageState(
                fingerprint: summary?.fingerprint ?? "", entries: summary?.entries ?? 0,
                orders: summary?.orders ?? 0, bytes: summary?.bytes ?? 0),
            workers: workers.map { StatusReport.Worker($0) }, lists: summary?.lists ?? [],
            lastReload: last.map { StatusReport.ReloadState($0) },
            events: StatusReport.EventState(
                written: events.written, failed: events.lost, fault: events.failure))
    }
}

/// Breaks the circle of `Daemon` and `Reloader` while both are made.
private final class Installer: Sendable {
    let daemon = Mutex<Weak>(Weak(nil))

    func install(_ snapshot: Snapshot, _ configuration: Configuration) async {
        let daemon = daemon.withLock { $0.daemon }
        await daemon?.install(snapshot, configuration)
    }
}

private struct Weak: Sendable {
    weak let daemon: Daemon?

    init(_ daemon: Daemon?) { self.daemon = daemon }
}

extension StatusReport.ClientGroup {
    init(_ counters: ClientGroupCounters) {
        self.init(
            name: counters.name, requests: counters.requests, blocked: counters.blocked,
            warned: counters.warned, monitored: counters.monitored,
            bodiesRead: counters.bodiesRead)
    }
}

extension StatusReport.Worker {
    init(_ snapshot: WorkerSnapshot) {
        self.init(
            worker: snapshot.worker, generation: snapshot.generation.value,
            connections: snapshot.clientConnections, tunnels: snapshot.tunnels,
            requests: snapshot.counters.requests, blocked: snapshot.counters.blocked,
            warned: snapshot.counters.warned, monitored: snapshot.counters.monitored,
            bytesFromOrigins: snapshot.counters.bytesFromOrigins,
            eventsLost: snapshot.counters.eventsLost,
            regexesGivenUp: snapshot.counters.regexesGivenUp,
            bodiesRead: snapshot.counters.bodiesRead,
            bodiesKnown: snapshot.counters.bodiesKnown, bodiesBeingRead: snapshot.readings,
            bodiesCut: snapshot.counters.bodiesCut,
            blindSpots: Self.blindSpots(snapshot.counters),
            clientGroups: snapshot.groups.count > 1
                ? snapshot.groups.map { StatusReport.ClientGroup($0) } : nil)
    }

    private static func blindSpots(_ counters: WorkerCounters) -> [String: UInt64] {
        var counts: [String: UInt64] = [:]
        for spot in BlindSpot.allCases where counters.count(of: spot) > 0 {
            counts[spot.name] = counters.count(of: spot)
        }
        return counts
    }
}
