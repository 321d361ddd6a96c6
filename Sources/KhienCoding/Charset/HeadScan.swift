import KhienModel

/// Looks for the `<meta>` that browsers obey which take tags for what they are: Chromium, newer versions of
/// Firefox.
///
/// The bytes are cut into tokens as HTML's are, so that what stands in scripts, style sheets and titles is no
/// `<meta>`, and hides none. The head ends where a tag stands that is none of its own; behind it nothing is
/// looked for, but in the first `Limits.Coding.prescanBytesMax` bytes. What is there was tried on Chromium:
/// `noscript` and `template` are looked into, and of two attributes of a name the last counts.
///
/// Source: HTML Standard, section 13.2.5; Chromium's `HTMLMetaCharsetParser`.
struct HeadScan {
    private var position = 0
    private var isInHead = true

    /// - Returns: the charset, and where its tag ends; nil where there is none in the head, or in the
    ///   first `Limits.Coding.headBytesMax` bytes of it.
    /// - Complexity: O(*n*); allocates nothing, except for a `<meta>` with character references.
    static func charset(in bytes: Span<UInt8>) -> (charset: Charset, end: Int)? {
        let window = bytes.extracting(..<min(bytes.count, Limits.Coding.headBytesMax))
        var scan = HeadScan()
        while scan.position < window.count {
            if let charset = scan.token(window) { return (charset, scan.position) }
            if !scan.isInHead, scan.position >= Limits.Coding.prescanBytesMax { return nil }
        }
        return nil
    }

    /// Passes over the next token; the charset where it is a `<meta>` that names one.
    private mutating func token(_ bytes: Span<UInt8>) -> Charset? {
        guard bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count else {
            position += 1
            skip(before: UInt8(ascii: "<"), bytes)
            return nil
        }
        let next = bytes[position + 1]
        if next.isLetterASCII { return startTag(bytes) }
        if next == UInt8(ascii: "/") {
            endTag(bytes)
        } else if bytes.matchesIgnoringCase("<!--", at: position) {
            position = Self.commentEnd(bytes, from: position + 4)
        } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
            position += 2
            skip(before: UInt8(ascii: ">"), bytes)
            position += 1
        } else {
            position += 1
        }
        return nil
    }

    private mutating func skip(before byte: UInt8, _ bytes: Span<UInt8>) {
        while position < bytes.count, bytes[position] != byte { position += 1 }
    }

    /// The name of the tag, which is passed over.
    private mutating func name(_ bytes: Span<UInt8>) -> Range<Int> {
        let start = position
        while position < bytes.count, !Self.endsName(bytes[position]) { position += 1 }
        return start..<position
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte.isSpaceASCII || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private mutating func startTag(_ bytes: Span<UInt8>) -> Charset? {
        position += 1
        let name = name(bytes)
        if bytes.equalsIgnoringCase(name, "meta") {
            var meta = MetaAttributes()
            while let found = MetaPrescan.attribute(bytes, &position) { meta.add(found, bytes) }
            // The window ended inside the tag: what it says is not known.
            guard position < bytes.count else { return nil }
            position += 1
            return meta.charset
        }
        while MetaPrescan.attribute(bytes, &position) != nil {}
        position += 1
        if !Self.isOfHead(name, bytes), !bytes.equalsIgnoringCase(name, "html"),
            !bytes.equalsIgnoringCase(name, "head")
        {
            isInHead = false
        }
        skipRawText(of: name, bytes)
        return nil
    }

    private mutating func endTag(_ bytes: Span<UInt8>) {
        position += 2
        guard position < bytes.count, bytes[position].isLetterASCII else {
            skip(before: UInt8(ascii: ">"), bytes)
            position += 1
            return
        }
        let name = name(bytes)
        while MetaPrescan.attribute(bytes, &position) != nil {}
        position += 1
        if !Self.isOfHead(name, bytes) { isInHead = false }
    }

    /// Whether a tag of the name does not end the head. `head` and `html` begin it, and their end tags end it.
    private static func isOfHead(_ name: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        for element in headElements where bytes.equalsIgnoringCase(name, element) { return true }
        return false
    }

    private static let headElements: [StaticString] = [
        "meta", "link", "script", "title", "style", "base", "noscript", "object",
    ]

    /// Elements whose text holds no tags but their end tag. Of `noscript` that is so only where scripts run,
    /// and Chromium does not know that yet when it looks.
    private static let rawElements: [StaticString] = [
        "title", "style", "textarea", "iframe", "noembed", "noframes", "xmp",
    ]

    /// Goes on to the end tag where the element that begins here has raw text.
    private mutating func skipRawText(of name: Range<Int>, _ bytes: Span<UInt8>) {
        if bytes.equalsIgnoringCase(name, "script") {
            position = Self.scriptEnd(bytes, from: position)
        } else if bytes.equalsIgnoringCase(name, "plaintext") {
            position = bytes.count
        }
        for element in Self.rawElements where bytes.equalsIgnoringCase(name, element) {
            while position < bytes.count, !Self.isEndTag(element, bytes, at: position) {
                position += 1
            }
        }
    }

    private static func isEndTag(
        _ name: StaticString, _ bytes: Span<UInt8>, at start: Int
    ) -> Bool {
        bytes[start] == UInt8(ascii: "<") && bytes.matchesIgnoringCase("</", at: start)
            && isName(name, bytes, at: start + 2)
    }

    private static func isName(_ name: StaticString, _ bytes: Span<UInt8>, at start: Int) -> Bool {
        let end = start + name.utf8CodeUnitCount
        return end < bytes.count && bytes.matchesIgnoringCase(name, at: start)
            && endsName(bytes[end])
    }

    /// Where the end tag of a script stands. Behind `<!--` and `<script` the next one is not it.
    ///
    /// Source: HTML Standard, sections 13.2.5.15 to 13.2.5.31.
    private static func scriptEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var isEscaped = false
        var isTwiceEscaped = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ">"), isEscaped, bytes[index - 1] == UInt8(ascii: "-"),
                bytes[index - 2] == UInt8(ascii: "-")
            {
                (isEscaped, isTwiceEscaped) = (false, false)
            } else if byte == UInt8(ascii: "<") {
                if isEndTag("script", bytes, at: index) {
                    if !isTwiceEscaped { return index }
                    isTwiceEscaped = false
                } else if isEscaped {
                    isTwiceEscaped = isTwiceEscaped || isName("script", bytes, at: index + 1)
                } else if bytes.matchesIgnoringCase("<!--", at: index) {
                    isEscaped = true
                    // The two hyphens may be those of its end.
                    index += 3
                }
            }
            index += 1
        }
        return index
    }

    /// Behind a comment whose text begins at `start`.
    ///
    /// Source: HTML Standard, sections 13.2.5.43 to 13.2.5.52.
    private static func commentEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: ">") {
                let text = bytes.extracting(start..<index)
                if text.isEmpty || (text.count == 1 && text[0] == UInt8(ascii: "-"))
                    || text.endsComment
                {
                    return index + 1
                }
            }
            index += 1
        }
        return index
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes before a `>` make it the end of a comment: `--` or `--!`.
    fileprivate var endsComment: Bool {
        var end = count
        if end > 0, self[end - 1] == UInt8(ascii: "!") { end -= 1 }
        return end >= 2 && self[end - 1] == UInt8(ascii: "-")
            && self[end - 2] == UInt8(ascii: "-")
    }
}
