/// A content coding that is decoded.
///
/// Source: RFC 9110 section 8.4.1; RFC 1950 and 1951 (deflate), 1952 (gzip), 7932 (br), 8878 and
/// 9659 (zstd).
public enum ContentCoding: UInt8, Hashable, Sendable, CaseIterable {
    case gzip
    /// zlib's format, or the bare deflate that some servers send under this name.
    case deflate
    case brotli
    case zstd

    /// The token in the header fields.
    public var token: StaticString {
        switch self {
        case .gzip: "gzip"
        case .deflate: "deflate"
        case .brotli: "br"
        case .zstd: "zstd"
        }
    }

    /// The coding that a token names, in either case of letters; `x-gzip` is gzip.
    ///
    /// - Returns: nil for all others, `identity` among them.
    init?(token bytes: Span<UInt8>, _ range: Range<Int>) {
        if bytes.equalsIgnoringCase(range, "gzip") || bytes.equalsIgnoringCase(range, "x-gzip") {
            self = .gzip
        } else if bytes.equalsIgnoringCase(range, "deflate") {
            self = .deflate
        } else if bytes.equalsIgnoringCase(range, "br") {
            self = .brotli
        } else if bytes.equalsIgnoringCase(range, "zstd") {
            self = .zstd
        } else {
            return nil
        }
    }
}
