/// What the data path asks others for. Shared by all event loops.
public struct ProxyServices: Sendable {
    public var resolver: any NameResolver
    public var recorder: any EventRecorder
    public var answerer: any BlockAnswerer

    public init(
        resolver: any NameResolver, recorder: any EventRecorder, answerer: any BlockAnswerer
    ) {
        self.resolver = resolver
        self.recorder = recorder
        self.answerer = answerer
    }
}
