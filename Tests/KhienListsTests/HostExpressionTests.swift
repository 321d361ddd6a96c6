import Foundation
import KhienLists
import KhienModel
import Testing

/// Expressions of lists of hosts judge the host and nothing else of a URL.
@Suite struct HostExpressionTests {
    private static func expression(_ pattern: String, path: String) throws -> String {
        let list = ListParser.parse(Array(pattern.utf8), name: "", path: path)
        let record = try #require(list.entries.records.first)
        return list.entries.target(record)
    }

    @Test(arguments: [
        ("a.*b", "[^/?#:]*?a[^/?#:]*b"), ("a[^x]b", "[^/?#:]*?a(?:(?![/?#:])[^x])b"),
        ("[a-z0-9_.-]x", "[^/?#:]*?[a-z0-9_.-]x"), ("[!-~]x", "[^/?#:]*?(?:(?![/?#:])[!-~])x"),
        ("[]a]", "[^/?#:]*?(?:(?![/?#:])[]a])"), (#"\S+x"#, #"[^/?#:]*?(?:(?![/?#:])\S)+x"#),
        (#"\p{L}\.x"#, #"[^/?#:]*?(?:(?![/?#:])\p{L})\.x"#), (#"a\.b"#, #"[^/?#:]*?a\.b"#),
        ("(^|x)b", "[^/?#:]*?((?<=[/@])|x)b"), ("x(a|b$)", "[^/?#:]*?x(a|b(?=[/?#:]|$))"),
        ("(?:a.)+", "[^/?#:]*?(?:a[^/?#:])+"), ("(?!b.)c", "[^/?#:]*?(?!b[^/?#:])c"),
    ])
    func isWritten(pattern: String, expected: String) throws {
        let found = try Self.expression(pattern, path: "bannedregexpsitelist")
        #expect(found == "^[a-z]+://(?:[^/?#@]*@)?" + expected)
    }

    /// What the expression says of a host, it says of every URL with this host; the judge is another
    /// engine, on the host alone.
    @Test(arguments: [
        "bannedregexpsitelist", "exceptionregexpsitelist.in", "bannedsslsiteregexplist",
    ])
    func matchesTheHostOnly(path: String) throws {
        let patterns = [
            "casino.*bet", "^casino.*bet", "casino.*bet$", "^a.*z$", "a[^x]*z", #"a\S*z"#,
            #"^\w+\.z"#, #"a\W"#, "(^|[.])bet", "a(.*z|b$)", "[!-~]z", "x|a.*z|y$", "(a.+)+z",
            "a.{1,12}z", "^(?!a.*z)b", #"\Abet"#, #"bet\z"#, "[^/]*z", "[^.]+[.]z$",
        ]
        let hosts = [
            "casino.test", "casino-bet.test", "bet.casino", "a.z", "ab.test", "b.a", "z", "a.b",
            "xa.bz", "best.bet", "bet", "y",
        ]
        let rests = ["/", "/bet", "/z", "/?q=bet", "/a.bet?z", "/x@bet", "/#z", "?z", ":8080/z"]
        for pattern in patterns {
            let text = try Self.expression(pattern, path: path)
            let ours = try NSRegularExpression(pattern: text, options: .caseInsensitive)
            let judge = try NSRegularExpression(pattern: pattern, options: .caseInsensitive)
            for host in hosts {
                let wanted =
                    judge.firstMatch(
                        in: host, range: NSRange(host.startIndex..., in: host)) != nil
                for rest in rests {
                    for user in ["", "a:z@"] {
                        let url = "http://\(user)\(host)\(rest)"
                        let found =
                            ours.firstMatch(
                                in: url, range: NSRange(url.startIndex..., in: url)) != nil
                        #expect(found == wanted, "\(pattern) \(url) \(text)")
                    }
                }
            }
        }
    }

    /// Lists of URLs are about all of a URL.
    @Test(arguments: ["bannedregexpurllist", "x/expressions"])
    func expressionsOfURLsStay(path: String) throws {
        #expect(try Self.expression("a.*[^x]b", path: path) == "a.*[^x]b")
    }
}
