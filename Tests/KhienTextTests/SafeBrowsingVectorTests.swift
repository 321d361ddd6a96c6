import Foundation
import KhienText
import Testing

/// google/safebrowsing, urls_test.go (Apache-2.0), turned into JSON: what the lookup form and the
/// canonical host share with Safe Browsing, and each difference with its reason.
@Suite(.enabled(if: TestData.hasShared, "left out: ../shared/data is not there"))
struct SafeBrowsingVectorTests {
    /// The entries whose form is another one, and why.
    private static let differences: [String: (form: String?, reason: String)] = [
        """
        http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B
        """:
            (nil, "# is forbidden in a host: no client can ask for it"),
        "http://\u{01}\u{FFFD}.com/": (nil, "controls and bytes that are not UTF-8 are no host"),
        "http:// leadingspace.com/": (nil, "a space is forbidden in a host"),
        "http://%20leadingspace.com/": (nil, "a space is forbidden in a host"),
        "%20leadingspace.com/": (nil, "a space is forbidden in a host"),
        "http://some%1bhost.com/%1b": (nil, "controls are forbidden in a host"),
        "http://W!eird<>Ho$^.com/": (nil, "< > and ^ are forbidden in a host"),
        "http%3A%2F%2Fwackyurl.com:80/":
            (nil, "an escaped scheme is none to any client, and the host then contains /"),
        "http:///blah#ref": ("blah/", "clients skip the slashes and read a host"),
        "http:///blah?query#ref": ("blah/", "clients skip the slashes and read a host"),
        "http:///blah;param": ("blah;param/", "as above; ; is allowed in a host"),
        "http:///blah;param?query#ref": ("blah;param/", "as above; ; is allowed in a host"),
        "http://[::192.9.5.5]/ipng":
            ("[::c009:505]/ipng", "the URL Standard writes IPv6 in hexadecimal throughout"),
        "276.2.3": (nil, "a part above 255 before the last is refused, not cut to eight bits"),
        "10.192.95.89 xy": (nil, "text after an address does not belong to it"),
    ]

    /// That table's results have no query, ours have: it is cut off before comparing.
    @Test func canonicalURLs() throws {
        #expect(try check("CanonicalURL") { $0.isEmpty ? nil : Self.form($0) } == 52)
    }

    @Test func canonicalHosts() throws {
        let checked = try check("CanonicalHost") { bytes in
            Self.form(bytes).flatMap { form in
                form.firstIndex(of: "/").map { String(form[..<$0]) }
            }
        }
        #expect(checked == 10)
    }

    @Test func canonicalPaths() throws {
        let checked = try check("CanonicalPath") { bytes in
            Self.form(bytes).flatMap { form in
                form.firstIndex(of: "/").map { String(form[$0...]) }
            }
        }
        #expect(checked == 10)
    }

    @Test func addresses() throws {
        let checked = try check("ParseIPAddress") { bytes in
            var output: [UInt8] = []
            do {
                let kind = try HostCanonicalizer.canonicalize(bytes.span, into: &output)
                guard case .ipv4 = kind else { return nil }
            } catch {
                return nil
            }
            return String(decoding: output, as: UTF8.self)
        }
        #expect(checked == 11)
    }

    /// Compares a table with `form`; returns the number of its rows.
    private func check(_ table: String, _ form: ([UInt8]) -> String?) throws -> Int {
        let file = try TestData.sharedFile("vectors/safe-browsing/url-vectors.json")
        let rows = try JSON(file)[table]?.array ?? []
        for row in rows {
            let bytes = Self.inputBytes(row)
            let name = String(decoding: bytes, as: UTF8.self)
            var wanted: String?
            if row["fail"]?.isTrue != true, let output = row["output"]?.string, !output.isEmpty {
                let start = output.range(of: "://")?.upperBound ?? output.startIndex
                wanted = uppercasingEscapes(String(output[start...]))
            }
            let result = form(bytes)
            if let difference = Self.differences[name] {
                #expect(result != wanted, "no difference any more: \(name)")
                #expect(table != "CanonicalURL" || result == difference.form, "\(name)")
            } else {
                #expect(result == wanted, "\(name)")
            }
        }
        return rows.count
    }

    private static func form(_ bytes: [UInt8]) -> String? {
        var canonicalizer = TargetCanonicalizer()
        do {
            _ = try canonicalizer.canonicalizeURL(bytes.span)
        } catch {
            return nil
        }
        let lookup = canonicalizer.lookup
        return String(decoding: lookup.bytes[..<lookup.pathEnd], as: UTF8.self)
    }

    private static func inputBytes(_ item: JSON) -> [UInt8] {
        if let text = item["url"]?.string { return Array(text.utf8) }
        var digits = item["url"]?["bytes_hex"]?.string ?? ""
        var bytes: [UInt8] = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits.removeFirst(2)
        }
        return bytes
    }

    /// `%1b` as `%1B`: the vectors write escapes in lower case.
    private func uppercasingEscapes(_ text: String) -> String {
        var result = ""
        var pending = 0
        for character in text {
            result += pending > 0 ? character.uppercased() : String(character)
            pending = character == "%" ? 2 : max(0, pending - 1)
        }
        return result
    }
}
