import KhienModel

/// The charset that a document names itself, to browsers that look for it in two ways.
///
/// ```
/// <script>"<meta charset=gb18030>"</script>   found byte by byte, no tag
/// <title>a <b x="</title><meta charset=...>   a tag, hidden from the search byte by byte
/// ```
///
/// Whoever writes a page may make the two find different charsets; so both count.
struct DocumentCharset {
    /// What Chromium finds, and newer versions of Firefox; nil: nothing.
    private(set) var byTokens: Charset?
    /// What the Standard's search byte by byte finds.
    private(set) var byBytes: Charset?

    /// - Complexity: O(*n*), for HTML mostly up to the first `<meta>` with a charset, or where the head ends.
    init(_ prefix: Span<UInt8>, _ kind: CharsetDecision.Kind) {
        switch kind {
        case .markup: readHTML(prefix)
        case .xml:
            byTokens = MetaPrescan.charset(inXML: prefix)
            byBytes = byTokens
        case .text, .json, .events: return
        }
        // Such a page is one U+FFFD, and then nothing would be read of it.
        if byTokens == .replacement { byTokens = nil }
        if byBytes == .replacement { byBytes = nil }
    }

    private mutating func readHTML(_ prefix: Span<UInt8>) {
        if let wide = MetaPrescan.wideCharset(in: prefix) {
            (byTokens, byBytes) = (wide, wide)
            return
        }
        let found = HeadScan.charset(in: prefix)
        byTokens = found?.charset
        byBytes = MetaPrescan.charset(in: prefix)
        // A tag that is too late for the search byte by byte changes the charset when it is parsed (HTML
        // Standard, section 13.2.3.4).
        if byBytes == nil, let found, found.end > Limits.Coding.prescanBytesMax {
            byBytes = found.charset
        }
        guard byTokens == nil || byBytes == nil else { return }
        let declared = MetaPrescan.charset(inXML: prefix)
        byTokens = byTokens ?? declared
        byBytes = byBytes ?? declared
    }
}
