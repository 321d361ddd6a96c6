import KhienModel

/// Says what is to be done with a request. There is one for each event loop and it is used on that
/// loop only, so it needs no lock. It allocates nothing when it lets a request pass.
public protocol RequestJudge: AnyObject {
    /// The judgement about a request, before anything of it is sent on.
    func judge(_ request: borrowing JudgedRequest) -> Judgement

    /// The judgement about an address that a connection goes to, before it is connected to. IPv4
    /// addresses inside IPv6 arrive as IPv4.
    func judge(address: IPAddress) -> Judgement

    /// The image that these judgements rest on.
    var generation: Generation { get }

    /// Reads bodies, by the same image; nil: none are read. Read once, when the judge comes into
    /// force.
    var inspector: (any BodyInspector)? { get }

    /// Which group each client belongs to: `inspector` reads their bodies by it. Read once, when the
    /// judge comes into force.
    var clientGroups: ClientGroups { get }

    /// Attempts of regular expressions that reached their limits since this judge was made: what could
    /// not be judged.
    var regexesGivenUp: UInt64 { get }
}

extension RequestJudge {
    public var inspector: (any BodyInspector)? { nil }

    public var clientGroups: ClientGroups { .none }

    public var regexesGivenUp: UInt64 { 0 }
}
