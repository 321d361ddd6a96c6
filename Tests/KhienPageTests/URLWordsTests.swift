import KhienModel
import KhienPage
import Testing

/// The words of a URL as a person reads them.
@Suite struct URLWordsTests {
    private static func words(_ url: String) -> String {
        var output = Array("> ".utf8)
        URLWords.append(Array(url.utf8).span, to: &output)
        // Breaks are NUL bytes.
        return String(decoding: output.dropFirst(2).map { $0 == 0 ? 0x7C : $0 }, as: UTF8.self)
    }

    @Test(arguments: [
        ("http://a.test/", "a|test|"), ("https://a.test/ca-do_bong+da", "a|test|ca do bong da"),
        ("http://a.test/x%20y", "a|test|x y"), ("http://a.test/%63%E1%BB%9D", "a|test|cờ"),
        ("http://a.test/x?q=c%e1%bb%9d+b%E1%BA%A1c&r=1#f", "a|test|x|q|cờ bạc|r|1|f"),
        ("http://a.test:8080/", "a|test|8080|"), ("http://a.test/a;b", "a|test|a|b"),
        ("http://a.test/%", "a|test|%"), ("http://a.test/%4", "a|test|%4"),
        ("http://a.test/%zz", "a|test|%zz"), ("http://a.test/%2f%2F", "a|test|||"),
        ("http://a.test/%00x", "a|test||x"), ("http://a.test/%2520", "a|test|%20"),
        ("a.test:443", "a|test|443"), ("", ""), ("http:/", "http||"), ("x", "x"),
        ("http://xn--cccc-0x5ac.test/", "xn  cccc 0x5ac|test|"),
    ])
    func words(url: String, expected: String) {
        #expect(Self.words(url) == expected)
    }

    /// So many bytes are read, and an escape that the limit cuts is not undone.
    @Test func limit() {
        let scheme = "http://"
        let room = Limits.Page.urlBytesMax - scheme.utf8.count
        func read(_ tail: String, from place: Int) -> String {
            let url = scheme + String(repeating: "x", count: place) + tail
            return String(Self.words(url).dropFirst(place))
        }
        #expect(read("yz", from: room - 1) == "y")
        #expect(read("yz", from: room) == "")
        #expect(read("%41z", from: room - 3) == "A")
        #expect(read("%41z", from: room - 2) == "%4")
    }

    /// What is appended stands behind what was there.
    @Test func appending() {
        var output = Array("before".utf8)
        URLWords.append(Array("http://a.test".utf8).span, to: &output)
        #expect(output == Array("beforea\0test".utf8))
    }
}
