import KhienModel

/// Which charset a text is in, and what says so.
public struct CharsetDecision: Hashable, Sendable {
    public var charset: Charset
    public var source: Source
    /// Another charset that the text may be shown in; nil mostly. The text is then read in both. It is the likely
    /// charset of Vietnamese text that reads as nonsense in `charset`, else what other browsers take the
    /// document to declare, else what a text without a label seems to be in.
    public var alternative: Charset?

    /// In order of rank.
    public enum Source: String, Hashable, Sendable {
        case byteOrderMark = "bom"
        case contentType = "content-type"
        /// `<meta>`, or an XML declaration.
        case document = "document"
        /// Nothing says anything: UTF-16 where every other byte of many is zero, UTF-8 if it is that so
        /// far, else windows-1252.
        case fallback = "default"
    }

    /// What is read for a declaration inside the text.
    public enum Kind: Hashable, Sendable {
        /// HTML: `<meta>` and the XML declaration.
        case markup
        /// XML, XHTML too: its declaration. `<meta>` says nothing there, and without a word it is UTF-8.
        case xml
        /// Plain text, CSS, scripts: nothing.
        case text
        /// JSON: nothing. Scripts that fetch it read it as UTF-8 whatever its header says.
        case json
        /// Event streams: nothing, the header neither. They are UTF-8.
        case events
    }

    /// Decides as browsers do: byte order mark, Content-Type, declaration in the text, default; of
    /// event streams UTF-8. Where browsers differ about the declaration, Chromium's way is the decision and
    /// that of the Standard the alternative (`DocumentCharset`).
    ///
    /// - Parameters:
    ///   - prefix: the text's first bytes: all, or at least `Limits.Coding.decisionBytesMin` of
    ///     them; better `Limits.Coding.guessBytesMax`: for the alternative, and for a `<meta>` that
    ///     comes late.
    ///   - contentType: the value of the Content-Type field, or of several joined by commas; empty where
    ///     there is none.
    /// - Returns: a decision, always. The default is UTF-16 where its zero bytes show it, UTF-8 where the
    ///   prefix is that (the last character cut, if more is to come), and windows-1252 otherwise: what a
    ///   browser of no particular language takes; of XML UTF-8.
    /// - Complexity: O(*n*); allocates nothing, except where the declared charset is an East Asian one and
    ///   the text is not UTF-8, and for a `<meta>` with character references.
    ///
    /// Source: HTML Standard, sections 13.2.3.2 and 9.2.6; XML 1.0, appendix F; Fetch Standard, section
    /// 5.3; Encoding Standard, section 6.
    public init(prefix: Span<UInt8>, contentType: Span<UInt8>, kind: Kind) {
        let named = Charset(contentType: contentType)
        if let mark = Charset(byteOrderMark: prefix), kind != .events || mark == .utf8 {
            (charset, source) = (mark, .byteOrderMark)
            return
        }
        (charset, source) = (.utf8, .fallback)
        if kind == .events {
            // What shows the stream as it is, and is no `EventSource`, does obey the header.
            if let named, named != .utf8, !prefix.isUTF8(mayBeCut: true) { alternative = named }
        } else if let named {
            (charset, source) = (named, .contentType)
            alternative = Self.isReadAsUTF8(prefix, kind, declaredAs: named) ? .utf8 : nil
        } else {
            readDocument(prefix, kind)
        }
        // Whoever writes a page can make it declare two charsets; what its bytes are he cannot.
        let isOfDocument = named == nil && kind != .events
        if alternative == nil || isOfDocument {
            alternative = VietnameseGuess.alternative(to: charset, in: prefix) ?? alternative
        }
        if alternative == nil, source == .fallback, charset == .windows1252 {
            alternative = UnlabelledGuess.alternative(in: prefix)
        }
    }

    /// Where no one but the text says anything. Of HTML browsers differ in what it says.
    private mutating func readDocument(_ prefix: Span<UInt8>, _ kind: Kind) {
        let declared = DocumentCharset(prefix, kind)
        if let byTokens = declared.byTokens {
            (charset, source) = (byTokens, .document)
        } else {
            (charset, source) = (Self.fallback(prefix, kind), .fallback)
        }
        if declared.byTokens != declared.byBytes {
            let other = declared.byBytes ?? Self.fallback(prefix, kind)
            if other != charset { alternative = other }
        }
    }

    /// What is taken where nothing says anything.
    private static func fallback(_ prefix: Span<UInt8>, _ kind: Kind) -> Charset {
        if let wide = Charset(zeroBytesOf: prefix) { return wide }
        if kind == .xml { return .utf8 }
        let isWhole = prefix.count < Limits.Coding.decisionBytesMin
        return prefix.isUTF8(mayBeCut: !isWhole) ? .utf8 : .windows1252
    }

    /// Whether text that is declared as something else is UTF-8 for scripts that fetch it: their
    /// `text()` and `json()` ask no header. Of JSON also where it is ASCII so far: what comes later may
    /// not be.
    private static func isReadAsUTF8(
        _ prefix: Span<UInt8>, _ kind: Kind, declaredAs charset: Charset
    ) -> Bool {
        guard kind == .json || kind == .text, charset != .utf8 else { return false }
        if kind == .text, prefix.firstNonASCII(from: 0, to: prefix.count) == prefix.count {
            return false
        }
        return prefix.isUTF8(mayBeCut: true)
    }
}

extension Charset {
    /// The charset of a byte order mark at the start; nil where there is none.
    ///
    /// Source: Encoding Standard, section 6 "BOM sniff".
    init?(byteOrderMark bytes: Span<UInt8>) {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            self = .utf8
        } else if bytes.count >= 2, bytes[0] == 0xFE, bytes[1] == 0xFF {
            self = .utf16BigEndian
        } else if bytes.count >= 2, bytes[0] == 0xFF, bytes[1] == 0xFE {
            self = .utf16LittleEndian
        } else {
            return nil
        }
    }

    /// UTF-16 without a mark, by its zero bytes: many at one side of its pairs, and none at the other.
    /// No text in another charset has them.
    init?(zeroBytesOf bytes: Span<UInt8>) {
        let units = min(bytes.count, Limits.Coding.wideBytesMax) / 2
        guard units >= Limits.Coding.wideUnitsMin else { return nil }
        var (high, low) = (0, 0)
        for unit in 0..<units {
            if bytes[2 * unit] == 0 { high += 1 }
            if bytes[2 * unit + 1] == 0 { low += 1 }
        }
        let least = units * Limits.Coding.wideZerosPercentMin
        if high == 0, low * 100 >= least {
            self = .utf16LittleEndian
        } else if low == 0, high * 100 >= least {
            self = .utf16BigEndian
        } else {
            return nil
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are UTF-8, the last character cut where it may be.
    func isUTF8(mayBeCut: Bool) -> Bool {
        let valid = firstInvalidUTF8(from: 0, to: count)
        return valid == count || (mayBeCut && sequence(at: valid, to: count) == 0)
    }
}
