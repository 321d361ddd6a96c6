import KhienFuzz
import KhienHTTP
import Testing

/// A message, what becomes of it, and where that is laid down.
struct Refusal: CustomTestStringConvertible, Sendable {
    var text: String
    var code: HTTPError.Code
    var status: UInt16
    var source: String

    init(_ text: String, _ code: HTTPError.Code, _ status: UInt16, _ source: String) {
        self.text = text
        self.code = code
        self.status = status
        self.source = source
    }

    var testDescription: String { "\(code.rawValue): \(text.debugDescription.prefix(60))" }
}

@Suite struct RequestRefusalTests {
    static let lines: [Refusal] = [
        .init("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed, 400, "RFC 9112 2.2, stricter"),
        .init("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed, 400, "RFC 9112 2.2, stricter"),
        .init("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed, 400, "RFC 9112 2.2, stricter"),
        .init("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .bareLineFeed, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", .bareCarriageReturn, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\rHost: a\r\n\r\n", .bareCarriageReturn, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\r\nHost: a\r\n\rX", .bareCarriageReturn, 400, "RFC 9112 2.2"),
        .init("\r\n\r\n\r\nGET / HTTP/1.1\r\n", .tooManyEmptyLines, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .leadingWhitespace, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", .leadingWhitespace, 400, "RFC 9112 2.2"),
        .init("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .foldedLine, 400, "RFC 9112 5.2"),
        .init("GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", .foldedLine, 400, "RFC 9112 5.2"),
        .init("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .whitespaceBeforeColon, 400, "RFC 9112 5.1"),
        .init("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", .whitespaceBeforeColon, 400, "RFC 9112 5.1"),
        .init("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", .whitespaceBeforeColon, 400, "RFC 9112 5.1"),
        .init("GET / HTTP/1.1\r\n: a\r\n\r\n", .invalidFieldName, 400, "RFC 9110 5.1"),
        .init("GET / HTTP/1.1\r\nHo(st: a\r\n\r\n", .invalidFieldName, 400, "RFC 9110 5.1"),
        .init("GET / HTTP/1.1\r\nH\u{E4}: a\r\n\r\n", .invalidFieldName, 400, "RFC 9110 5.1"),
        .init("GET / HTTP/1.1\r\nH\0: a\r\n\r\n", .invalidFieldName, 400, "RFC 9110 5.1"),
        .init("GET / HTTP/1.1\r\nHost\r\n\r\n", .missingColon, 400, "RFC 9112 5"),
        .init("GET / HTTP/1.1\r\nA: \0\r\n\r\n", .invalidValueByte, 400, "RFC 9110 5.5"),
        .init("GET / HTTP/1.1\r\nA: b\u{7F}\r\n\r\n", .invalidValueByte, 400, "RFC 9110 5.5"),
        .init("GET / HTTP/1.1\r\nA: b\u{0B}\r\n\r\n", .invalidValueByte, 400, "RFC 9110 5.5"),
        .init("GET / HTTP/1.1\r\nA: \u{1F}\r\n\r\n", .invalidValueByte, 400, "RFC 9110 5.5"),
    ]

    static let startLines: [Refusal] = [
        .init(" GET / HTTP/1.1\r\n", .invalidMethod, 400, "RFC 9112 3"),
        .init("G(T / HTTP/1.1\r\n", .invalidMethod, 400, "RFC 9110 9.1"),
        .init("GET\t/ HTTP/1.1\r\n", .invalidMethod, 400, "RFC 9112 3, stricter"),
        .init("GET\r\n", .malformedStartLine, 400, "RFC 9112 3"),
        .init("GET  / HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3, stricter"),
        .init("GET /  HTTP/1.1\r\n", .malformedStartLine, 400, "RFC 9112 3, stricter"),
        .init("GET / HTTP/1.1 \r\n", .malformedStartLine, 400, "RFC 9112 3, stricter"),
        .init("GET /a b HTTP/1.1\r\n", .malformedStartLine, 400, "RFC 9112 3.2"),
        .init("GET /a\tb HTTP/1.1\r\n", .invalidTargetByte, 400, "RFC 9112 3.2"),
        .init("GET /a\u{1}b HTTP/1.1\r\n", .malformedStartLine, 400, "RFC 9112 3.2"),
        .init("GET /\u{E9} HTTP/1.1\r\n", .invalidTargetByte, 400, "RFC 9112 3.2"),
        .init("GET /a#b HTTP/1.1\r\n", .invalidTargetByte, 400, "RFC 9112 3.2"),
        .init("GET / http/1.1\r\n", .malformedStartLine, 400, "RFC 9112 2.3"),
        .init("GET / HTTP/1,1\r\n", .malformedStartLine, 400, "RFC 9112 2.3"),
        .init("GET / HTTP/11\r\n", .malformedStartLine, 400, "RFC 9112 2.3"),
        .init("GET / HTTP/1.10\r\n", .malformedStartLine, 400, "RFC 9112 2.3"),
        .init("GET /\r\n", .unsupportedVersion, 505, "HTTP/0.9"),
        .init("GET / HTTP/0.9\r\n", .unsupportedVersion, 505, "RFC 9110 15.6.6"),
        .init("GET / HTTP/1.2\r\n", .unsupportedVersion, 505, "RFC 9110 15.6.6"),
        .init("GET / HTTP/3.0\r\n", .unsupportedVersion, 505, "RFC 9110 15.6.6"),
        .init("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion, 505, "RFC 9113 3.4"),
        .init("\u{16}\u{3}\u{1}", .malformedStartLine, 400, "TLS on the plain port"),
        .init("GET * HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3.2.4"),
        .init("OPTIONS *a HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3.2.4"),
        .init("GET a.test HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3.2"),
        .init("GET a.test:80 HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3.2.3"),
        .init("GET http:/a HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9110 4.2.1"),
        .init("GET http:///a HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9110 4.2.1"),
        .init("GET http://:80/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9110 4.2.1"),
        .init("GET 1http://a/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.1"),
        .init("GET ://a/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.1"),
        .init("GET http://u@a/ HTTP/1.1\r\n", .userinfoInTarget, 400, "RFC 9110 4.2.4"),
        .init("GET http://u:p@a/ HTTP/1.1\r\n", .userinfoInTarget, 400, "RFC 9110 4.2.4"),
        .init("GET http://a:65536/ HTTP/1.1\r\n", .invalidPort, 400, "RFC 9110 4.2.1"),
        .init("GET http://a:0/ HTTP/1.1\r\n", .invalidPort, 400, "no such port"),
        .init("GET http://a:8x/ HTTP/1.1\r\n", .invalidPort, 400, "RFC 3986 3.2.3"),
        .init("GET http://[::1/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.2.2"),
        .init("GET http://[]/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.2.2"),
        .init("GET http://[:]/ HTTP/1.1\r\n", .invalidTarget, 400, "found by mutation, seed 1015"),
        .init("GET http://[fe80::1%25a]/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 6874, not here"),
        .init("GET http://[::1]x/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.2.2"),
        .init("GET http://a%zz/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 2.1"),
        .init("GET http://a\\b/ HTTP/1.1\r\n", .invalidTarget, 400, "RFC 3986 3.2.2"),
        .init("CONNECT a HTTP/1.1\r\n", .invalidPort, 400, "RFC 9110 9.3.6"),
        .init("CONNECT a: HTTP/1.1\r\n", .invalidPort, 400, "RFC 9110 9.3.6"),
        .init("CONNECT a:0 HTTP/1.1\r\n", .invalidPort, 400, "RFC 9110 9.3.6"),
        .init("CONNECT a:70000 HTTP/1.1\r\n", .invalidPort, 400, "RFC 9110 9.3.6"),
        .init("CONNECT / HTTP/1.1\r\n", .invalidTarget, 400, "RFC 9112 3.2.3"),
        .init("CONNECT http://a/ HTTP/1.1\r\n", .invalidPort, 400, "RFC 9112 3.2.3"),
        .init("CONNECT a:443/ HTTP/1.1\r\n", .invalidPort, 400, "RFC 9112 3.2.3"),
        .init("CONNECT u@a:443 HTTP/1.1\r\n", .userinfoInTarget, 400, "RFC 9112 3.2.3"),
    ]

    static func fields(_ fields: String, _ line: String = "POST / HTTP/1.1") -> String {
        "\(line)\r\nHost: a.test\r\n\(fields)\r\n\r\n"
    }

    static let framing: [Refusal] = [
        .init(
            fields("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            .lengthAndTransferEncoding, 400, "RFC 9112 6.3, smuggling CL.TE"),
        .init(
            fields("Transfer-Encoding: chunked\r\nContent-Length: 5"),
            .lengthAndTransferEncoding, 400, "RFC 9112 6.3, smuggling TE.CL"),
        .init(
            fields("Content-Length: 5\r\nContent-Length: 6"), .repeatedContentLength, 400,
            "RFC 9112 6.3"),
        .init(
            fields("Content-Length: 5\r\ncontent-length: 5"), .repeatedContentLength, 400,
            "RFC 9112 6.3, stricter"),
        .init(fields("Content-Length: 5, 5"), .invalidContentLength, 400, "RFC 9112 6.3, stricter"),
        .init(fields("Content-Length: +5"), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(fields("Content-Length: -5"), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(fields("Content-Length: 0x5"), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(fields("Content-Length: 5 5"), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(fields("Content-Length: "), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(fields("Content-Length: \u{FF15}"), .invalidContentLength, 400, "RFC 9110 8.6"),
        .init(
            fields("Content-Length: 9223372036854775808"), .invalidContentLength, 400,
            "2^63, one past the limit"),
        .init(
            fields("Content-Length: 18446744073709551621"), .invalidContentLength, 400,
            "2^64 + 5"),
        .init(
            fields("Content-Length: 00000000000000000005"), .invalidContentLength, 400,
            "20 digits, one past the limit"),
        .init(fields("Transfer-Encoding: gzip"), .unknownTransferCoding, 501, "RFC 9112 6.1"),
        .init(fields("Transfer-Encoding: identity"), .unknownTransferCoding, 501, "RFC 9112 7"),
        .init(fields("Transfer-Encoding: xchunked"), .unknownTransferCoding, 501, "RFC 9112 6.1"),
        .init(
            fields("Transfer-Encoding: gzip, chunked"), .unknownTransferCoding, 501, "RFC 9112 6.1"
        ),
        .init(
            fields("Transfer-Encoding: chunked, gzip"), .invalidTransferEncoding, 400,
            "RFC 9112 6.3"),
        .init(
            fields("Transfer-Encoding: chunked, chunked"), .invalidTransferEncoding, 400,
            "RFC 9112 7"),
        .init(
            fields("Transfer-Encoding: chunked,"), .invalidTransferEncoding, 400,
            "RFC 9110 5.6.1, stricter"),
        .init(fields("Transfer-Encoding: "), .invalidTransferEncoding, 400, "RFC 9112 6.1"),
        .init(
            fields("Transfer-Encoding: chunked;a=b"), .invalidTransferEncoding, 400, "RFC 9112 7"),
        .init(
            fields("Transfer-Encoding: \"chunked\""), .invalidTransferEncoding, 400, "RFC 9112 7"),
        .init(
            fields("Transfer-Encoding: \u{B}chunked"), .invalidValueByte, 400, "RFC 9110 5.5"),
        .init(
            fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
            .repeatedTransferEncoding, 400, "RFC 9112 6.3"),
        .init(
            fields("Transfer-Encoding: chunked", "POST / HTTP/1.0"),
            .transferEncodingInOldVersion, 400, "RFC 9112 6.1"),
        .init(
            fields("Content-Length: 1", "CONNECT a.test:443 HTTP/1.1"), .bodyOnConnect, 400,
            "RFC 9110 9.3.6"),
        .init(
            fields("Transfer-Encoding: chunked", "CONNECT a.test:443 HTTP/1.1"), .bodyOnConnect,
            400, "RFC 9110 9.3.6"),
        .init(fields("Connection: a b"), .invalidConnection, 400, "RFC 9110 7.6.1"),
        .init(fields("Connection: close;x"), .invalidConnection, 400, "RFC 9110 7.6.1"),
    ]

    static let hosts: [Refusal] = [
        .init("GET / HTTP/1.1\r\n\r\n", .missingHost, 400, "RFC 9112 3.2"),
        .init("GET http://a/ HTTP/1.1\r\n\r\n", .missingHost, 400, "RFC 9112 3.2"),
        .init("CONNECT a:443 HTTP/1.1\r\n\r\n", .missingHost, 400, "RFC 9112 3.2"),
        .init("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost, 400, "RFC 9112 3.2"),
        .init("GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n", .repeatedHost, 400, "RFC 9112 3.2"),
        .init("GET / HTTP/1.1\r\nHost: \r\n\r\n", .invalidHost, 400, "RFC 9110 4.2.1"),
        .init("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", .invalidHost, 400, "RFC 9110 7.2"),
        .init("GET / HTTP/1.1\r\nHost: \u{E9}.test\r\n\r\n", .invalidHost, 400, "RFC 3986 3.2.2"),
        .init("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init("GET http://a/ HTTP/1.1\r\nHost: a.\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init(
            "GET http://a/ HTTP/1.1\r\nHost: a:81\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init(
            "GET https://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init(
            "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init(
            "GET http://a/ HTTP/1.0\r\nHost: b\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.2"),
        .init("CONNECT a:443 HTTP/1.1\r\nHost: b\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.3"),
        .init(
            "CONNECT a:443 HTTP/1.1\r\nHost: a:80\r\n\r\n", .hostMismatch, 400, "RFC 9112 3.2.3"),
    ]

    static let all = lines + startLines + framing + hosts

    @Test(arguments: all) func isRefused(refusal: Refusal) {
        let outcome = parseRequest(refusal.text)
        #expect(outcome.code == refusal.code, "\(refusal.source)")
        #expect(outcome.error?.status == refusal.status, "\(refusal.source)")
        #expect(outcome.error?.fault == .client)
    }

    /// Cut in two at every place and byte by byte: the same error at the same offset.
    @Test(arguments: all) func isRefusedAlikeHoweverCut(refusal: Refusal) {
        let bytes = Array(refusal.text.utf8)
        let whole = parseRequest(bytes)
        for cut in 0...bytes.count { #expect(parseRequest(bytes, cuts: [cut]) == whole) }
        #expect(HTTPInvariants.checkRequest(bytes) == nil)
    }

    @Test func everyErrorHasAStatusOfAnError() {
        for code in HTTPError.Code.allCases {
            #expect((400..<600).contains(HTTPError(code, fault: .client, at: 0).status))
            #expect(HTTPError(code, fault: .origin, at: 0).status == 502)
            #expect(HTTPError(code, fault: .proxy, at: 0).status == 500)
        }
    }
}
