/// What the operator says about the pages.
public struct AnswerOptions: Sendable, Hashable {
    /// Who runs the proxy; empty: not shown.
    public var site: String
    /// An e-mail address, a telephone number or a URL; empty: not shown.
    public var contact: String
    /// In the order of preference; never empty.
    public var languages: [Language]
    public var hotline: String
    /// A page about the filter, for `Link: <...>; rel="blocked-by"`.
    public var url: String?
    /// How long "continue" holds.
    public var continueSeconds: Int64

    public init(
        site: String = "", contact: String = "", languages: [Language] = [.vi, .en],
        hotline: String = "111", url: String? = nil, continueSeconds: Int64 = 900
    ) {
        self.site = site
        self.contact = contact
        self.languages = languages.isEmpty ? [.vi] : languages
        self.hotline = hotline
        self.url = url
        self.continueSeconds = continueSeconds
    }
}

/// A language that pages are written in; the raw value is its tag (BCP 47).
public enum Language: String, Sendable, CaseIterable {
    case vi, en
}
