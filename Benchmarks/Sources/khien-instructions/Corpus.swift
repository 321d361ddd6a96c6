import KhienModel
import KhienTestKit

/// Many short texts in one run of bytes, so that reading them counts no references.
struct Texts {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []

    init(_ texts: [String] = []) { for text in texts { append(text) } }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    var count: Int { ends.count }
}

/// Inputs from fixed seeds. All names end in reserved labels.
enum Corpus {
    /// A name of two or three labels, nearly always one that no other call gives.
    static func name(_ random: inout SplitMix64) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789-")
        func label() -> String {
            let middle = (0..<random.below(12)).map { _ in random.pick(letters) }
            return String([random.pick(Array(letters[..<26]))] + middle + ["x"])
        }
        let first = random.chance(0.4) ? label() + "." : ""
        return first + label() + random.pick([".test", ".example", ".co.test"])
    }

    static func names(_ count: Int, seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in name(&random) }
    }

    static func domainList(_ count: Int) -> String {
        names(count, seed: 1).joined(separator: "\n") + "\n"
    }

    static func urlList(_ count: Int) -> String {
        var generators = Generators(seed: 2)
        return (0..<count).map { _ in
            "http://" + name(&generators.random) + generators.path() + "\n"
        }.joined()
    }

    /// Rules as they mostly are: about one host each; and those of the generator, which meet often.
    static func ruleList(_ count: Int) -> String {
        var generators = Generators(seed: 3)
        var text = ""
        for index in 0..<count {
            let name = name(&generators.random)
            switch index % 8 {
            case 0: text += generators.rule()
            case 1: text += "||\(name)/ads/*.js$script,third-party"
            case 2: text += "/\(name.prefix(9))/banner-"
            case 3: text += "@@||\(name)^$image,domain=\(Corpus.name(&generators.random))"
            default: text += "||\(name)^$third-party"
            }
            text += "\n"
        }
        return text
    }

    static func expressionList(_ count: Int) -> String {
        var random = SplitMix64(seed: 4)
        return (0..<count).map { index in
            let word = name(&random).prefix { $0 != "." && $0 != "-" }
            switch index % 4 {
            case 0: return "\(word)[0-9]+\\.gif$\n"
            case 1: return "^https?://([a-z]+\\.)?\(word)\\.\n"
            case 2: return "(\(word)|casino)/(play|win)\n"
            default: return "[?&]\(word)=\\d{3,}\n"
            }
        }.joined()
    }

    static func plainURLs(_ count: Int) -> Texts {
        var random = SplitMix64(seed: 5)
        return Texts(
            (0..<count).map { _ in
                let path = (0..<1 + random.below(4)).map { _ in
                    "/" + random.pick(["index.html", "a1b2c3", "news", "static", "app-7f.js"])
                }.joined()
                let query = random.chance(0.4) ? "?id=\(random.below(9_999))&lang=vi" : ""
                return random.pick(["http://", "https://"]) + name(&random) + path + query
            })
    }

    /// Every disguise of a few targets, but those that are mostly length.
    static func disguisedURLs() -> Texts {
        let targets: [(TargetKind, String)] = [
            (.domain, "casino.order.test"), (.domain, "xn--bcher-kva.kiss.test"),
            (.host, "192.0.2.77"), (.urlPrefix, "site.test/so%20bac/a.php"),
            (.url, "site.test/a/?id=casino"),
        ]
        var texts = Texts()
        for (kind, text) in targets {
            guard let target = DisguisedTarget(kind: kind, target: text) else { continue }
            for disguise in Disguise.all where disguise.outcome == .blocked {
                if let url = disguise.spell(target), url.utf8.count < 1_000 { texts.append(url) }
            }
        }
        return texts
    }

    /// Requests that browsers would make: half of them meet something.
    static func requests(_ count: Int) -> [(url: String, source: String, type: RequestType)] {
        var generators = Generators(seed: 6)
        let listed = names(2_000, seed: 1)
        return (0..<count).map { index in
            let host =
                index % 2 == 0
                ? name(&generators.random) : "www." + generators.random.pick(listed)
            let path = generators.random.pick([
                "/", "/ads/a.js", "/static/app-7f.js?v=3", "/tin-tuc/bai-1234.html",
                "/play/casino/win", "/banner-468.gif", "/api/v1/items?page=2&sort=name",
            ])
            return (
                "https://" + host + path, "https://" + name(&generators.random) + "/",
                generators.random.pick(RequestType.allCases)
            )
        }
    }

    /// Heads as clients send them to a proxy.
    static func heads(_ count: Int) -> Texts {
        var random = SplitMix64(seed: 7)
        return Texts(
            (0..<count).map { index in
                let host = name(&random)
                var head = "GET http://\(host)/a/\(index)?q=\(random.below(999)) HTTP/1.1\r\n"
                head += "Host: \(host)\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
                head += "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
                head += "Accept-Language: vi,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n"
                if index % 2 == 0 { head += "Referer: http://\(name(&random))/\r\n" }
                if index % 3 == 0 {
                    head += "Cookie: session=\(random.next()); theme=dark\r\n"
                }
                for field in 0..<index % 8 { head += "X-Field-\(field): \(random.next())\r\n" }
                return head + "Proxy-Connection: keep-alive\r\n\r\n"
            })
    }
}
