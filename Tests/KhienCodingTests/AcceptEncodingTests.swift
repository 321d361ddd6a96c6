import KhienCoding
import KhienModel
import Testing

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    static let rows: [([String], String)] = [
        ([], "identity"),
        ([""], "identity"),
        (["gzip, deflate, br, zstd"], "gzip, deflate, br, zstd"),
        (["gzip, deflate, br, zstd, dcb, dcz"], "gzip, deflate, br, zstd"),
        (["x-gzip;q=0.5"], "gzip;q=0.5"),
        (["GZIP;Q=0.123"], "gzip;q=0.123"),
        (["br ; q=1.0, gzip; q=0.05"], "gzip;q=0.05, br"),
        (["compress, gzip;q=0"], "gzip;q=0"),
        (["compress"], "identity"),
        (["sdch, identity;q=0.5"], "identity;q=0.5"),
        // `*` would allow what is not decoded.
        (["*"], "gzip, deflate, br, zstd"),
        (["gzip, *;q=0.1"], "gzip, deflate;q=0.1, br;q=0.1, zstd;q=0.1"),
        (["gzip;q=0, *"], "gzip;q=0, deflate, br, zstd"),
        (["gzip, *;q=0"], "gzip, *;q=0"),
        (["identity;q=1, *;q=0"], "identity, *;q=0"),
        (["*;q=0"], "identity"),
        (["compress, *;q=0"], "identity"),
        // What is malformed means nothing.
        (["gzip;q=2, br;q=abc, zstd;q=0.1234, deflate;level=9, ,;"], "identity"),
        (["gzip;q=1.001"], "identity"),
        // Several fields are one list; the first of two counts.
        (["gzip;q=0.2", "br, gzip"], "gzip;q=0.2, br"),
    ]

    @Test("Only what is decoded is asked for", arguments: rows)
    func rewriting(_ fields: [String], _ expected: String) {
        var accept = AcceptEncoding()
        for field in fields { accept.add([UInt8](field.utf8).span) }
        var output: [UInt8] = []
        accept.write(to: &output)
        #expect(text(output) == expected)
    }

    @Test("Elements past the limit name nothing")
    func elements() {
        func rewritten(_ others: Int) -> String {
            var accept = AcceptEncoding()
            let value = [String](repeating: "a", count: others) + ["gzip"]
            accept.add([UInt8](value.joined(separator: ",").utf8).span)
            var output: [UInt8] = []
            accept.write(to: &output)
            return text(output)
        }
        #expect(rewritten(Limits.Coding.elementsMax - 1) == "gzip")
        #expect(rewritten(Limits.Coding.elementsMax) == "identity")
    }
}
