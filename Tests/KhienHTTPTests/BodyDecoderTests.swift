import KhienFuzz
import KhienHTTP
import KhienModel
import Testing

@Suite struct BodyDecoderTests {
    /// A body with what follows it, its content, and where it ends.
    static let accepted: [(BodyFraming, String, payload: String, end: Int?)] = [
        (.none, "GET /", "", 0),
        (.length(0), "GET /", "", 0),
        (.length(3), "abcGET /", "abc", 3),
        (.length(9), "abc", "abc", nil),
        (.untilClose, "abc", "abc", nil),
        (.tunnel, "abc", "abc", nil),
        (.chunked, "0\r\n\r\nGET /", "", 5),
        (.chunked, "3\r\nabc\r\n0\r\n\r\nGET", "abc", 13),
        (.chunked, "A\r\n0123456789\r\n1\r\nx\r\n000\r\n\r\n", "0123456789x", nil),
        (.chunked, "a\r\n0\r\n\r\n56\r\nX\r\n0\r\n\r\n", "0\r\n\r\n56\r\nX", nil),
        (.chunked, "3;a=b;c=\"d\t;\\\"\u{E9}\";f\r\nabc\r\n0;x\r\n\r\n", "abc", nil),
        (.chunked, "0\r\nX-Sum: 1\r\nServer-Timing:\t x\ty \r\n\r\nGET", "", 37),
        (.chunked, "0000000000000001\r\nx\r\n0000000000000000\r\n\r\n", "x", nil),
        (.chunked, "7fffffffffffffff\r\nabc", "abc", nil),
    ]

    @Test(arguments: accepted.indices) func contentAndEnd(index: Int) {
        let (framing, text, payload, end) = Self.accepted[index]
        let bytes = Array(text.utf8)
        let whole = decodeBody(framing, bytes)
        #expect(whole.code == nil)
        #expect(String(decoding: whole.payload, as: UTF8.self) == payload)
        if let end { #expect(whole.isFinished && whole.consumed == end) }
        for cut in 0...bytes.count { #expect(decodeBody(framing, bytes, cuts: [cut]) == whole) }
        #expect(HTTPInvariants.checkBody(framing, bytes) == nil)
    }

    static let refused: [(String, HTTPError.Code, source: String)] = [
        ("", .truncatedBody, "RFC 9112 8"),
        ("3\r\nabc", .truncatedBody, "RFC 9112 8"),
        ("0\r\n", .truncatedBody, "RFC 9112 8"),
        ("0\r\nA: b\r\n", .truncatedBody, "RFC 9112 8"),
        ("\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("x\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("-1\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("+1\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("0x1\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        (" 1\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("1 \r\n", .invalidChunkSize, "RFC 9112 7.1.1, BWS refused"),
        ("1 ;a\r\n", .invalidChunkSize, "RFC 9112 7.1.1, BWS refused"),
        ("1_0\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        (";a\r\n", .invalidChunkSize, "RFC 9112 7.1"),
        ("1\nx\r\n", .bareLineFeed, "RFC 9112 7.1"),
        ("1;a\nx\r\n", .bareLineFeed, "RFC 9112 7.1, TERM.EXT smuggling"),
        ("1\rx\r\n", .bareCarriageReturn, "RFC 9112 7.1"),
        ("1;a\rb\r\n", .bareCarriageReturn, "RFC 9112 7.1"),
        ("1;a\0\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;a=\"\0\"\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;a;\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;a=\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;a=\"b\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1;a=\"b\"c\r\n", .invalidChunkExtension, "RFC 9112 7.1.1"),
        ("1; a\r\n", .invalidChunkExtension, "RFC 9112 7.1.1, BWS refused"),
        ("1;a =b\r\n", .invalidChunkExtension, "RFC 9112 7.1.1, BWS refused"),
        ("1\r\nxy\r\n", .missingChunkEnd, "RFC 9112 7.1"),
        ("1\r\nx0\r\n", .missingChunkEnd, "RFC 9112 7.1"),
        ("1\r\nx\n0\r\n", .missingChunkEnd, "RFC 9112 7.1"),
        ("1\r\nx\r0\r\n", .missingChunkEnd, "RFC 9112 7.1"),
        ("00000000000000001\r\nx", .chunkSizeTooLong, "17 digits, one past the limit"),
        ("8000000000000000\r\nx", .invalidChunkSize, "2^63"),
        ("ffffffffffffffff\r\nx", .invalidChunkSize, "2^64 - 1"),
        ("1\r\nx\r\n7fffffffffffffff\r\nx", .invalidChunkSize, "sum is 2^63"),
        ("0\r\n\n", .bareLineFeed, "RFC 9112 7.1.2"),
        ("0\r\n\rX", .bareCarriageReturn, "RFC 9112 7.1.2"),
        ("0\r\nA: b\n\r\n", .bareLineFeed, "RFC 9112 7.1.2"),
        ("0\r\nA: b\rc\r\n", .bareCarriageReturn, "RFC 9112 7.1.2"),
        ("0\r\n A: b\r\n", .leadingWhitespace, "RFC 9112 5.2"),
        ("0\r\nA: b\r\n c\r\n", .foldedLine, "RFC 9112 5.2"),
        ("0\r\nA : b\r\n", .whitespaceBeforeColon, "RFC 9112 5.1"),
        ("0\r\nA\r\n", .missingColon, "RFC 9112 5"),
        ("0\r\n: b\r\n", .invalidFieldName, "RFC 9110 5.1"),
        ("0\r\nA(: b\r\n", .invalidFieldName, "RFC 9110 5.1"),
        ("0\r\nA: \0\r\n", .invalidValueByte, "RFC 9110 5.5"),
        ("0\r\nContent-Length: 5\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
        ("0\r\nTRANSFER-ENCODING: chunked\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
        ("0\r\nA: b\r\nhost: x\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
        ("0\r\nauthorization: x\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
        ("0\r\nProxy-Authorization: x\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
        ("0\r\nX-Forwarded-For: x\r\n\r\n", .forbiddenTrailer, "RFC 9110 6.5.1"),
    ]

    @Test(arguments: refused.indices) func isRefused(index: Int) throws {
        let (text, code, source) = Self.refused[index]
        let bytes = Array(text.utf8)
        let whole = decodeBody(.chunked, bytes)
        for cut in 0...bytes.count {
            #expect(decodeBody(.chunked, bytes, cuts: [cut]).code == whole.code)
        }
        #expect(HTTPInvariants.checkBody(.chunked, bytes) == nil)
        guard code == .truncatedBody else {
            #expect(whole.code == code, "\(source)")
            return
        }
        #expect(whole.code == nil && !whole.isFinished)
        var decoder = BodyDecoder(.chunked, fault: .origin)
        _ = try decoder.consume(bytes.span)
        #expect(throws: HTTPError(.truncatedBody, fault: .origin, at: 0)) {
            try decoder.connectionClosed()
        }
    }

    @Test func theEndOfTheConnectionEndsOnlyABodyWithoutLength() throws {
        for framing in [BodyFraming.none, .untilClose, .tunnel, .length(0)] {
            var decoder = BodyDecoder(framing, fault: .origin)
            try decoder.connectionClosed()
            #expect(decoder.isFinished)
        }
        var decoder = BodyDecoder(.length(2), fault: .origin)
        #expect(throws: HTTPError.self) { try decoder.connectionClosed() }
    }

    @Test func aBrokenDecoderStaysBroken() {
        var decoder = BodyDecoder(.chunked, fault: .client)
        let bad = Array("zz".utf8)
        let good = Array("0\r\n\r\n".utf8)
        #expect(throws: HTTPError.self) { try decoder.consume(bad.span) }
        #expect(throws: HTTPError.self) { try decoder.consume(good.span) }
        #expect(!decoder.isFinished)
    }

    @Test func extensionsAreLimitedEachAndTogether() {
        let max = Limits.HTTP.chunkExtensionBytesMax
        let longest = ";" + String(repeating: "e", count: max - 1)
        #expect(decodeBody(.chunked, Array("0\(longest)\r\n\r\n".utf8)).isFinished)
        #expect(
            decodeBody(.chunked, Array("0\(longest)e\r\n\r\n".utf8)).code == .chunkExtensionTooLong)
        let count = Limits.HTTP.chunkExtensionsBytesMax / max
        let chunks = String(repeating: "1\(longest)\r\nx\r\n", count: count)
        #expect(decodeBody(.chunked, Array("\(chunks)0\r\n\r\n".utf8)).isFinished)
        #expect(
            decodeBody(.chunked, Array("\(chunks)0;e\r\n\r\n".utf8)).code == .chunkExtensionTooLong)
    }

    @Test func trailersAreLimitedInNumberAndBytes() {
        let count = Limits.HTTP.trailerCountMax
        let fields = String(repeating: "A: b\r\n", count: count)
        #expect(decodeBody(.chunked, Array("0\r\n\(fields)\r\n".utf8)).isFinished)
        #expect(
            decodeBody(.chunked, Array("0\r\n\(fields)A: b\r\n\r\n".utf8)).code
                == .trailersTooLarge)
        let value = String(repeating: "v", count: Limits.HTTP.trailersBytesMax - 6)
        #expect(decodeBody(.chunked, Array("0\r\nA:\(value)\r\n\r\n".utf8)).isFinished)
        #expect(
            decodeBody(.chunked, Array("0\r\nA:\(value)v\r\n\r\n".utf8)).code
                == .trailersTooLarge)
    }

    @Test func onlyTheClientsBodyIsLimited() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 4
        let fits = Array("3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n".utf8)
        let tooMuch = Array("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".utf8)
        #expect(decodeBody(.chunked, fits, limits: limits).isFinished)
        #expect(decodeBody(.chunked, tooMuch, limits: limits).code == .bodyTooLarge)
        #expect(decodeBody(.chunked, tooMuch, limits: limits, fault: .origin).isFinished)
    }
}
