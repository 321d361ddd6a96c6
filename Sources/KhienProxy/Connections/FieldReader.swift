import KhienHTTP
import KhienModel
import NIOCore

/// Reads values of a request's fields out of the bytes that it came in.
struct FieldReader: ~Copyable {
    let fields: FieldTable
    let bytes: ByteBuffer

    init(_ parser: borrowing RequestHeadParser, in bytes: ByteBuffer) {
        fields = parser.head.fields
        self.bytes = bytes
    }

    /// Appends the value of the first field of this name.
    func appendFirst(_ id: HeaderID, to target: inout [UInt8]) {
        guard let value = fields.value(of: id) else { return }
        let span = bytes.readableBytesUInt8Span
        for index in value.range { target.append(span[index]) }
    }

    /// The values of all fields of this name, joined by `, ` (cookies by `; `).
    func joined(_ id: HeaderID) -> [UInt8] {
        let span = bytes.readableBytesUInt8Span
        var text: [UInt8] = []
        for index in 0..<fields.count where fields[index].id == id {
            if !text.isEmpty {
                text.append(contentsOf: id == .cookie ? [0x3B, 0x20] : [0x2C, 0x20])
            }
            for offset in fields[index].value.range { text.append(span[offset]) }
        }
        return text
    }

    /// Whether a field of this name contains `text`, which is in lower case, anywhere. The case of
    /// letters in the field is ignored. False for the empty text. Allocates nothing.
    func contains(_ text: [UInt8], in id: HeaderID) -> Bool {
        guard !text.isEmpty else { return false }
        for index in 0..<fields.count where fields[index].id == id {
            let range = fields[index].value.range
            guard range.count >= text.count else { continue }
            for start in range.lowerBound...(range.upperBound - text.count)
            where stands(text, at: start) {
                return true
            }
        }
        return false
    }

    private func stands(_ text: [UInt8], at start: Int) -> Bool {
        let span = bytes.readableBytesUInt8Span
        for index in text.indices {
            let byte = span[start + index]
            let isUpperCase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            if (isUpperCase ? byte | 0x20 : byte) != text[index] { return false }
        }
        return true
    }

    /// What the request fetches: from `Sec-Fetch-Dest` where the browser says so, else guessed from
    /// `Accept`. Allocates nothing.
    ///
    /// Source: Fetch Standard, destination; Fetch Metadata Request Headers, section 2.
    func requestType(method: HTTPMethod, upgrade: UpgradeRequest) -> RequestType {
        if method == .connect { return .other }
        if upgrade == .websocket { return .websocket }
        if let destination = fields.value(of: .secFetchDest) {
            for (name, type) in Self.destinations where isEqual(destination, name) { return type }
            return .other
        }
        guard let accept = fields.value(of: .accept) else { return .other }
        for (prefix, type) in Self.accepted where hasPrefix(accept, prefix) { return type }
        return .other
    }

    /// Whether `Authorization` names a scheme that authenticates the connection and not the
    /// request.
    ///
    /// Source: RFC 4559, section 6; [MS-NTHT] section 3.1.
    var authenticatesConnection: Bool {
        guard let value = fields.value(of: .authorization) else { return false }
        return hasPrefix(value, Self.ntlm) || hasPrefix(value, Self.negotiate)
    }

    private static let ntlm = Array("ntlm".utf8)
    private static let negotiate = Array("negotiate".utf8)

    private func isEqual(_ range: ByteRange, _ text: [UInt8]) -> Bool {
        range.count == text.count && hasPrefix(range, text)
    }

    private func hasPrefix(_ range: ByteRange, _ text: [UInt8]) -> Bool {
        guard range.count >= text.count else { return false }
        let span = bytes.readableBytesUInt8Span
        for index in text.indices where span[Int(range.start) + index] | 0x20 != text[index] {
            return false
        }
        return true
    }

    private static let destinations = table([
        ("document", .document), ("image", .image), ("script", .script), ("empty", .xmlhttprequest),
        ("style", .stylesheet), ("font", .font), ("iframe", .subdocument), ("frame", .subdocument),
        ("video", .media), ("audio", .media), ("track", .media), ("object", .object),
        ("embed", .object), ("worker", .script), ("sharedworker", .script),
        ("serviceworker", .script), ("audioworklet", .script), ("paintworklet", .script),
        ("report", .ping), ("websocket", .websocket),
    ])

    private static let accepted = table([
        ("text/html", .document), ("image/", .image), ("text/css", .stylesheet),
        ("video/", .media), ("audio/", .media), ("font/", .font),
    ])

    private static func table(
        _ rows: [(String, RequestType)]
    ) -> [(name: [UInt8], type: RequestType)] {
        rows.map { (name: Array($0.0.utf8), type: $0.1) }
    }
}
