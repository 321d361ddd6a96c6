/// Why a text is not a URL.
public enum WebURLError: Error, Hashable, Sendable {
    /// No scheme, and no base URL that would supply one.
    case missingScheme
    /// A URL of its scheme needs a host and has none.
    case missingHost
    /// The host is refused.
    case host(HostError)
    /// The port is not a number.
    case badPort
    /// The port is above 65535.
    case portTooLarge
    /// The text is over `Limits.Text.urlBytesMax`.
    case tooLong(bytes: Int, limit: Int)

    /// A sentence for operators, in English.
    public var message: String {
        switch self {
        case .missingScheme: "the URL has no scheme"
        case .missingHost: "the URL has no host"
        case .host(let error): error.message
        case .badPort: "the port is not a number"
        case .portTooLarge: "the port is above 65535"
        case .tooLong(let bytes, let limit): "the URL has \(bytes) bytes, at most \(limit)"
        }
    }
}
