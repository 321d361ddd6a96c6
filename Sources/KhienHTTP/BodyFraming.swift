import KhienModel

/// How the end of a message's body is found.
///
/// Source: RFC 9112 section 6.3.
public enum BodyFraming: Hashable, Sendable {
    /// The message ends with its head.
    case none
    /// So many bytes follow.
    case length(UInt64)
    /// The chunked coding.
    case chunked
    /// Everything up to the end of the connection; responses only.
    case untilClose
    /// The connection is no longer HTTP behind this head: a 2xx answer to CONNECT, or 101.
    case tunnel
}

/// What Content-Length and Transfer-Encoding of one head say together.
struct FramingFields {
    private var length: UInt64?
    private var isChunked = false
    private let fault: HTTPError.Fault

    init(fault: HTTPError.Fault) { self.fault = fault }

    private func error(_ code: HTTPError.Code, _ value: ByteRange) -> HTTPError {
        HTTPError(code, fault: fault, at: Int(value.start))
    }

    /// Reads a Content-Length: digits only, one field only, no list.
    ///
    /// RFC 9112 section 6.3 lets a recipient take `5, 5` or a repeated field for `5`. Refused: one
    /// that reads the first and one that reads the last would still agree, but one that reads
    /// neither would not.
    mutating func addLength(_ bytes: Span<UInt8>, _ value: ByteRange) throws(HTTPError) {
        if length != nil { throw error(.repeatedContentLength, value) }
        if isChunked { throw error(.lengthAndTransferEncoding, value) }
        guard !value.isEmpty, value.count <= Limits.HTTP.contentLengthDigitsMax else {
            throw error(.invalidContentLength, value)
        }
        // 19 digits fit in 64 bits; the sign bit is kept free for those who count in Int.
        var number: UInt64 = 0
        for index in value.range {
            guard bytes[index].isDigit else { throw error(.invalidContentLength, value) }
            number = number * 10 + UInt64(bytes[index] - 0x30)
        }
        if number > UInt64(Int64.max) { throw error(.invalidContentLength, value) }
        length = number
    }

    /// Reads a Transfer-Encoding: `chunked`, in any case, and nothing else.
    ///
    /// Source: RFC 9112 section 6.1 (not in HTTP/1.0; 501 for a coding that is not understood),
    /// 6.3 (`chunked` must be last), RFC 9112 section 7 (never twice).
    mutating func addTransferEncoding(
        _ bytes: Span<UInt8>, _ value: ByteRange, version: HTTPVersion
    ) throws(HTTPError) {
        if isChunked { throw error(.repeatedTransferEncoding, value) }
        if length != nil { throw error(.lengthAndTransferEncoding, value) }
        if version == .http10 { throw error(.transferEncodingInOldVersion, value) }
        let start = Int(value.start)
        if KnownToken.identify(bytes, at: start, count: value.count) == .chunked {
            isChunked = true
            return
        }
        throw error(Self.complaint(bytes, value), value)
    }

    /// Which error a Transfer-Encoding other than `chunked` is: a list of tokens that are all but
    /// the last no `chunked` is well-formed and not supported, anything else is malformed.
    private static func complaint(_ bytes: Span<UInt8>, _ value: ByteRange) -> HTTPError.Code {
        var count = 0
        var chunkedCount = 0
        var endsChunked = false
        var list = ElementList(value)
        while let element = list.next(in: bytes) {
            if element.isEmpty { return .invalidTransferEncoding }
            for index in element.range where !bytes[index].isToken {
                return .invalidTransferEncoding
            }
            let token = KnownToken.identify(bytes, at: Int(element.start), count: element.count)
            endsChunked = token == .chunked
            chunkedCount += endsChunked ? 1 : 0
            count += 1
        }
        if chunkedCount == 0, count == 1 { return .unknownTransferCoding }
        return chunkedCount == 1 && endsChunked ? .unknownTransferCoding : .invalidTransferEncoding
    }

    /// The framing that the fields give; nil where there are none.
    var framing: BodyFraming? {
        if isChunked { return .chunked }
        return length.map { .length($0) }
    }
}
