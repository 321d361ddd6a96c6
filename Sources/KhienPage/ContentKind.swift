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
    ///   passed over.
    /// - Complexity: O(*n*); allocates nothing.
    public init(contentType value: Span<UInt8>) {
        var name = MediaTypeName()
        for index in value.indices {
            let byte = value[index]
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") { break }
            if byte == 0x20 || byte == 0x09 { continue }
            name.append(byte)
        }
        self = Self.kind(of: name)
    }

    private static func kind(of name: MediaTypeName) -> ContentKind {
        // A value that is no media type is none (MIME Sniffing Standard, section 4.4).
        guard name.hasSlash, !name.isLong else { return name.isLong ? .notText : .sniffed }
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

/// The name of a media type in small letters.
private struct MediaTypeName {
    /// Longer names than any that means something here.
    private static let bytesMax = 64
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0
    private(set) var isLong = false
    private(set) var hasSlash = false

    mutating func append(_ byte: UInt8) {
        guard count < Self.bytesMax else {
            isLong = true
            return
        }
        hasSlash = hasSlash || byte == UInt8(ascii: "/")
        bytes[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        count += 1
    }

    func begins(with text: StaticString) -> Bool {
        text.utf8CodeUnitCount <= count && matches(text, at: 0)
    }

    func ends(with text: StaticString) -> Bool {
        text.utf8CodeUnitCount <= count && matches(text, at: count - text.utf8CodeUnitCount)
    }

    func equals(_ text: StaticString) -> Bool {
        text.utf8CodeUnitCount == count && matches(text, at: 0)
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
