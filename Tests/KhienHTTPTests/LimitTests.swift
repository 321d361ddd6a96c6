import KhienFuzz
import KhienHTTP
import KhienModel
import Testing

/// Each limit at it and one past it.
@Suite struct LimitTests {
    private func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private func isComplete(_ text: String) -> Bool {
        if case .complete = parseRequest(text) { return true }
        return false
    }

    private func request(_ fields: String, line: String = "GET / HTTP/1.1") -> String {
        "\(line)\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test func fieldCount() {
        let most = repeated("A: b\r\n", Limits.HTTP.fieldCountMax - 1)
        #expect(isComplete(request(most)))
        let outcome = parseRequest(request(most + "A: b\r\n"))
        #expect(outcome.code == .tooManyFields && outcome.error?.status == 431)
        #expect(outcome.error?.limit == Limits.HTTP.fieldCountMax)
    }

    @Test func fieldLine() {
        let longest = "A: " + repeated("v", Limits.HTTP.lineBytesMax - 3)
        #expect(isComplete(request("\(longest)\r\n")))
        #expect(parseRequest(request("\(longest)v\r\n")).code == .lineTooLong)
        #expect(parseRequest("GET / HTTP/1.1\r\n\(longest)v").error?.status == 431)
        let name = repeated("n", Limits.HTTP.lineBytesMax - 1)
        #expect(isComplete(request("\(name):\r\n")))
        #expect(parseRequest(request("\(name)n:\r\n")).code == .lineTooLong)
        #expect(parseRequest(request("\(name)n")).code == .lineTooLong)
    }

    @Test func target() {
        let longest = "/" + repeated("t", Limits.HTTP.targetBytesMax - 1)
        #expect(isComplete(request("", line: "GET \(longest) HTTP/1.1")))
        let outcome = parseRequest(request("", line: "GET \(longest)t HTTP/1.1"))
        #expect(outcome.code == .targetTooLong && outcome.error?.status == 414)
        // With the longest method it is the whole line that is as long as it may be.
        let method = repeated("M", Limits.HTTP.methodBytesMax)
        #expect(isComplete(request("", line: "\(method) \(longest) HTTP/1.1")))
        let line = parseRequest(request("", line: "\(method) \(longest)t HTTP/1.1"))
        #expect(line.code == .startLineTooLong && line.error?.status == 414)
    }

    @Test func method() {
        let longest = repeated("M", Limits.HTTP.methodBytesMax)
        #expect(isComplete(request("", line: "\(longest) / HTTP/1.1")))
        let outcome = parseRequest(request("", line: "\(longest)M / HTTP/1.1"))
        #expect(outcome.code == .methodTooLong && outcome.error?.status == 501)
    }

    @Test func head() {
        let line = "A: \(repeated("v", 4_000))\r\n"
        // CRLF is one Character.
        let start = request(repeated(line, 8)).dropLast()
        let rest = Limits.HTTP.headBytesMax - start.utf8.count - 2
        let fits = "\(start)B: \(repeated("v", rest - 5))\r\n\r\n"
        #expect(fits.utf8.count == Limits.HTTP.headBytesMax)
        #expect(isComplete(fits))
        for past in [
            "\(start)B: \(repeated("v", rest - 4))\r\n\r\n",
            "\(start)B: \(repeated("v", rest - 5))\r\nC: d\r\n\r\n",
            "\(start)B: \(repeated("v", rest))", "\(start)\(repeated("n", rest + 2))",
        ] {
            let bytes = Array(past.utf8)
            let outcome = parseRequest(bytes)
            #expect(outcome.code == .headTooLarge && outcome.error?.status == 431)
            // Also where the end has not arrived.
            let cut = Array(bytes.prefix(Limits.HTTP.headBytesMax))
            #expect(parseRequest(bytes, cuts: [100, cut.count]) == outcome)
        }
    }

    @Test func emptyLines() {
        let most = repeated("\r\n", Limits.HTTP.leadingEmptyLinesMax)
        #expect(isComplete(most + request("")))
        #expect(parseRequest(most + "\r\n" + request("")).code == .tooManyEmptyLines)
    }

    @Test func connectionOptions() {
        let most = repeated("a,", Limits.HTTP.connectionOptionsMax - 1)
        #expect(isComplete(request("Connection: \(most)b\r\n")))
        let outcome = parseRequest(request("Connection: \(most)b\r\nConnection: c\r\n"))
        #expect(outcome.code == .tooManyConnectionOptions && outcome.error?.status == 431)
    }

    @Test func bodyLength() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 10
        let fits = Array(request("Content-Length: 10\r\n").utf8)
        let past = Array(request("Content-Length: 11\r\n").utf8)
        #expect(parseRequest(fits, limits: limits).error == nil)
        #expect(parseRequest(past, limits: limits).error?.status == 413)
    }

    @Test func configuredLimitsHoldAndAreBroughtIntoRange() {
        var limits = HTTPLimits()
        limits.fieldCountMax = 1
        limits.lineBytesMax = Int.max
        limits.headBytesMax = Int.max
        limits.bodyBytesMax = UInt64.max
        let long = "GET / HTTP/1.1\r\nHost: \(repeated("a", 40_000))\r\n\r\n"
        #expect(parseRequest(Array(long.utf8), limits: limits).error == nil)
        let tooLong = "GET / HTTP/1.1\r\nA: \(repeated("a", 65_533))\r\n\r\n"
        #expect(parseRequest(Array(tooLong.utf8), limits: limits).code == .lineTooLong)
        #expect(
            parseRequest(Array(request("A: b\r\n").utf8), limits: limits).code == .tooManyFields)
        limits.lineBytesMax = Int.min
        limits.targetBytesMax = 0
        limits.methodBytesMax = -1
        limits.headBytesMax = 0
        #expect(parseRequest(Array(long.utf8), limits: limits).code == .headTooLarge)
    }

    @Test func noConfigurationGoesPastTheCeilings() {
        var limits = HTTPLimits()
        limits.lineBytesMax = Int.max
        limits.headBytesMax = Int.max
        func outcome(_ text: String) -> Outcome { parseRequest(Array(text.utf8), limits: limits) }
        let line = "A: " + repeated("v", Limits.HTTP.lineBytesCeiling - 3)
        #expect(outcome(request("\(line)\r\n")).error == nil)
        #expect(outcome(request("\(line)v\r\n")).code == .lineTooLong)
        let start = request(repeated("\(line)\r\n", 15)).dropLast()
        let rest = Limits.HTTP.headBytesCeiling - start.utf8.count - 2
        let fits = "\(start)B: \(repeated("v", rest - 5))\r\n\r\n"
        #expect(fits.utf8.count == Limits.HTTP.headBytesCeiling)
        #expect(outcome(fits).error == nil)
        #expect(outcome("\(start)B: \(repeated("v", rest - 4))\r\n\r\n").code == .headTooLarge)
    }

    /// The work for a head that comes byte by byte is linear: at most two looks at a byte and a
    /// constant for each call.
    @Test(arguments: [1, 2, 7]) func slowInputCostsLinearWork(step: Int) throws {
        let fields = repeated("Field-Name: \(repeated("value\t", 40))\r\n", 90)
        let bytes = Array(request(fields).utf8)
        var parser = RequestHeadParser()
        var calls = 0
        for end in stride(from: 0, to: bytes.count, by: step) {
            #expect(try parser.parse(bytes.span.extracting(first: end)) == .needsMore)
            calls += 1
        }
        #expect(try parser.parse(bytes.span) == .complete(length: bytes.count))
        #expect(parser.bytesScanned <= 2 * bytes.count + 2 * calls)
        #expect(parser.bytesScanned >= bytes.count / 2)
        var response = ResponseHeadParser()
        let answer = Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8)
        for end in stride(from: 0, to: answer.count, by: step) {
            _ = try response.parse(
                answer.span.extracting(first: end), for: ResponseContext(method: .get))
        }
        #expect(response.bytesScanned <= 2 * answer.count + 2 * calls)
    }
}
