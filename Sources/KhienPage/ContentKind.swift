import KhienText

/// What a body is to be read as, by its Content-Type.
///
/// Where browsers look at the bytes, so do we: a body without a usable type, and
/// `application/octet-stream`, which some clients show as well (`ContentSniffing`).
public enum ContentKind: Hashable, Sendable {
    case markup(MarkupKind)
    /// The type says nothing: the first bytes decide.
    case sniffed
    /// `application/x-www-form-urlencoded`.
    case form
    /// `multipart/form-data` and other multipart types; the boundary is in the Content-Type.
    case multipart
    /// Not text: pictures, films, fonts, archives.
    case notText

    /// - Parameter value: the value of Content-Type; empty where there is none. Parameters are
    ///   passed over. Of several fields, or a list, browsers take the last that is a type (Fetch
    ///   Standard, "extract a MIME type"), other clients the first: the last one that is read here
    ///   counts, and HTML if it is among them.
    /// - Complexity: O(*n*); allocates nothing.
    public init(contentType value: Span<UInt8>) {
        var name = MediaTypeName()
        var best: ContentKind?
        var isName = true
        var isQuoted = false
        var index = 0
        while index <= value.count {
            let byte = index < value.count ? value[index] : UInt8(ascii: ",")
            let isEnd = index == value.count || (byte == UInt8(ascii: ",") && !isQuoted)
            if isEnd {
                let kind = Self.kind(of: name)
                if best.map({ $0.isBefore(kind) }) ?? true { best = kind }
                name = MediaTypeName()
                (isName, isQuoted) = (true, false)
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                isName = false
            } else if isName, name.isWhole, byte == 0x20 || byte == 0x09 || byte == 0x28 {
                // Words and comments behind a type are no part of it: `text/html (x)`.
                isName = false
            } else if !isName {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                // An escaped quotation mark ends no string.
                if byte == UInt8(ascii: "\\"), isQuoted, index + 1 < value.count { index += 1 }
            } else if byte != 0x20, byte != 0x09 {
                name.append(byte)
            }
            index += 1
        }
        self = best ?? .sniffed
    }

    /// Whether `other`, which stands behind it, counts rather: what is read before what is not, what
    /// is a type before what is none, and HTML, which loses nothing of other text, before all.
    private func isBefore(_ other: ContentKind) -> Bool {
        switch (self, other) {
        case (.markup(.html), _): false
        case (.sniffed, _), (.notText, .markup), (.notText, .form), (.notText, .multipart): true
        case (.notText, .notText), (_, .markup), (_, .form), (_, .multipart): true
        default: false
        }
    }

    private static func kind(of name: MediaTypeName) -> ContentKind {
        // A value that is no media type is none (MIME Sniffing Standard, section 4.4).
        guard name.hasSlash else { return name.isLong ? .notText : .sniffed }
        for (types, kind) in table where types.contains(where: { name.equals($0) }) { return kind }
        if name.ends(with: "+xml") { return .markup(.xml) }
        if name.ends(with: "+json") { return .markup(.json) }
        if name.begins(with: "text/") { return .markup(.plain) }
        if name.begins(with: "multipart/") { return .multipart }
        return .notText
    }

    /// Types by name.
    ///
    /// Source: MIME Sniffing Standard, sections 4.6 and 5; HTML Standard, section 4.12.1.
    private static let table: [(types: [StaticString], kind: ContentKind)] = [
        (["text/html"], .markup(.html)),
        (
            ["application/octet-stream", "unknown/unknown", "application/unknown", "*/*"],
            .sniffed
        ),
        (["application/xhtml+xml", "text/xml", "application/xml"], .markup(.xml)),
        (
            [
                "application/json", "text/json", "text/x-json", "application/x-json",
                "application/x-ndjson", "application/jsonl", "application/json-seq",
                "application/csp-report", "application/graphql",
            ], .markup(.json)
        ),
        (
            [
                "text/javascript", "application/javascript", "application/x-javascript",
                "text/ecmascript", "application/ecmascript", "application/x-ecmascript",
                "text/x-javascript", "text/x-ecmascript", "text/jscript", "text/livescript",
                "text/javascript1.0", "text/javascript1.1", "text/javascript1.2",
                "text/javascript1.3", "text/javascript1.4", "text/javascript1.5",
            ], .markup(.script)
        ),
        (["text/css"], .markup(.style)), (["text/event-stream"], .markup(.events)),
        (["application/x-www-form-urlencoded"], .form),
        (["application/x-subrip", "application/rtf", "application/yaml"], .markup(.plain)),
    ]
}

/// The name of a media type in small letters. Of a long one the middle is left out, which means nothing
/// here: `application/...+xml`.
private struct MediaTypeName {
    private static let bytesMax = 64
    /// As long as any suffix that means something.
    private static let suffixBytes = 8
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0
    private(set) var isLong = false
    private(set) var hasSlash = false

    mutating func append(_ byte: UInt8) {
        if count == Self.bytesMax {
            isLong = true
            for index in Self.bytesMax - Self.suffixBytes..<Self.bytesMax - 1 {
                bytes[index] = bytes[index + 1]
            }
            count -= 1
        }
        hasSlash = hasSlash || byte == UInt8(ascii: "/")
        bytes[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        count += 1
    }

    /// Whether something stands behind the slash.
    var isWhole: Bool { hasSlash && bytes[count - 1] != UInt8(ascii: "/") }

    func begins(with text: StaticString) -> Bool {
        text.utf8CodeUnitCount <= count && matches(text, at: 0)
    }

    func ends(with text: StaticString) -> Bool {
        text.utf8CodeUnitCount <= count && matches(text, at: count - text.utf8CodeUnitCount)
    }

    func equals(_ text: StaticString) -> Bool {
        !isLong && text.utf8CodeUnitCount == count && matches(text, at: 0)
    }

    private func matches(_ text: StaticString, at start: Int) -> Bool {
        // SAFETY: a literal's bytes, read within their buffer's count; the buffer does not leave.
        text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count
            where unsafe bytes[start + offset] != buffer[offset] {
                return false
            }
            return true
        }
    }
}
