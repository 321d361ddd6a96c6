import KhienText
import Testing

/// The vectors of web-platform-tests (url/resources, BSD-3-Clause): a subset in `Fixtures`, all of
/// them in the shared corpora.
@Suite struct WebURLVectorTests {
    @Test func fixtureSubset() throws {
        let failures = try Self.failures(in: TestData.fixture("wpt-urltestdata-subset.json"))
        #expect(failures.checked == 149)
        #expect(failures.messages == [])
    }

    @Test(.enabled(if: TestData.hasShared, "left out: ../shared/data is not there"))
    func allVectors() throws {
        let file = try TestData.sharedFile("vectors/whatwg-url/urltestdata.json")
        let failures = try Self.failures(in: file)
        #expect(failures.checked == 891)
        #expect(failures.messages == [])
    }

    @Test func domainToASCII() throws {
        let cases = try JSON(TestData.fixture("wpt-toascii.json")).array
        var checked = 0
        for item in cases {
            guard let input = item["input"]?.string else { continue }
            checked += 1
            let bytes = Array("https://\(input)/x".utf8)
            var url = WebURL()
            let result: String?
            do {
                try url.parse(bytes.span)
                result = url.text(url.host)
            } catch {
                result = nil
            }
            #expect(result == item["output"]?.string, "\(input.debugDescription)")
        }
        #expect(checked == 87)
    }

    /// The UTF-8 rows of percent-encoding.json: query and fragment of a URL.
    @Test(.enabled(if: TestData.hasShared, "left out: ../shared/data is not there"))
    func percentEncoding() throws {
        let file = try TestData.sharedFile("vectors/whatwg-url/percent-encoding.json")
        var checked = 0
        for item in try JSON(file).array {
            guard let input = item["input"]?.string,
                let output = item["output"]?["utf-8"]?.string
            else { continue }
            checked += 1
            let url = try WebURL("https://example.test/?\(input)#\(input)")
            #expect(url.query.map(url.text) == output)
            #expect(url.fragment.map(url.text) == output)
        }
        #expect(checked == 7)
    }

    private static func failures(
        in file: [UInt8]
    ) throws -> (checked: Int, messages: [String]) {
        var checked = 0
        var messages: [String] = []
        for item in try JSON(file).array {
            guard let input = item["input"]?.string else { continue }
            checked += 1
            if let message = failure(of: item, input: input) { messages.append(message) }
        }
        return (checked, messages)
    }

    private static func failure(of item: JSON, input: String) -> String? {
        let name = "\(input.debugDescription) on \(item["base"]?.string ?? "nothing")"
        let parsed: WebURL
        do throws(WebURLError) {
            if let base = item["base"]?.string {
                parsed = try WebURL(input, base: WebURL(base))
            } else {
                parsed = try WebURL(input)
            }
        } catch {
            let isExpected = item["failure"]?.isTrue ?? false
            return isExpected ? nil : "\(name): refused: \(error.message)"
        }
        if item["failure"]?.isTrue ?? false {
            return "\(name): accepted as \(parsed.text(0..<parsed.bytes.count))"
        }
        for (key, value) in components(of: parsed) {
            guard let wanted = item[key]?.string else { continue }
            if wanted != value { return "\(name): \(key) is \(value), not \(wanted)" }
        }
        return nil
    }

    /// The attributes of the URL API that the vectors name.
    private static func components(of url: WebURL) -> [(String, String)] {
        let port = url.port.map { String($0) } ?? ""
        let host = url.text(url.host)
        let search = url.query.map(url.text) ?? ""
        let hash = url.fragment.map(url.text) ?? ""
        return [
            ("href", url.text(0..<url.bytes.count)),
            ("protocol", url.text(url.scheme) + ":"),
            ("username", url.text(url.username)),
            ("password", url.text(url.password)),
            ("hostname", host),
            ("host", port.isEmpty ? host : "\(host):\(port)"),
            ("port", port),
            ("pathname", url.text(url.path)),
            ("search", search.isEmpty ? "" : "?" + search),
            ("hash", hash.isEmpty ? "" : "#" + hash),
        ]
    }
}
