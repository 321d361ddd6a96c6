/// Makes the pages for blocked and warned requests. It is shared by all event loops and asked only
/// when a request does not simply pass.
public protocol BlockAnswerer: Sendable {
    /// The answer to a request whose verdict is `block`, or `warn` without leave to continue.
    func answer(_ question: BlockQuestion) -> BlockAnswer

    /// Whether the client may go on in spite of a warning (a valid token in a cookie or in the
    /// URL).
    func mayContinue(_ question: BlockQuestion) -> Bool

    /// The path below which the proxy answers itself, on every host: `/.well-known/khien/`.
    /// Requests below it never go to an origin. Empty: none. Read once, when the proxy starts.
    var reservedPath: [UInt8] { get }

    /// The name of the cookie that remembers "continue". Origins never see it. Empty: none. Read
    /// once, when the proxy starts.
    var ownCookieName: [UInt8] { get }

    /// The value of a `Cookie` field without the answerer's own cookies; nil where nothing is left.
    func withoutOwnCookies(_ field: [UInt8]) -> [UInt8]?

    /// The answer to a request below `reservedPath`. The question's judgement is `.pass`.
    func answerReserved(_ question: BlockQuestion) -> BlockAnswer
}

extension BlockAnswerer {
    public var ownCookieName: [UInt8] { [] }

    public func withoutOwnCookies(_ field: [UInt8]) -> [UInt8]? { field }
}
