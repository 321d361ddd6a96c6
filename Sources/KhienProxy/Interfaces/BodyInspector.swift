import KhienModel

/// Reads bodies and says what is to be done with them. There is one for each event loop, used on
/// that loop only; it comes and goes with the `RequestJudge` that names it, so that requests and
/// pages are judged by one generation. Bodies that are being read when another comes are read to
/// their end by the old one.
public protocol BodyInspector: AnyObject {
    /// Asked once for each response that has a body, when its head is whole.
    func begin(response: borrowing ResponseDescription) -> InspectionStart

    /// Asked once for each request that has a body and was let through, before anything of it is
    /// sent on.
    func begin(request: borrowing RequestBodyDescription) -> InspectionStart

    /// How bodies of clients without a group are held.
    var settings: InspectionSettings { get }

    /// How bodies of a group's clients are held. Asked once for each connection and judge.
    func settings(of group: ClientGroup) -> InspectionSettings
}

extension BodyInspector {
    /// All groups are the same.
    public func settings(of group: ClientGroup) -> InspectionSettings { settings }
}

/// What the proxy makes of one body.
public enum InspectionStart {
    /// Nothing of it is read; it is counted and passes as if there were no inspector.
    case pass(BlindSpot)
    /// It is read.
    case read(any BodyInspection)
    /// It is refused unread or let pass: the failure policy decides.
    case unreadable(BlindSpot)
}

/// How bodies are held and what becomes of those that cannot be read.
public struct InspectionSettings: Hashable, Sendable {
    /// Whether responses are read: `begin(response:)` is asked, and origins are asked for content
    /// codings that are decoded here only.
    public var readsResponses = true
    /// Responses are read of other clients, and not of these: each is counted (`excluded`).
    public var isExcluded = false
    /// Whether bodies of requests are read: `begin(request:)` is asked.
    public var readsRequests = false
    /// Bytes of a body, as sent, that are held at most; one read of the connection may come on top.
    /// What is held past it is passed on, whatever the inspection released.
    public var holdBytesMax = Limits.Proxy.holdBytesDefault
    /// A held byte waits no longer than this for the next one to come.
    public var delayMax = Duration.milliseconds(250)
    /// Refuse bodies of which more came than is read (`overLimit`, `expansion`).
    public var blocksOverLimit = false
    /// Refuse bodies that could be read, were not too many others being read.
    public var blocksOverloaded = false
    /// Refuse bodies that cannot be read for any other reason.
    public var blocksUnreadable = false

    public init() {}

    /// Nothing is read.
    static let none: InspectionSettings = {
        var settings = InspectionSettings()
        settings.readsResponses = false
        return settings
    }()

    /// Whether the failure policy refuses a body for this reason.
    public func blocks(_ spot: BlindSpot) -> Bool {
        switch spot {
        case .overLimit, .expansion: blocksOverLimit
        case .overloaded: blocksOverloaded
        // Else a client could have itself be read no more.
        case .share: true
        default: blocksUnreadable
        }
    }
}
