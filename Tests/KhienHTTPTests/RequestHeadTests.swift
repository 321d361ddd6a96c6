import KhienHTTP
import Testing

@Suite struct RequestHeadTests {
    @Test func aRequestInAbsoluteFormIsTakenApart() throws {
        let text = "GET http://a.test:8080/x?y HTTP/1.1\r\nHost: A.test:8080\r\n\r\n"
        var parser = RequestHeadParser()
        let bytes = Array(text.utf8)
        #expect(try parser.parse(bytes.span) == .complete(length: bytes.count))
        #expect(parser.head.method == .get)
        #expect(parser.head.target.authority?.port == 8080)
    }
}
