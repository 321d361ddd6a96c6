import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The zone's own name, without which each of its names is read.
@Suite struct ZoneApexTests {
    private static func parse(
        _ zone: String, registries: TopLevelNames? = nil, isConfidential: Bool = false
    ) -> ParsedList {
        var options = ListParser.Options()
        options.format = .rpz
        options.topLevelNames = registries
        options.isConfidential = isConfidential
        return ListParser.parse(Array(zone.utf8), name: "", path: "zone", options: options)
    }

    /// Source: RFC 1035 section 5.1; the zone's own name is that of its SOA record.
    @Test(arguments: [
        ("$ORIGIN rpz.test.|@ SOA|$ORIGIN b.rpz.test.|a CNAME .|*.c CNAME .", "host a.b below c.b"),
        ("$ORIGIN rpz.test.|@ SOA|$ORIGIN b|a CNAME .|$ORIGIN c|a CNAME .", "host a.b host a.c.b"),
        ("$ORIGIN rpz.test.|@ SOA|$ORIGIN b|* CNAME .|@ CNAME .", "below b host b"),
        ("$ORIGIN .|rpz.test SOA|$ORIGIN b.rpz.test.|a CNAME .", "host a.b"),
        ("$ORIGIN .|rpz.test SOA|a.b.rpz.test CNAME .", "host a.b"),
        ("$ORIGIN test.|rpz SOA|a.b.rpz CNAME .|c.d.rpz.test. CNAME .", "host a.b host c.d"),
        ("$ORIGIN b.rpz.test.|$ORIGIN rpz.test.|@ SOA|a.c CNAME .", "host a.c"),
        // Without a SOA record the first origin is the zone's name.
        ("$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN c.rpz.test.|a CNAME .", "host a.b host a.c"),
        ("$ORIGIN rpz.test|a.b CNAME .|c.d.rpz.test. CNAME .", "host a.b host c.d"),
        // Without an origin.
        ("rpz.test. SOA|a.b CNAME .|c.d.rpz.test. CNAME .", "host a.b host c.d"),
        ("@ SOA|a.b CNAME .|$ORIGIN c|a CNAME .", "host a.b host a.c"),
        ("@ SOA|a.b CNAME .|$ORIGIN rpz.test.|a.c CNAME .", "host a.b host a.c"),
        ("a.b CNAME .", "host a.b"), ("@ SOA|c.d.rpz.test. CNAME .", "rejected zone.owner"),
        // Without one before the SOA record: what the later ones have in common.
        (
            "@ SOA|$ORIGIN com.rpz.test.|a CNAME .|$ORIGIN net.rpz.test.|b CNAME .",
            "host a.com host b.net"
        ),
        (
            "@ SOA|x.y CNAME .|$ORIGIN b.com.rpz.test.|a CNAME .|$ORIGIN rpz.test.|c.d CNAME .",
            "host x.y host a.b.com host c.d"
        ),
        (
            "@ 60 IN SOA|$ORIGIN com.rpz.|a CNAME .|$ORIGIN org.rpz.|b CNAME .",
            "host a.com host b.org"
        ),
        (
            "@ SOA|$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN c.other.|a CNAME .",
            "host a.b rejected zone.owner"
        ),
        // The root is above all names and says nothing.
        ("@ SOA|$ORIGIN .|$ORIGIN rpz.test.|a.b CNAME .", "host a.b"),
        ("@ SOA|$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN .|c.d.rpz.test CNAME .", "host a.b host c.d"),
        ("@ SOA|$ORIGIN .|a.b CNAME .", "host a.b"),
        // The end of a label is no label.
        (
            "@ SOA|$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN c.xrpz.test.|a CNAME .",
            "host a.b.rpz host a.c.xrpz"
        ),
        // Without a SOA record nothing says that the first one is not the zone's name.
        (
            "$ORIGIN com.rpz.test.|a.b CNAME .|$ORIGIN net.rpz.test.|b CNAME .",
            "host a.b rejected zone.owner"
        ),
        // Not one: nothing is said of the zone's name.
        ("a.b CNAME soa|$ORIGIN com.rpz.|c CNAME .", "host c unsupported zone.local-data"),
        // Before the SOA record.
        (
            "$ORIGIN b.rpz.test.|a CNAME .|$ORIGIN rpz.test.|@ SOA|a.c CNAME .", "host a.b host a.c"
        ),
        // A name that stands once holds for the records that follow, whatever the origin.
        ("$ORIGIN rpz.test.|a.b A 0.0.0.0|$ORIGIN c|  AAAA ::", "host a.b host a.b"),
        ("$ORIGIN rpz.test.|@ SOA|$ORIGIN rpz-ip|32.1.2.0.192 CNAME .", "ip 192.0.2.1"),
        ("$ORIGIN rpz.test.|@ SOA|@ CNAME .", "unsupported zone.apex"),
        ("$ORIGIN rpz.test.|@ SOA|rpz.test. CNAME .", "unsupported zone.apex"),
        ("$ORIGIN rpz.test.|@ SOA|$ORIGIN a.test.|b CNAME .", "rejected zone.owner"),
    ])
    func originsOfAZone(zone: String, expected: String) {
        let lines = zone.split(separator: "|").map {
            $0.hasSuffix(" SOA") ? "\($0) localhost. root.localhost. 1 1 1 1 1" : String($0)
        }
        let list = Self.parse(lines.joined(separator: "\n"))
        var words = list.entries.records.map { record in
            let isBelow = record.flags.contains(.subdomainsOnly)
            return "\(isBelow ? "below" : record.kind.name) \(list.entries.target(record))"
        }
        words += list.report.rejections.keys.map { "rejected \($0)" }
        words += list.report.unsupportedReasons.keys.map { "unsupported \($0)" }
        #expect(words.joined(separator: " ") == expected)
    }

    private static let registries = TopLevelNames(
        PublicSuffixList(
            parsing: Array(
                """
                // ===BEGIN ICANN DOMAINS===
                test
                example
                com.example
                // ===END ICANN DOMAINS===
                """.utf8
            ).span))

    private static func guesses(
        _ zone: String, _ registries: TopLevelNames?, isConfidential: Bool = false
    ) -> [Diagnostic] {
        let text = zone.replacing("|", with: "\n").replacing(
            " SOA", with: " SOA localhost. root.localhost. 1 1 1 1 1")
        let list = parse(text, registries: registries, isConfidential: isConfidential)
        return list.report.diagnostics.filter { $0.code == "zone.apex-guessed" }
    }

    /// A name that is only what origins have in common is told. Where the names of registries are known, it is
    /// taken only where each trigger ends in one.
    @Test(arguments: [
        // As found: every entry moved by a label without a word.
        (
            "@ SOA|$ORIGIN rpz.test.|bad.example CNAME .|$ORIGIN c.other.test.|a CNAME .",
            4, ["bad.example.rpz", "a.c.other"], ["bad.example"], "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN example.rpz.test.|bad CNAME .|$ORIGIN test.rpz.test.|bad CNAME .",
            4, ["bad.example", "bad.test"], ["bad.example", "bad.test"], "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN rpz-ip.rpz.test.|$ORIGIN test.rpz.test.|bad CNAME .", 3, ["bad.test"],
            ["bad.test"], "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN test.a.rpz.|bad CNAME .|$ORIGIN a.rpz.|b.example CNAME .", 4,
            ["bad.test", "b.example"], ["bad.test", "b.example"], "a.rpz."
        ),
    ])
    func guessesAreTold(
        zone: String, line: Int, plain: [String], known: [String], name: String
    ) {
        for (registries, wanted) in [(nil, plain), (Self.registries, known)] {
            let text = zone.replacing("|", with: "\n").replacing(
                " SOA", with: " SOA localhost. root.localhost. 1 1 1 1 1")
            let list = Self.parse(text, registries: registries)
            #expect(list.entries.records.map { list.entries.target($0) } == wanted)
            #expect(list.report.rejected == plain.count - wanted.count)
            let told = Self.guesses(zone, registries)
            #expect(told.map(\.location.line) == [line])
            #expect(told.allSatisfy { $0.severity == .warning })
        }
        let told = Self.guesses(zone, Self.registries).map(\.message)
        #expect(told.allSatisfy { $0.contains(": \(name) is taken for it") })
        let hidden = Self.guesses(zone, Self.registries, isConfidential: true).map(\.message)
        #expect(hidden.count == 1 && !hidden[0].contains("rpz"))
    }

    private static let topLevels = TopLevelNames(
        PublicSuffixList(
            parsing: Array(
                """
                // ===BEGIN ICANN DOMAINS===
                com
                net
                edu
                vn
                com.vn
                casino
                // ===END ICANN DOMAINS===
                """.utf8
            ).span))

    /// Registries' names before the name that the origins have in common are the ends of triggers, whatever stands
    /// first and beside. Each was blocked elsewhere, or nowhere.
    @Test(arguments: [
        // A private name among those of registries.
        (
            "@ SOA|$ORIGIN lan.rpz.test.|printer CNAME .|$ORIGIN com.rpz.test.|bad CNAME .|"
                + "$ORIGIN net.rpz.test.|bad CNAME .", "printer.lan bad.com bad.net", "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN a.lan.rpz.test.|x CNAME .|$ORIGIN lan.rpz.test.|printer CNAME .|"
                + "$ORIGIN com.rpz.test.|bad CNAME .", "x.a.lan printer.lan bad.com", "rpz.test."
        ),
        // The longer one first.
        (
            "@ SOA|$ORIGIN c.other.test.|a CNAME .|$ORIGIN rpz.test.|bad.com CNAME .", "bad.com",
            "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN c.other.test.|a CNAME .|$ORIGIN com.rpz.test.|bad CNAME .|"
                + "$ORIGIN rpz.test.|bad.vn CNAME .", "bad.com bad.vn", "rpz.test."
        ),
        // A single one.
        (
            "@ SOA|$ORIGIN com.rpz.test.|bad CNAME .|www.bad CNAME .", "bad.com www.bad.com",
            "rpz.test."
        ),
        (
            "@ SOA|$ORIGIN com.rpz.test.|bad CNAME .|casino CNAME .|*.casino CNAME .|"
                + "$ORIGIN casino.com.rpz.test.|www CNAME .",
            "bad.com casino.com casino.com www.casino.com", "rpz.test."
        ),
        ("@ SOA|$ORIGIN com.vn.rpz.test.|bad CNAME .", "bad.com.vn", "rpz.test."),
        (
            "@ SOA|$ORIGIN bad.com.rpz.test.|www CNAME .|$ORIGIN x.com.rpz.test.|www CNAME .",
            "www.bad.com www.x.com", "rpz.test."
        ),
        // Of one country.
        (
            "@ SOA|$ORIGIN com.vn.rpz.test.|bad CNAME .|$ORIGIN edu.vn.rpz.test.|bad CNAME .",
            "bad.com.vn bad.edu.vn", "rpz.test."
        ),
        // A zone that has the name of a registry.
        (
            "@ SOA|$ORIGIN casino.rpz.test.|bad.com CNAME .|*.bad.com CNAME .",
            "bad.com bad.com", "casino.rpz.test."
        ),
        (
            "@ SOA|$ORIGIN com.casino.rpz.test.|bad CNAME .|$ORIGIN net.casino.rpz.test.|bad CNAME .",
            "bad.com bad.net", "casino.rpz.test."
        ),
        // Of registries' names alone nothing is taken off.
        ("@ SOA|$ORIGIN com.vn.|www.bad CNAME .", "www.bad", "com.vn."),
    ])
    func registriesAreNotTheZones(zone: String, targets: String, name: String) {
        let text = zone.replacing("|", with: "\n").replacing(
            " SOA", with: " SOA localhost. root.localhost. 1 1 1 1 1")
        let list = Self.parse(text, registries: Self.topLevels)
        let found = list.entries.records.map { list.entries.target($0) }
        #expect(found.joined(separator: " ") == targets)
        let told = Self.guesses(zone, Self.topLevels).map(\.message)
        #expect(told.count == 1 && told.allSatisfy { $0.contains(": \(name) is taken for it") })
    }

    /// What the file says, or what all origins are below, is no guess.
    @Test(arguments: [
        "$ORIGIN rpz.test.|@ SOA|$ORIGIN com.rpz.test.|a CNAME .|$ORIGIN net.other.test.|b CNAME .",
        "rpz.test. SOA|$ORIGIN com.rpz.test.|a CNAME .|$ORIGIN net.rpz.test.|b CNAME .",
        "@ SOA|$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN com.rpz.test.|b CNAME .|$ORIGIN .",
        "@ SOA|$ORIGIN .|$ORIGIN rpz.test.|a.b CNAME .",
        "@ SOA|a.b CNAME .", "a.b CNAME .",
        "@ SOA|$ORIGIN rpz.test.|a.b CNAME .|$ORIGIN c.other.|a CNAME .",
        "$ORIGIN casino.rpz.test.|@ SOA|a.com CNAME .",
        "casino.rpz.test. SOA|$ORIGIN com.casino.rpz.test.|a CNAME .",
    ])
    func whatIsSaidIsNoGuess(zone: String) {
        #expect(Self.guesses(zone, nil).isEmpty)
        #expect(Self.guesses(zone, Self.registries).isEmpty)
        #expect(Self.guesses(zone, Self.topLevels).isEmpty)
    }

    /// Origins behind one of 500 labels cost about what they cost behind one of one label. Each was taken apart and
    /// compared label by label.
    @Test(arguments: ["$ORIGIN @\n", "$ORIGIN b.\n$ORIGIN a.b.\n"])
    func manyOrigins(lines: String) {
        func zone(labels: Int) -> String {
            "@ SOA localhost. root.localhost. 1 1 1 1 1\n$ORIGIN "
                + String(repeating: "a.", count: labels) + "\n"
                + String(repeating: lines, count: (128 << 10) / lines.utf8.count)
        }
        let (long, short) = (zone(labels: 500), zone(labels: 1))
        let list = Self.parse(long)
        #expect(list.report.structure == list.report.lines)
        let most = 4 * ThreadTime.seconds { _ = Self.parse(short) }
        #expect(ThreadTime.seconds { _ = Self.parse(long) } < most)
    }

    /// Names behind an origin of 500 labels, looked through for what they say of it, cost about what they cost behind
    /// one of three labels.
    @Test func manyNamesBehindAnOrigin() {
        func zone(labels: Int) -> String {
            "@ SOA localhost. root.localhost. 1 1 1 1 1\n$ORIGIN com."
                + String(repeating: "a.", count: labels) + "\n"
                + String(repeating: "b\n", count: 16 << 10)
        }
        let (long, short) = (zone(labels: 500), zone(labels: 2))
        let most = 4 * ThreadTime.seconds { _ = Self.parse(short, registries: Self.topLevels) }
        #expect(ThreadTime.seconds { _ = Self.parse(long, registries: Self.topLevels) } < most)
    }

    @Test(arguments: [
        (Limits.Lists.originBytesMax, "unsupported zone.trigger"),
        (Limits.Lists.originBytesMax + 1, "rejected zone.owner"),
    ])
    func theLongestOrigin(length: Int, expected: String) {
        // What is below the last label is refused for another reason.
        let end = ".rpz-nsip.rpz.test."
        let origin = String(String(repeating: ".a", count: length).suffix(length - end.count)) + end
        let text = "$ORIGIN rpz.test.\n$ORIGIN \(origin)\nb CNAME .\n"
        #expect(GrammarTests.outcome(text, .rpz) == "structure \(expected)")
    }
}
