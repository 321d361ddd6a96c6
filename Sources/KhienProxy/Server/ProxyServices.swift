/// What the data path asks others for. Shared by all event loops.
public struct ProxyServices: Sendable {
    public var resolver: any NameResolver
    public var recorder: any EventRecorder
    public var answerer: any BlockAnswerer
    /// The proxy's own name in `Via`.
    let pseudonym: String

    public init(
        resolver: any NameResolver, recorder: any EventRecorder, answerer: any BlockAnswerer
    ) {
        self.resolver = resolver
        self.recorder = recorder
        self.answerer = answerer
        pseudonym = "khien-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}
