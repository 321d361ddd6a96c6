import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// What the compiler tells of overlaps is what the oracle finds: all counted, the first ten named.
@Suite struct OverlapOracleTests {
    static let now: Int64 = 1_780_000_000

    /// Few names, so that entries meet often.
    struct Source {
        var random: SplitMix64
        let labels = ["a", "b", "www"]
        let ends = ["x.test", "y.example", "co.test"]

        mutating func name() -> String {
            var parts: [String] = []
            for _ in 0..<random.below(3) { parts.append(random.pick(labels)) }
            return (parts + [random.pick(ends)]).joined(separator: ".")
        }

        mutating func path() -> String {
            random.pick(["/p", "/p/q", "/p?q=1", "/p/", "/p/q?q=1&r", "/p;x", "/"])
        }

        mutating func address() -> String {
            if random.chance(0.2) { return "2001:db8::\(random.below(4))/\(126 + random.below(3))" }
            return "192.0.2.\(random.below(4))" + random.pick(["", "/32", "/31", "/30", "/24"])
        }

        mutating func target(_ format: ListFormat) -> String {
            switch format {
            case .hosts: "0.0.0.0 " + name()
            case .rpz:
                (random.chance(0.5) ? "*." : "") + name()
                    + (random.chance(0.2) ? " CNAME rpz-passthru." : " CNAME .")
            case .urls: random.chance(0.3) ? starredURL() : name() + path()
            case .ut1, .e2guardian: name() + path()
            case .adblock:
                random.pick(["", "", "@@"]) + "||" + name()
                    + random.pick(["^", "^", "^$script", "/p", "^$important", "^$third-party"])
            case .addresses: address()
            case .orders: row()
            default: name()
            }
        }

        /// A URL that is a pattern.
        private mutating func starredURL() -> String {
            random.pick(["", "*."]) + (random.chance(0.6) ? random.pick(ends) : name())
                + random.pick(["/p*", "/p*q", "/p?q=*", "/*/q"])
        }

        private mutating func row() -> String {
            let (type, target) = random.pick([
                ("domain", name()), ("host", name()), ("url", "http://" + name() + path()),
                ("url-prefix", "http://" + name() + path()),
                ("url", "http://" + name() + random.pick(["/p*", "/p?q=*"])),
                ("cidr", "192.0.2.\(random.below(2) * 4)/30"), ("ip", "192.0.2.\(random.below(4))"),
                ("pattern", "||" + name() + "^$all"),
            ])
            return "\(random.below(6)),,,,\(type),\(target)"
        }
    }

    /// Six orders: always, expired, to come, for a time, to warn, to exempt.
    static let orderHead = """
        order,action,effective,expires,target-type,target
        0,block,,,domain,zero.test
        1,block,2020-01-01,2025-01-01,domain,one.test
        2,block,2090-01-01,,domain,two.test
        3,block,2026-01-01,2080-01-01,domain,three.test
        4,warn,,,domain,four.test
        5,allow,,,domain,five.test

        """

    static let shapes: [(format: ListFormat, action: Action, authority: Authority)] = [
        (.domains, .block, .operator), (.domains, .warn, .operator), (.domains, .allow, .operator),
        (.domains, .block, .authority), (.domains, .monitor, .authority),
        (.hosts, .block, .operator), (.hosts, .allow, .operator), (.rpz, .block, .operator),
        (.urls, .block, .operator), (.urls, .allow, .operator), (.urls, .block, .authority),
        (.ut1, .block, .operator), (.ut1, .allow, .operator), (.adblock, .block, .operator),
        (.e2guardian, .block, .operator), (.e2guardian, .allow, .operator),
        (.e2guardian, .block, .authority),
        (.addresses, .block, .operator), (.addresses, .allow, .operator),
        (.orders, .block, .authority),
    ]

    static func lists(seed: UInt64, count: Int, lines: Int) -> [SourceList] {
        var source = Source(random: SplitMix64(seed: seed))
        return (0..<count).map { number in
            let shape = source.random.pick(shapes)
            var text = shape.format == .orders ? orderHead : ""
            for _ in 0...source.random.below(lines) { text += source.target(shape.format) + "\n" }
            var options = ListParser.Options()
            options.format = shape.format
            let names = [ListFormat.ut1: "urls", .e2guardian: "bannedurllist"]
            let path = names[shape.format].map { "\(number)/\($0)" } ?? "\(number).txt"
            return SourceList(
                ListParser.parse(
                    Array(text.utf8), name: path, path: path, options: options),
                action: shape.action, authority: shape.authority)
        }
    }

    @Test(arguments: 0..<120) func agreesWithTheOracle(seed: Int) throws {
        let lists = Self.lists(seed: UInt64(seed), count: 2 + seed % 5, lines: 4 + seed % 30)
        let oracle = NaiveOverlaps(lists, now: Self.now)
        let wanted = oracle.found
        let output = try Compiler.compile(
            lists, suffixes: nil, now: UnixTime(seconds: Self.now))
        let told: Set<FindingKind> = [
            .repeated, .duplicate, .shadowed, .covered, .refusedException, .overruledException,
        ]
        let found = output.report.findings.filter { told.contains($0.key) }
        #expect(found == wanted.mapValues(\.count))
        for (kind, places) in wanted {
            let named = output.report.diagnostics.filter { $0.code == kind.code }.map {
                "\($0.location.file):\($0.location.line)"
            }
            let first = places.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.prefix(10).map {
                "\(lists[$0[0]].list.path):\($0[1])"
            }
            let odd = Set(named).symmetricDifference(first).map { Self.entry(at: $0, lists) }
            #expect(named == Array(first), "\(kind): \(odd)")
        }
        #expect(output.report.duplicates == oracle.leftOut)
        #expect(output.report.refusedExceptions == wanted[.refusedException]?.count ?? 0)
        // Nothing else is left out.
        let all = lists.reduce(0) { $0 + $1.list.entries.records.count }
        #expect(
            output.report.entries == all - output.report.duplicates
                - output.report.refusedExceptions)
    }

    /// What stands at a place, for messages.
    private static func entry(at place: String, _ lists: [SourceList]) -> String {
        for source in lists {
            for record in source.list.entries.records
            where "\(source.list.path):\(record.line)" == place {
                return "\(place) \(record.kind) \(source.list.entries.target(record)) "
                    + "order \(Int32(bitPattern: record.order))"
            }
        }
        return place
    }

    /// The lists of the test say something of each kind.
    @Test func everyKindOccurs() {
        var kinds: [FindingKind: Int] = [:]
        var repeatedPatterns = 0
        var shadowedPatterns = 0
        var refusedPatterns = 0
        var prefixes: Set<FindingKind> = []
        for seed in 0..<120 {
            let lists = Self.lists(seed: UInt64(seed), count: 2 + seed % 5, lines: 4 + seed % 30)
            for (kind, places) in NaiveOverlaps(lists, now: Self.now).found {
                kinds[kind, default: 0] += places.count
                for place in places {
                    let list = lists[place[0]].list
                    for record in list.entries.records where Int(record.line) == place[1] {
                        if record.flags.contains(.fromURL) {
                            if kind == .repeated { repeatedPatterns += 1 }
                            if kind == .shadowed { shadowedPatterns += 1 }
                            if kind == .refusedException { refusedPatterns += 1 }
                        }
                        if list.format == .e2guardian, record.kind == .urlPrefix {
                            prefixes.insert(kind)
                        }
                    }
                }
            }
        }
        #expect(repeatedPatterns > 5, "\(repeatedPatterns)")
        #expect(shadowedPatterns > 20, "\(shadowedPatterns)")
        #expect(refusedPatterns > 5, "\(refusedPatterns)")
        #expect(
            prefixes.isSuperset(of: [.repeated, .duplicate, .shadowed, .refusedException]),
            "\(prefixes)")
        #expect(kinds.count == 6, "\(kinds)")
        #expect(kinds.values.allSatisfy { $0 > 20 }, "\(kinds)")
    }
}
