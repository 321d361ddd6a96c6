import KhienFuzz
import KhienHTTP
import Testing

@Suite struct ResponseHeadTests {
    static let refused: [Refusal] = [
        .init("ICY 200 OK\r\n\r\n", .malformedStartLine, 502, "not HTTP"),
        .init("<html>hello</html>\r\n\r\n", .malformedStartLine, 502, "HTTP/0.9"),
        .init("\r\nHTTP/1.1 200 OK\r\n\r\n", .tooManyEmptyLines, 502, "RFC 9112 2.2"),
        .init("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion, 502, "RFC 9112 2.3"),
        .init("HTTP/0.9 200 OK\r\n\r\n", .unsupportedVersion, 502, "RFC 9112 2.3"),
        .init("http/1.1 200 OK\r\n\r\n", .malformedStartLine, 502, "RFC 9112 2.3"),
        .init("HTTP/1.1\r\n\r\n", .malformedStartLine, 502, "RFC 9112 4"),
        .init("HTTP/1.1 20\r\n\r\n", .malformedStartLine, 502, "RFC 9112 4"),
        .init("HTTP/1.1 2000 OK\r\n\r\n", .invalidStatus, 502, "RFC 9112 4"),
        .init("HTTP/1.1 2x0 OK\r\n\r\n", .invalidStatus, 502, "RFC 9112 4"),
        .init("HTTP/1.1 099 OK\r\n\r\n", .invalidStatus, 502, "RFC 9110 15"),
        .init("HTTP/1.1  200 OK\r\n\r\n", .invalidStatus, 502, "RFC 9112 4"),
        .init("HTTP/1.1\t200 OK\r\n\r\n", .malformedStartLine, 502, "RFC 9112 4"),
        .init("HTTP/1.1 200 O\0K\r\n\r\n", .malformedStartLine, 502, "RFC 9112 4"),
        .init("HTTP/1.1 200 OK\n\n", .bareLineFeed, 502, "RFC 9112 2.2"),
        .init("HTTP/1.1 200 OK\r\nA: b\n\r\n", .bareLineFeed, 502, "splitting"),
        .init("HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\n", .bareCarriageReturn, 502, "splitting"),
        .init("HTTP/1.1 200 OK\r\nA: b\0\r\n", .invalidValueByte, 502, "splitting"),
        .init("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", .foldedLine, 502, "RFC 9112 5.2"),
        .init("HTTP/1.1 200 OK\r\nA : b\r\n", .whitespaceBeforeColon, 502, "RFC 9112 5.1"),
        .init(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            .lengthAndTransferEncoding, 502, "RFC 9112 6.3"),
        .init(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            .repeatedContentLength, 502, "RFC 9112 6.3"),
        .init(
            "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", .invalidContentLength, 502,
            "RFC 9112 6.3"),
        .init(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unknownTransferCoding, 502,
            "RFC 9112 6.3"),
        .init(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            .invalidTransferEncoding, 502, "RFC 9112 6.3, not final"),
        .init(
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingInOldVersion, 502, "RFC 9112 6.1"),
        .init(
            "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", .unexpectedUpgrade, 502,
            "RFC 9110 7.8, not asked for"),
    ]

    @Test(arguments: refused) func isRefused(refusal: Refusal) {
        let bytes = Array(refusal.text.utf8)
        let outcome = parseResponse(bytes)
        #expect(outcome.code == refusal.code, "\(refusal.source)")
        #expect(outcome.error?.status == refusal.status)
        for cut in 0...bytes.count { #expect(parseResponse(bytes, cuts: [cut]) == outcome) }
        #expect(HTTPInvariants.checkResponse(bytes) == nil)
    }

    struct Row: Sendable {
        var method: HTTPMethod
        var line: String
        var fields: String
        var framing: BodyFraming
        var keepsAlive: Bool
    }

    /// RFC 9112 sections 6.3 and 9.3, row by row.
    static let framings: [Row] = [
        Row(.get, "1.1 200 OK", "Content-Length: 5", .length(5), true),
        Row(.get, "1.1 200", "Content-Length: 5", .length(5), true),
        Row(.get, "1.1 200 ", "Transfer-Encoding: Chunked", .chunked, true),
        Row(.get, "1.1 200 OK", "X: y", .untilClose, false),
        Row(.get, "1.1 999 x", "Content-Length: 5", .length(5), true),
        Row(.get, "1.1 200 Tốt\t!", "Content-Length: 0\r\nConnection: close", .length(0), false),
        Row(.get, "1.0 200 OK", "Content-Length: 5", .length(5), false),
        Row(.get, "1.0 200 OK", "Content-Length: 5\r\nConnection: Keep-Alive", .length(5), true),
        Row(.get, "1.0 200 OK", "Connection: keep-alive", .untilClose, false),
        Row(.head, "1.1 200 OK", "Content-Length: 5", .none, true),
        Row(.head, "1.1 200 OK", "Transfer-Encoding: chunked", .none, true),
        Row(.head, "1.1 200 OK", "X: y", .none, true),
        Row(.get, "1.1 304 Not Modified", "Content-Length: 5", .none, true),
        Row(.get, "1.1 204 No Content", "X: y", .none, true),
        Row(.get, "1.1 204 No Content", "Content-Length: 0", .none, true),
        Row(.get, "1.1 204 No Content", "Content-Length: 5", .none, false),
        Row(.get, "1.1 204 No Content", "Transfer-Encoding: chunked", .none, false),
        Row(.get, "1.1 100 Continue", "X: y", .none, true),
        Row(.get, "1.1 103 Early Hints", "Link: </a>", .none, true),
        Row(.connect, "1.1 200 OK", "Content-Length: 5", .tunnel, false),
        Row(.connect, "1.1 204 OK", "X: y", .tunnel, false),
        Row(.connect, "1.1 407 No", "Content-Length: 5", .length(5), true),
    ]

    @Test(arguments: framings.indices) func framing(index: Int) {
        let row = Self.framings[index]
        let bytes = Array("HTTP/\(row.line)\r\n\(row.fields)\r\n\r\nrest".utf8)
        let context = ResponseContext(method: row.method)
        var parser = ResponseHeadParser()
        let progress = try? parser.parse(bytes.span, for: context)
        #expect(progress == .complete(length: bytes.count - 4))
        #expect(parser.head.framing == row.framing)
        #expect(parser.head.keepsAlive == row.keepsAlive)
        let whole = parseResponse(bytes, context: context)
        for cut in 0...bytes.count {
            #expect(parseResponse(bytes, cuts: [cut], context: context) == whole)
        }
    }

    @Test func switchingProtocolsIsATunnelWhereItWasAskedFor() throws {
        let text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
        let (head, _) = try responseHead(text, upgrade: true)
        #expect(head.framing == .tunnel && !head.keepsAlive && !head.isInterim)
    }

    @Test(arguments: [
        ("200 OK", "OK"), ("200 ", ""), ("200", ""), ("200 Not  so\tbad", "Not  so\tbad"),
    ])
    func reasons(line: String, reason: String) throws {
        let (head, bytes) = try responseHead("HTTP/1.1 \(line)\r\n\r\n")
        #expect(text(bytes, head.reason) == reason)
        #expect(head.status == 200)
    }
}

extension ResponseHeadTests.Row {
    init(
        _ method: HTTPMethod, _ line: String, _ fields: String, _ framing: BodyFraming,
        _ keepsAlive: Bool
    ) {
        self.init(
            method: method, line: line, fields: fields, framing: framing, keepsAlive: keepsAlive)
    }
}
