import KhienText

/// What a body without a usable type is, by its first bytes, as browsers guess it.
///
/// Source: MIME Sniffing Standard, sections 7.1 and 7.2. Beyond it, text that begins like JSON is
/// read as JSON, so that its escapes are undone.
public enum ContentSniffing {
    /// How many bytes are looked at.
    public static let bytesMax = 1445

    /// - Returns: nil for what is not text.
    /// - Complexity: O(1): 1,445 bytes are looked at; allocates nothing.
    public static func kind(of prefix: Span<UInt8>) -> MarkupKind? {
        if hasByteOrderMark(prefix) { return .html }
        let end = min(prefix.count, bytesMax)
        var start = 0
        while start < end, prefix[start].isMarkupSpace { start += 1 }
        let rest = prefix.extracting(start..<end)
        if matches(rest, "<?xml") { return .xml }
        if matches(rest, "<!--") { return .html }
        for tag in tags where matches(rest, tag) {
            let count = tag.utf8CodeUnitCount
            if count < rest.count, rest[count] == 0x20 || rest[count] == UInt8(ascii: ">") {
                return .html
            }
        }
        for index in 0..<end where isBinary(prefix[index]) { return nil }
        if let first = rest.isEmpty ? nil : rest[0],
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            return .json
        }
        return .plain
    }

    /// What a body is that is declared as `kind`: JSON that begins like no JSON is read as what it
    /// begins like, and so is a script or a style sheet that begins like HTML. Opened alone such a body
    /// is shown as text, and scripts put it into pages.
    ///
    /// - Complexity: as for `kind(of:)`.
    public static func kind(of prefix: Span<UInt8>, declaredAs kind: MarkupKind) -> MarkupKind {
        if hasByteOrderMark(prefix) { return kind }
        switch kind {
        case .json:
            var start = 0
            while start < prefix.count, prefix[start].isMarkupSpace { start += 1 }
            guard start < prefix.count, !beginsJSON(prefix[start]), prefix[start] < 0x80 else {
                return start < prefix.count && prefix[start] >= 0xC0 ? .plain : kind
            }
            return self.kind(of: prefix) ?? kind
        case .script, .style: return self.kind(of: prefix) == .html ? .html : kind
        default: return kind
        }
    }

    /// The first byte of a value, or of `)]}'`, which some servers put before JSON.
    private static func beginsJSON(_ byte: UInt8) -> Bool {
        "{[\"-0123456789tfn)".utf8.contains(byte)
    }

    /// A page in UTF-16 has bytes that no text in an 8 bit charset has. What it is, is read as HTML:
    /// of plain text that loses nothing but what looks like a tag.
    private static func hasByteOrderMark(_ prefix: Span<UInt8>) -> Bool {
        if prefix.count >= 3, prefix[0] == 0xEF, prefix[1] == 0xBB, prefix[2] == 0xBF {
            return true
        }
        guard prefix.count >= 2 else { return false }
        return (prefix[0] == 0xFE && prefix[1] == 0xFF) || (prefix[0] == 0xFF && prefix[1] == 0xFE)
    }

    private static let tags: [StaticString] = [
        "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font",
        "<table", "<a", "<style", "<title", "<b", "<body", "<br", "<p", "<meta", "<link", "<form",
        "<span", "<center", "<ul", "<img",
    ]

    private static func isBinary(_ byte: UInt8) -> Bool {
        byte < 0x09 || byte == 0x0B || (byte > 0x0D && byte < 0x1B) || (byte > 0x1B && byte < 0x20)
    }

    private static func matches(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        // SAFETY: a literal's bytes, read within their buffer's count; the buffer does not leave.
        return text.withUTF8Buffer { buffer in
            for index in 0..<buffer.count {
                let found = bytes[index]
                let small = found &- 0x41 < 26 ? found | 0x20 : found
                if unsafe small != buffer[index] { return false }
            }
            return true
        }
    }
}
