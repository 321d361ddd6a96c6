import KhienConfig
import KhienEvents
import KhienModel
import KhienProxy
import Synchronization

/// Whether events can be written now. Set by the log's writer, read by the judges where the failure
/// policy asks for it.
public final class LogHealth: Sendable {
    private let failing = Atomic(false)

    public init() {}

    public var isFailing: Bool {
        failing.load(ordering: .relaxed)
    }

    func set(isFailing: Bool) { failing.store(isFailing, ordering: .relaxed) }
}

/// Turns what the data path blocked into events of the log.
struct LogRecorder: EventRecorder {
    let log: EventLog
    let node: String
    let health: LogHealth

    func record(
        _ event: BlockedRequest, then: @escaping @Sendable (RecordOutcome) -> Void
    ) {
        guard let reason = event.judgement.reason else {
            // A verdict without an entry is the daemon's own refusal; there is nothing to prove.
            then(.lost)
            return
        }
        log.append(Self.blockEvent(event, reason)) { outcome in
            switch outcome {
            case .written: then(.written)
            case .failed: then(.lost)
            }
        }
    }

    private static func blockEvent(_ event: BlockedRequest, _ reason: Reason) -> BlockEvent {
        BlockEvent(
            time: EventTime.now, deed: deed(event), reason: reason, url: url(event),
            host: event.host, method: event.method,
            status: event.status == 0 ? nil : Int(event.status), isCut: event.isCut,
            client: event.client, group: event.group,
            reference: event.reference.description, worker: event.worker,
            generation: event.generation)
    }

    private static func deed(_ event: BlockedRequest) -> BlockEvent.Deed {
        switch event.judgement.verdict {
        case .allow: .allow
        case .monitor: .monitor
        case .warn: event.status == 0 && !event.isCut ? .warnContinued : .warn
        case .block: .block
        }
    }

    private static func url(_ event: BlockedRequest) -> [UInt8] {
        let isTunnel = event.scheme.isEmpty
        let isUsualPort = !isTunnel && event.port == 80
        let port = isUsualPort ? [] : Array(":\(event.port)".utf8)
        if isTunnel { return event.host + port }
        return event.scheme + Array("://".utf8) + event.host + port + event.target
    }
}

extension EventLogOptions {
    init(
        _ configuration: Configuration, state: StateFolder, console: Console, health: LogHealth
    ) {
        let events = configuration.events
        self.init(
            folder: events.path ?? state.path + "/events", keyFile: state.path + "/events.key",
            node: events.node, redaction: Redaction(events), sync: events.sync,
            notify: { notice in
                switch notice {
                case .failing(let reason):
                    health.set(isFailing: true)
                    console.say("error: events are being lost: \(reason)")
                case .recovered(let lost):
                    health.set(isFailing: false)
                    console.say("events are written again; \(lost) were lost")
                case .note(let text): console.say(text)
                }
            })
    }
}

extension Redaction {
    init(_ events: EventsConfiguration) {
        self.init(
            url: URLMode(rawValue: events.url.rawValue) ?? .host,
            client: ClientMode(rawValue: events.client.rawValue) ?? .none,
            gravest: Set(events.gravest))
    }
}
