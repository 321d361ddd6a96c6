import KhienModel

/// Looks for the charset that a document declares in its first bytes, by the HTML Standard's
/// prescan: `<meta charset>`, `<meta http-equiv=content-type>`, and an XML declaration.
///
/// The prescan takes bytes for tags wherever they stand, in scripts, too. Browsers that do not have
/// `HeadScan`.
///
/// Source: HTML Standard, section 13.2.3.3 "Prescan a byte stream to determine its encoding".
enum MetaPrescan {
    /// The charset of a `<meta>`; nil where there is none in the first `Limits.Coding.prescanBytesMax`
    /// bytes.
    static func charset(in bytes: Span<UInt8>) -> Charset? {
        let window = bytes.extracting(..<min(bytes.count, Limits.Coding.prescanBytesMax))
        var position = 0
        while position < window.count {
            if let charset = step(window, &position) { return charset }
            position += 1
        }
        return nil
    }

    /// UTF-16, by the beginning of an XML declaration in it.
    static func wideCharset(in bytes: Span<UInt8>) -> Charset? {
        if starts(bytes, 0x3C, 0x00, 0x3F, 0x00, 0x78, 0x00) { return .utf16LittleEndian }
        if starts(bytes, 0x00, 0x3C, 0x00, 0x3F, 0x00, 0x78) { return .utf16BigEndian }
        return nil
    }

    /// The charset of an XML declaration; nil where there is none. Nothing else in XML names one.
    static func charset(inXML bytes: Span<UInt8>) -> Charset? {
        let window = bytes.extracting(..<min(bytes.count, Limits.Coding.headBytesMax))
        return wideCharset(in: window) ?? declaration(window)
    }

    private static func starts(_ bytes: Span<UInt8>, _ prefix: UInt8...) -> Bool {
        guard bytes.count >= prefix.count else { return false }
        for index in 0..<prefix.count where bytes[index] != prefix[index] { return false }
        return true
    }

    /// One turn of the standard's loop. `position` is left at the last byte of what was read.
    private static func step(_ bytes: Span<UInt8>, _ position: inout Int) -> Charset? {
        guard bytes[position] == UInt8(ascii: "<") else { return nil }
        if bytes.matchesIgnoringCase("<!--", at: position) {
            // The two hyphens of the end may be those of the beginning.
            var index = position + 4
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: ">"), bytes[index - 1] == UInt8(ascii: "-"),
                    bytes[index - 2] == UInt8(ascii: "-")
                {
                    break
                }
                index += 1
            }
            position = index
            return nil
        }
        if bytes.matchesIgnoringCase("<meta", at: position), position + 5 < bytes.count,
            bytes[position + 5].isSpaceASCII || bytes[position + 5] == UInt8(ascii: "/")
        {
            position += 5
            return meta(bytes, &position)
        }
        guard position + 1 < bytes.count else { return nil }
        var next = bytes[position + 1]
        var name = position + 1
        if next == UInt8(ascii: "/"), position + 2 < bytes.count {
            next = bytes[position + 2]
            name += 1
        }
        if next.isLetterASCII {
            position = name
            while position < bytes.count, !bytes[position].isSpaceASCII,
                bytes[position] != UInt8(ascii: ">")
            { position += 1 }
            while attribute(bytes, &position) != nil {}
        } else if bytes[position + 1] == UInt8(ascii: "!")
            || bytes[position + 1] == UInt8(ascii: "/")
            || bytes[position + 1] == UInt8(ascii: "?")
        {
            while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
        }
        return nil
    }

    /// The attributes of a `<meta>`.
    private static func meta(_ bytes: Span<UInt8>, _ position: inout Int) -> Charset? {
        var hasHTTPEquiv = false
        var hasContent = false
        var hasCharset = false
        var gotPragma = false
        var needsPragma: Bool?
        var charset: Charset?
        while let found = attribute(bytes, &position) {
            if bytes.equalsIgnoringCase(found.name, "http-equiv"), !hasHTTPEquiv {
                hasHTTPEquiv = true
                gotPragma = bytes.equalsIgnoringCase(found.value, "content-type")
            } else if bytes.equalsIgnoringCase(found.name, "content"), !hasContent {
                hasContent = true
                if charset == nil, needsPragma == nil,
                    let label = charsetLabel(bytes, found.value),
                    let named = Charset(label: bytes.extracting(label))
                {
                    charset = named
                    needsPragma = true
                }
            } else if bytes.equalsIgnoringCase(found.name, "charset"), !hasCharset {
                hasCharset = true
                charset = Charset(label: bytes.extracting(found.value))
                needsPragma = false
            }
        }
        // The window ended inside the tag: what it says is not known.
        if position >= bytes.count { return nil }
        guard let needsPragma, let charset, !needsPragma || gotPragma else { return nil }
        return asDeclared(charset)
    }

    /// What a declaration that could be read as ASCII can mean.
    static func asDeclared(_ charset: Charset) -> Charset {
        switch charset {
        case .utf16LittleEndian, .utf16BigEndian: .utf8
        case .userDefined: .windows1252
        default: charset
        }
    }

    struct Attribute {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// The next attribute of a tag; nil at the tag's end or the window's.
    ///
    /// Source: HTML Standard, "get an attribute" in section 13.2.3.3.
    static func attribute(_ bytes: Span<UInt8>, _ position: inout Int) -> Attribute? {
        while position < bytes.count,
            bytes[position].isSpaceASCII || bytes[position] == UInt8(ascii: "/")
        { position += 1 }
        guard position < bytes.count, bytes[position] != UInt8(ascii: ">") else { return nil }
        let nameStart = position
        var nameEnd = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "="), position > nameStart { break }
            if byte.isSpaceASCII || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
                break
            }
            position += 1
            nameEnd = position
        }
        let name = nameStart..<nameEnd
        let none = Attribute(name: name, value: nameEnd..<nameEnd)
        while position < bytes.count, bytes[position].isSpaceASCII { position += 1 }
        guard position < bytes.count else { return nil }
        guard bytes[position] == UInt8(ascii: "=") else { return none }
        position += 1
        while position < bytes.count, bytes[position].isSpaceASCII { position += 1 }
        guard position < bytes.count else { return nil }
        let quote = bytes[position]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            let start = position
            while position < bytes.count, bytes[position] != quote { position += 1 }
            guard position < bytes.count else { return nil }
            position += 1
            return Attribute(name: name, value: start..<position - 1)
        }
        let start = position
        while position < bytes.count, !bytes[position].isSpaceASCII,
            bytes[position] != UInt8(ascii: ">")
        { position += 1 }
        return position < bytes.count ? Attribute(name: name, value: start..<position) : nil
    }

    /// Where the charset's label stands in the `content` of a `<meta>`: `text/html; charset=x`.
    ///
    /// - Parameter isCut: more follows, so that a quote may end there.
    ///
    /// Source: HTML Standard, section 2.6.5 "extracting a character encoding from a meta element".
    static func charsetLabel(
        _ bytes: Span<UInt8>, _ range: Range<Int>, isCut: Bool = false
    ) -> Range<Int>? {
        var index = range.lowerBound
        let end = range.upperBound
        while index + 7 <= end {
            guard bytes.equalsIgnoringCase(index..<index + 7, "charset") else {
                index += 1
                continue
            }
            index += 7
            while index < end, bytes[index].isSpaceASCII { index += 1 }
            guard index < end, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            while index < end, bytes[index].isSpaceASCII { index += 1 }
            guard index < end else { return nil }
            let quote = bytes[index]
            var last = index
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                index += 1
                last = index
                while last < end, bytes[last] != quote { last += 1 }
                if last == end, !isCut { return nil }
            } else {
                while last < end, !bytes[last].isSpaceASCII, bytes[last] != UInt8(ascii: ";") {
                    last += 1
                }
            }
            return index..<last
        }
        return nil
    }

    /// The charset of an XML declaration.
    ///
    /// Source: HTML Standard, "get an XML encoding" in section 13.2.3.3.
    static func declaration(_ bytes: Span<UInt8>) -> Charset? {
        guard bytes.isExactly("<?xml", at: 0),
            let end = index(of: UInt8(ascii: ">"), in: bytes, from: 5)
        else { return nil }
        let name: StaticString = "encoding"
        var start = 5
        while start + 8 <= end, !bytes.isExactly(name, at: start) { start += 1 }
        guard start + 8 <= end else { return nil }
        var position = start + 8
        while position < end, bytes[position] <= 0x20 { position += 1 }
        guard position < end, bytes[position] == UInt8(ascii: "=") else { return nil }
        position += 1
        while position < end, bytes[position] <= 0x20 { position += 1 }
        guard position < end else { return nil }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let last = index(of: quote, in: bytes, from: position + 1), last < end
        else { return nil }
        for index in position + 1..<last where bytes[index] <= 0x20 { return nil }
        return Charset(label: bytes.extracting(position + 1..<last)).map(asDeclaredInXML)
    }

    /// An XML declaration that could be read as ASCII cannot be UTF-16.
    private static func asDeclaredInXML(_ charset: Charset) -> Charset {
        charset == .utf16LittleEndian || charset == .utf16BigEndian ? .utf8 : charset
    }

    private static func index(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }
}
