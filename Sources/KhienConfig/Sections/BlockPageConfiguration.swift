/// What the pages for people say.
public struct BlockPageConfiguration: Hashable, Sendable {
    /// Who runs the proxy, as people know them; empty: not shown.
    public var site = ""
    /// An e-mail address, a telephone number or a URL for questions; empty: not shown.
    public var contact = ""
    /// In the order of preference; the first is used where a client names none.
    public var languages = [Language.vi, .en]
    /// The telephone number that a child in need can call.
    public var hotline = "111"
    /// The folder of the operator's own templates; nil: the built-in ones.
    public var templates: String?
    /// A page about the filter; named in `Link: <...>; rel="blocked-by"` (RFC 7725 section 4).
    public var url: String?
    /// How long "continue" on a warning page holds.
    public var continueLifetime = Duration.seconds(900)

    public enum Language: String, Sendable, CaseIterable {
        case vi, en
    }
}
