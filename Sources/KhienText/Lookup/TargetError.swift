/// Why the target of a list entry has no canonical form.
public enum TargetError: Error, Hashable, Sendable {
    /// Nothing but white space.
    case empty
    /// A scheme whose URLs have no host and path to match (`mailto:`, `data:`) or that is not
    /// HTTP, FTP or WebSocket.
    case unsupportedScheme
    /// A host was asked for, and a path, query or fragment follows it.
    case notAHost
    /// The text is not a URL.
    case url(WebURLError)
    /// The host has no canonical form.
    case host(HostError)

    /// A sentence for operators, in English.
    public var message: String {
        switch self {
        case .empty: "the entry is empty"
        case .unsupportedScheme: "the scheme cannot be matched"
        case .notAHost: "the entry is a URL where a host is expected"
        case .url(let error): error.message
        case .host(let error): error.message
        }
    }
}
