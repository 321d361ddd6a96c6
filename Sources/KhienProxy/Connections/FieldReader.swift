import KhienCoding
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

    /// Whether a `Cookie` field contains `name`, in whatever spelling of its letters. Allocates
    /// nothing.
    func hasCookie(_ name: [UInt8]) -> Bool {
        if name.isEmpty { return false }
        let span = bytes.readableBytesUInt8Span
        for index in 0..<fields.count where fields[index].id == .cookie {
            let value = fields[index].value.range
            var start = value.lowerBound
            while start + name.count <= value.upperBound {
                var matched = 0
                while matched < name.count, span[start + matched] | 0x20 == name[matched] | 0x20 {
                    matched += 1
                }
                if matched == name.count { return true }
                start += 1
            }
        }
        return false
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

    /// What the client accepts of the content codings that are decoded here. Allocates nothing.
    func acceptedCodings() -> AcceptEncoding {
        var accepted = AcceptEncoding()
        let span = bytes.readableBytesUInt8Span
        for index in 0..<fields.count where fields[index].id == .acceptEncoding {
            accepted.add(span.extracting(fields[index].value.range))
        }
        return accepted
    }

    /// Whether the client asks for more than one part of the whole.
    var hasSeveralRanges: Bool {
        guard let value = fields.value(of: .range) else { return false }
        let span = bytes.readableBytesUInt8Span
        for index in value.range where span[index] == UInt8(ascii: ",") { return true }
        return false
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
