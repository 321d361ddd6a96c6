import KhienHTTP

/// A vector of llhttp that we answer in another way, and why. All but those marked otherwise are
/// accepted there and refused here; nothing is accepted here that is refused there.
struct Difference: Sendable {
    var name: String
    /// What we refuse it with; nil where the difference is in what is counted.
    var code: HTTPError.Code?
    var reason: String

    init(_ name: String, _ code: HTTPError.Code?, _ reason: String) {
        self.name = name
        self.code = code
        self.reason = reason
    }

    static let requests: [Difference] = [
        Difference(
            "connection.md:  / `keep-alive` / Resetting flags when keep-alive is off (1.0, "
                + "lenient)",
            nil, "data after the last message of a connection"),
        Difference(
            "connection.md:  / `close` / CRLF between requests, explicit `close` (lenient)",
            nil, "data after the last message of a connection"),
        Difference(
            "connection.md:  / Parsing multiple tokens / Multiple tokens with folding",
            .foldedLine, "a flag of llhttp: headers"),
        Difference(
            "connection.md:  / Parsing multiple tokens / Multiple tokens with folding, LWS, "
                + "and CRLF",
            .foldedLine, "a flag of llhttp: headers"),
        Difference(
            "connection.md:  / Parsing multiple tokens / Invalid whitespace token with "
                + "`Connection` header field (lenient)",
            .whitespaceBeforeColon, "a flag of llhttp: headers"),
        Difference(
            "lenient-header-value-relaxed.md:  / Control char in header value (relaxed)",
            .invalidValueByte, "a flag of llhttp: header-value-relaxed"),
        Difference(
            "lenient-headers.md:  / Header value (lenient)",
            .invalidValueByte, "a flag of llhttp: headers"),
        Difference(
            "lenient-headers.md:  / Second request header value (lenient)",
            .invalidValueByte, "a flag of llhttp: headers"),
        Difference(
            "lenient-headers.md:  / Header value / Empty headers separated by CR (lenient)",
            .bareCarriageReturn, "a flag of llhttp: headers"),
        Difference(
            "method.md:  /  / CONNECT with body",
            .bodyOnConnect, "RFC 9110 9.3.6: CONNECT has no content"),
        Difference(
            "method.md:  /  / M-SEARCH request",
            .invalidTarget, "RFC 9112 3.2.4: an asterisk is for OPTIONS (SSDP is not proxied)"),
        Difference(
            "method.md:  /  / SOURCE request with ICE",
            .malformedStartLine, "not HTTP"),
        Difference(
            "method.md:  /  / OPTIONS request with RTSP",
            .malformedStartLine, "not HTTP"),
        Difference(
            "method.md:  /  / ANNOUNCE request with RTSP",
            .malformedStartLine, "not HTTP"),
        Difference(
            "method.md:  /  / PRI request HTTP2",
            .invalidTarget, "RFC 9113 3.4: the preface of another protocol"),
        Difference(
            "transfer-encoding.md:  / `chunked` / Trailing headers",
            .forbiddenTrailer, "RFC 9110 6.5.1: Content-Type and Vary may not stand there"),
        Difference(
            "transfer-encoding.md:  / POST with `Transfer-Encoding` and `Content-Length` (lenient)",
            .unknownTransferCoding, "a flag of llhttp: chunked-length"),
        Difference(
            "transfer-encoding.md:  / POST with `chunked` before other transfer-coding (lenient)",
            .invalidTransferEncoding, "a flag of llhttp: transfer-encoding"),
        Difference(
            "transfer-encoding.md:  / POST with `chunked` and duplicate transfer-encoding "
                + "(lenient)",
            .repeatedTransferEncoding, "a flag of llhttp: transfer-encoding"),
        Difference(
            "transfer-encoding.md:  / POST with `chunked` as last transfer-encoding",
            .unknownTransferCoding, "RFC 9112 6.1: we decode no other coding"),
        Difference(
            "transfer-encoding.md:  / POST with `chunked` as last transfer-encoding "
                + "(multiple headers)",
            .unknownTransferCoding, "RFC 9112 6.1: we decode no other coding"),
        Difference(
            "transfer-encoding.md:  / Invalid OBS fold after chunked value / Chunk header "
                + "not terminated by CRLF (lenient)",
            .bareCarriageReturn, "a flag of llhttp: optional-lf-after-cr"),
        Difference(
            "transfer-encoding.md:  / Invalid OBS fold after chunked value / Chunk data not "
                + "terminated by CRLF (lenient)",
            .missingChunkEnd, "a flag of llhttp: optional-crlf-after-chunk"),
        Difference(
            "transfer-encoding.md:  / Space after chunk header (lenient)",
            .invalidChunkSize, "a flag of llhttp: spaces-after-chunk-size"),
    ]

    static let responses: [Difference] = [
        Difference(
            "connection.md:  / HTTP/1.1 with keep-alive disabled, content-length (lenient)",
            nil, "data after the last message of a connection"),
        Difference(
            "connection.md:  / HTTP/1.1 with keep-alive disabled and 204 status (lenient)",
            nil, "data after the last message of a connection"),
        Difference(
            "connection.md:  / HTTP 101 response with Upgrade and Content-Length header",
            nil, "agrees: what follows 101 is the tunnel, counted here as content"),
        Difference(
            "connection.md:  / HTTP 101 response with Upgrade and Transfer-Encoding header",
            nil, "agrees: what follows 101 is the tunnel, counted here as content"),
        Difference(
            "connection.md:  / HTTP 304 with Content-Length",
            .tooManyEmptyLines, "RFC 9112 2.2 allows empty lines before requests only"),
        Difference(
            "connection.md:  / HTTP 100 first, then 400",
            .tooManyEmptyLines, "RFC 9112 2.2 allows empty lines before requests only"),
        Difference(
            "content-length.md:  / Content-Length reset when no body is received",
            nil, "the vector is told to skip the body; here only HEAD does that"),
        Difference(
            "invalid.md:  /  / Bare CR after response line (lenient)",
            .bareCarriageReturn, "a flag of llhttp: optional-lf-after-cr"),
        Difference(
            "invalid.md:  / Invalid space after start line / Only LFs present and no body "
                + "(lenient)",
            .bareLineFeed, "a flag of llhttp: all"),
        Difference(
            "invalid.md:  / Invalid space after start line / Only LFs present (lenient)",
            .bareLineFeed, "a flag of llhttp: all"),
        Difference(
            "lenient-version.md:  /  / Invalid HTTP version (lenient)",
            .unsupportedVersion, "a flag of llhttp: version"),
        Difference(
            "pipelining.md:  / Should parse multiple events",
            .tooManyEmptyLines, "RFC 9112 2.2 allows empty lines before requests only"),
        Difference(
            "sample.md:  / RTSP response",
            .malformedStartLine, "not HTTP"),
        Difference(
            "sample.md:  / ICE response",
            .malformedStartLine, "not HTTP"),
        Difference(
            "sample.md:  / No carriage ret (lenient)",
            .bareLineFeed, "a flag of llhttp: optional-cr-before-lf"),
        Difference(
            "sample.md:  / HTTP version 0.9",
            .unsupportedVersion, "only 1.0 and 1.1 are spoken"),
        Difference(
            "sample.md:  / Response starting with CRLF",
            .tooManyEmptyLines, "RFC 9112 2.2 allows empty lines before requests only"),
        Difference(
            "transfer-encoding.md:  / `chunked` before other transfer-encoding",
            .invalidTransferEncoding, "RFC 9112 6.3: ends with the connection; here never forwarded"
        ),
        Difference(
            "transfer-encoding.md:  / multiple transfer-encoding where chunked is not the last one",
            .repeatedTransferEncoding,
            "RFC 9112 6.3: ends with the connection; here never forwarded"),
        Difference(
            "transfer-encoding.md:  / `chunkedchunked` transfer-encoding does not enable "
                + "chunked enconding",
            .unknownTransferCoding, "RFC 9112 6.1: a coding that we do not know"),
        Difference(
            "transfer-encoding.md:  / Invalid OBS fold after chunked value",
            .foldedLine, "a flag of llhttp: headers"),
    ]
}
