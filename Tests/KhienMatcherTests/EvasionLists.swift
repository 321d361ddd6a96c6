import KhienLists
import KhienModel
import KhienTestKit

/// The lists of `EvasionTests`, and the choice of targets from them.
enum EvasionLists {
    /// Spellings for which real lists have few targets or none.
    static let hardlyReal: Set<String> = [
        "IPv6 in full", "IPv6 in upper case", "IPv6 with leading zeros", "IPv6 that ends as IPv4",
        "query escaped", "query escaped twice", "first letter of the query escaped",
        "tab in the query", "escapes escaped", "escapes in lower case",
    ]

    /// Lists of every kind with names under reserved labels and addresses for documentation.
    static func reserved() -> [ParsedList] {
        var random = SplitMix64(seed: 40)
        let words = ["casino", "kiss", "song-bai", "www", "x1", "cdn", "sk_y", "b"]
        // bücher, sòngbài, казино, 賭場, a name in Greek and one in Devanagari.
        let international = [
            "xn--bcher-kva", "xn--sngbi-yqa9c", "xn--80aswg", "xn--8nqx80h", "xn--jxalpdlp",
            "xn--11b5bs3a9aj6g",
        ]
        func name() -> String {
            let word = random.chance(0.3) ? random.pick(international) : random.pick(words)
            return "\(word).\(random.pick(words))\(random.below(1_000)).test"
        }
        func host() -> String {
            switch random.below(6) {
            case 0: "192.0.2.\(random.below(256))"
            case 1: "[2001:db8:\(random.below(9_999))::\(random.below(99))]"
            default: name()
            }
        }
        func path() -> String {
            let segments = ["a", "sòng bạc", "~b", "index.php", "c%20d", "E%2BF", "g;h", "100%25"]
            let count = 1 + random.below(4)
            return (0..<count).map { _ in "/" + random.pick(segments) }.joined()
                + random.pick(["", "", "/"])
        }
        func lines(_ count: Int, _ line: () -> String) -> String {
            (0..<count).map { _ in line() + "\n" }.joined()
        }
        return [
            parse(lines(500, name), .domains, "domains.txt"),
            parse(lines(300) { "0.0.0.0 " + name() }, .hosts, "hosts.txt"),
            parse(lines(300) { "http://" + host() + "/" }, .urls, "hosts-as-urls.txt"),
            parse(lines(800) { "http://" + host() + path() }, .urls, "urls.txt"),
            parse(
                lines(300) { "http://" + host() + path() + "?q=x&id=\(random.below(99))" }, .urls,
                "queries.txt"),
            parse(lines(800) { host() + path() }, .ut1, "gambling/urls"),
            parse(
                lines(100) { "198.51.100.\(random.below(256))" }, .addresses, "addresses.txt"),
            parse(lines(50) { "2001:db8::\(random.below(9_999))" }, .addresses, "addresses-6.txt"),
        ]
    }

    private static func parse(_ text: String, _ format: ListFormat, _ path: String) -> ParsedList {
        var options = ListParser.Options()
        options.format = format
        return ListParser.parse(Array(text.utf8), name: path, path: path, options: options)
    }

    /// Real lists of names, URLs, prefixes and addresses.
    static let real = Result {
        try [
            "blocklists/ut1.tar.zst", "blocklists/vietnam/chongluadao/urls.txt.zst",
            "blocklists/vietnam/chongluadao/ips.txt",
            "blocklists/vietnam/hostsVN/gambling-hosts.zst",
            "blocklists/blocklistproject/ip/malware.ip.zst",
            "blocklists/hosts/stevenblack-fakenews-gambling-porn-social.txt.zst",
        ].flatMap { path in
            try ListInput.find(SharedData.path(path)).files.map { try $0.parse() }
                // Expressions match the URL as a browser writes it: another promise.
                .filter { $0.format != .regex && !$0.name.hasSuffix("expressions") }
        }
    }

    /// A seeded choice of `count` targets: URLs, and names and addresses of the rarer kinds before
    /// the many plain names.
    static func targets(of lists: [ParsedList], count: Int, seed: UInt64) -> [DisguisedTarget] {
        var random = SplitMix64(seed: seed)
        var groups: [Group: [(list: Int, record: EntryRecord)]] = [:]
        for (index, list) in lists.enumerated() {
            for record in list.entries.records where !record.flags.contains(.subdomainsOnly) {
                guard let group = Group(record, list) else { continue }
                groups[group, default: []].append((index, record))
            }
        }
        let paths = ["/", "/", "/tin-tuc/bai-1.html", "/a/b/?c=d"]
        var targets: [DisguisedTarget] = []
        for group in Group.allCases {
            var members = groups[group] ?? []
            var left = group == .name ? count - targets.count : count / 100 * group.percent
            while left > 0, targets.count < count, !members.isEmpty {
                let place = random.below(members.count)
                members.swapAt(place, members.count - 1)
                guard let (list, record) = members.popLast(),
                    let target = DisguisedTarget(
                        kind: record.kind, target: lists[list].entries.target(record),
                        path: random.pick(paths))
                else { continue }
                targets.append(target)
                left -= 1
            }
        }
        return targets
    }

    private enum Group: CaseIterable {
        case international
        case ipv6
        case ipv4Host
        case address
        case query
        case url
        case prefix
        case name

        var percent: Int {
            switch self {
            case .international, .ipv4Host, .query: 8
            case .ipv6: 4
            case .address: 6
            case .url: 20
            case .prefix: 25
            case .name: 100
            }
        }

        init?(_ record: EntryRecord, _ list: ParsedList) {
            let text = list.entries.text[record.range]
            let host = text.prefix { $0 != UInt8(ascii: "/") }
            switch record.kind {
            case .address: self = text.contains(UInt8(ascii: ":")) ? .ipv6 : .address
            case .host, .domain, .url, .urlPrefix:
                let last = host.last ?? 0
                if host.first == UInt8(ascii: "[") {
                    self = .ipv6
                } else if last &- 0x30 < 10, host.allSatisfy({ $0 &- 0x2E < 12 }) {
                    self = .ipv4Host
                } else if String(decoding: host, as: UTF8.self).contains("xn--") {
                    self = .international
                } else if text.contains(UInt8(ascii: "?")) {
                    self = .query
                } else if record.kind == .url {
                    self = .url
                } else {
                    self = record.kind == .urlPrefix ? .prefix : .name
                }
            case .network, .pattern, .regex, .phrase, .expression: return nil
            }
        }
    }
}
