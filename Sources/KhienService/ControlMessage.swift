import Foundation
import KhienModel

/// What `khien` asks the daemon over its control socket: one line of JSON, at most
/// `ControlServer.requestBytesMax` bytes. The answer is one JSON document; then the daemon closes.
public struct ControlRequest: Codable, Sendable {
    public enum Command: String, Codable, Sendable {
        case status
        case reload
    }

    public var command: Command
    /// With `reload`: how much lists shrank or grew is not judged.
    public var acceptsSizes: Bool?

    public init(_ command: Command, acceptsSizes: Bool = false) {
        self.command = command
        self.acceptsSizes = acceptsSizes
    }
}

/// The daemon's state, for people and programs.
public struct StatusReport: Codable, Sendable {
    public var version: String
    public var pid: Int32
    public var startedAt: Date
    public var configuration: String
    /// What is in force: `serving`, or `degraded` where the last reload was refused or events are
    /// being lost.
    public var state: String
    public var listeners: [Listener]
    public var generation: UInt64
    public var image: ImageState
    public var workers: [Worker]
    public var lists: [CompileSummary.List]
    /// Nil until the first reload has ended.
    public var lastReload: ReloadState?
    public var events: EventState

    public struct Listener: Codable, Sendable {
        public var kind: String
        /// `127.0.0.1:8118`.
        public var address: String
    }

    public struct ImageState: Codable, Sendable {
        public var fingerprint: String
        public var entries: Int
        public var orders: Int
        public var bytes: Int
    }

    public struct Worker: Codable, Sendable {
        public var worker: Int
        public var generation: UInt64
        public var connections: Int
        public var tunnels: Int
        public var requests: UInt64
        public var blocked: UInt64
        public var warned: UInt64
        public var monitored: UInt64
        public var bytesFromOrigins: UInt64
        public var eventsLost: UInt64
        /// Attempts of regular expressions on requests that reached their limits and count as not met; nil in
        /// answers of older daemons.
        public var regexesGivenUp: UInt64?
        /// Bodies that were read since the start; nil in answers of older daemons, as the next four.
        public var bodiesRead: UInt64?
        /// Of these: found clean before, and so not read again.
        public var bodiesKnown: UInt64?
        /// Bodies that are being read now.
        public var bodiesBeingRead: Int?
        /// Responses that were cut off after a part of them had passed.
        public var bodiesCut: UInt64?
        /// Bodies that were not read, by reason; reasons that never occurred are left out.
        public var blindSpots: [String: UInt64]?
        /// By group of clients, in the configuration's order, clients without a group first; nil where
        /// there are no groups.
        public var clientGroups: [ClientGroup]?
    }

    public struct ClientGroup: Codable, Sendable {
        /// Empty: clients without a group.
        public var name: String
        public var requests: UInt64
        public var blocked: UInt64
        public var warned: UInt64
        public var monitored: UInt64
        public var bodiesRead: UInt64
    }

    public struct ReloadState: Codable, Sendable {
        public var at: Date
        /// `in force` or `refused`.
        public var outcome: String
        public var generation: UInt64
        public var seconds: Double
        public var diagnostics: [CompileSummary.Message]

        init(_ outcome: Reloader.Outcome) {
            at = outcome.at
            self.outcome = outcome.isInForce ? "in force" : "refused"
            generation = outcome.generation.value
            seconds = outcome.seconds
            diagnostics = outcome.diagnostics.map { CompileSummary.Message($0) }
        }
    }

    public struct EventState: Codable, Sendable {
        public var written: UInt64
        public var failed: UInt64
        /// Why events cannot be written now; nil: they can.
        public var fault: String?
    }
}

/// The answer to `reload`.
public struct ReloadAnswer: Codable, Sendable {
    public var reload: StatusReport.ReloadState
}

/// Dates as ISO 8601, keys in a fixed order, so that answers can be compared.
public enum ControlCoding {
    public static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            return Array("{\"error\":\"\(error)\"}\n".utf8)
        }
    }

    public static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8]
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(bytes))
    }
}
