import KhienModel

/// Random but plausible hosts, URLs and lists, from a seed. All names end in reserved labels
/// (RFC 2606), few labels are used so that entries and requests meet often.
public struct Generators: Sendable {
    public var random: SplitMix64
    private let labels = ["a", "b", "ads", "www", "casino", "x1", "cdn-3", "m_m"]
    private let ends = ["test", "example", "co.test"]
    private let segments = [
        "", "x", "ads", "banner.gif", "a b", "%41", "..", "index.html", "Q",
        "..%2fx", "%252e%252e", "..%5c",
    ]

    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A host of two to five labels.
    public mutating func host() -> String {
        var parts: [String] = []
        for _ in 0...random.below(3) { parts.append(random.pick(labels)) }
        return (parts + [random.pick(ends)]).joined(separator: ".")
    }

    /// An IPv4 address of the documentation range 192.0.2.0/24 (RFC 5737).
    public mutating func address() -> String { "192.0.2.\(random.below(256))" }

    /// A path with its slash, with a query now and then.
    public mutating func path() -> String {
        var path = ""
        for _ in 0...random.below(3) { path += "/" + random.pick(segments) }
        if random.chance(0.3) { path += "?" + random.pick(["q=1", "a&b", "x;y", ""]) }
        return path
    }

    /// A URL of `http` or `https`.
    public mutating func url() -> String {
        let host = random.chance(0.1) ? address() : host()
        let port = random.chance(0.1) ? ":8080" : ""
        return random.pick(["http://", "https://"]) + host + port + path()
    }

    /// An adblock rule.
    public mutating func rule() -> String {
        var rule = random.chance(0.15) ? "@@" : ""
        switch random.below(5) {
        case 0: rule += "||" + host() + "^"
        case 1: rule += "||" + host() + path().replacing(" ", with: "*")
        case 2: rule += "|https://" + host()
        case 3: rule += random.pick(["/ads/", "/x^", "banner*gif", ".casino.", "*Q|", "/b*/x"])
        default: rule += "||" + random.pick(labels) + ".*^"
        }
        guard random.chance(0.5) else { return rule }
        return rule + "$"
            + random.pick([
                "script", "~image", "third-party", "1p", "domain=\(host())|~\(host())",
                "important,document", "match-case", "denyallow=\(host())",
            ])
    }

    /// A list of `count` entries of one kind, one a line.
    public mutating func list(_ kind: TargetKind, count: Int) -> String {
        var text = ""
        for _ in 0..<count {
            switch kind {
            case .url, .urlPrefix: text += url()
            case .address: text += address()
            case .network: text += address() + "/\(24 + random.below(9))"
            case .pattern, .regex, .phrase, .expression: text += rule()
            case .host, .domain: text += host()
            }
            text += "\n"
        }
        return text
    }

    /// Bytes without any sense, or lines of a format spoilt here and there.
    public mutating func hostileBytes(_ count: Int) -> [UInt8] {
        let marks = Array("|^$@*#/.,:-=~!()[]{}<>\\\"' \t\r\n\0%xn--".utf8)
        return (0..<count).map { _ in
            random.chance(0.6) ? random.pick(marks) : UInt8.random(in: 0...255, using: &random)
        }
    }
}
