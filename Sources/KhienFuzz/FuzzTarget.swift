import KhienHTTP
import KhienLists

/// Everything that reads what strangers wrote, each with the statement that must hold for any bytes
/// at all. The fuzzer (`Fuzz/`) and the ordinary tests ask the same statements.
public enum FuzzTarget: Hashable, Sendable {
    /// A URL and its lookup form.
    case url
    /// A list of one format.
    case list(ListFormat)
    /// A small image with wrong numbers behind right checksums: `ImagePatch`.
    case image
    /// One list, one request: the image against the naive matcher.
    case match
    /// Regular expressions: the image against PCRE2 alone.
    case regex
    /// The head of a request, and its body.
    case request
    /// The head of a response, and its body.
    case response
    /// A chunked body with its trailers.
    case body
    /// The body of a form.
    case form
    /// The body of a page: the same verdict however it is cut.
    case page
    /// A set of literals and a text: the scanner against a naive search.
    case literals
    /// A configuration file.
    case configuration
    /// A file of the cache of parsed lists, changed behind its checksum.
    case cache

    public static let all: [FuzzTarget] =
        [.url] + ListFormat.allCases.map { .list($0) }
        + [
            .image, .match, .regex, .request, .response, .body, .form, .page, .literals,
            .configuration, .cache,
        ]

    /// The name on the command line and of the folders in `Fuzz/Corpus` and `Fuzz/Cases`.
    public var name: String {
        switch self {
        case .url: "url"
        case .list(let format): "list-\(format.name)"
        case .image: "image"
        case .match: "match"
        case .regex: "regex"
        case .request: "request"
        case .response: "response"
        case .body: "body"
        case .form: "form"
        case .page: "page"
        case .literals: "literals"
        case .configuration: "configuration"
        case .cache: "cache"
        }
    }

    /// The target with this name, or nil.
    public init?(name: String) {
        guard let target = Self.all.first(where: { $0.name == name }) else { return nil }
        self = target
    }

    /// Whether the statement holds for `bytes`.
    ///
    /// - Returns: nil: it holds; else what is wrong, in a sentence.
    public func check(_ bytes: [UInt8]) -> String? {
        switch self {
        case .url: URLInvariants.check(bytes)
        case .list(let format): ListInvariants.check(format, bytes)
        case .image: ImageInvariants.check(bytes)
        case .match: MatchInvariants.check(bytes)
        case .regex: RegexInvariants.check(bytes)
        case .request: HTTPInvariants.checkRequest(bytes)
        case .response: HTTPInvariants.checkResponse(bytes)
        case .body: HTTPInvariants.checkBody(.chunked, bytes)
        case .form: FormInvariants.check(bytes)
        case .page: PageInvariants.check(bytes)
        case .literals: LiteralInvariants.check(bytes)
        case .configuration: ConfigurationInvariants.check(bytes)
        case .cache: CacheInvariants.check(bytes)
        }
    }
}
