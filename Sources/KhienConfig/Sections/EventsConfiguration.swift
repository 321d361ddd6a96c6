/// What the event log holds, and where.
public struct EventsConfiguration: Hashable, Sendable {
    public var url = URLMode.host
    public var client = ClientMode.none
    /// nil: `events` in the state folder.
    public var path: String?
    /// Categories whose URLs are never written in clear: they are written as `keyed-hash` unless
    /// `url` says `none`.
    public var gravest: [String] = ["child-abuse"]
    /// How often the log is forced to the disk; nil: when the system does it.
    public var sync: Duration? = .seconds(1)
    /// The name of this machine in events.
    public var node = "khien"

    /// How much of a URL is written.
    public enum URLMode: String, Sendable, CaseIterable {
        case none
        case host
        case keyedHash = "keyed-hash"
        case full
    }

    /// How much of a client is written.
    public enum ClientMode: String, Sendable, CaseIterable {
        case none
        /// A keyed hash whose key changes each day and is not kept.
        case pseudonym
    }
}
