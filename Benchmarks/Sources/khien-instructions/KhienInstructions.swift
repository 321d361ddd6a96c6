import KhienLists

/// Work whose instructions `scripts/check-instructions` counts: every input is made from fixed
/// seeds, and each measurement runs twice before it is counted, so that arrays have grown and
/// functions are bound.
///
///     khien-instructions          names of the measurements, one a line
///     khien-instructions NAME     runs one; prints operations in a round, what it found, and
///                                 whether it is work on the data path, which allocates nothing
///
/// One process for each, so that none depends on the memory that another has used.
@main
struct KhienInstructions {
    static func main() throws {
        guard let name = CommandLine.arguments.dropFirst().first else {
            return print(names.joined(separator: "\n"))
        }
        switch name {
        case "host-hit": try measure(HostMeasurement(listed: true))
        case "host-miss": try measure(HostMeasurement(listed: false))
        case "canonicalise-plain": measure(CanonicalMeasurement(Corpus.plainURLs(2_000)))
        case "canonicalise-disguised": measure(CanonicalMeasurement(Corpus.disguisedURLs()))
        case "decide-names": try measure(DecisionMeasurement(Images.names()))
        case "decide-rules": try measure(DecisionMeasurement(Images.all()))
        case "parse-line-domains":
            measure(ListMeasurement(.domains, Corpus.domainList(4_000)))
        case "parse-line-urls": measure(ListMeasurement(.urls, Corpus.urlList(4_000)))
        case "parse-line-adblock": measure(ListMeasurement(.adblock, Corpus.ruleList(4_000)))
        case "http-head": measure(HeadMeasurement())
        case "page-layers": measure(LayerMeasurement())
        case "page-views": measure(ViewMeasurement())
        default: throw UnknownName(name: name)
        }
    }

    private static let names = [
        "host-hit", "host-miss", "canonicalise-plain", "canonicalise-disguised", "decide-names",
        "decide-rules", "parse-line-domains", "parse-line-urls", "parse-line-adblock",
        "http-head", "page-layers", "page-views",
    ]

    private struct UnknownName: Error {
        var name: String
    }

    private static func measure<Work: Measurement & ~Copyable>(_ work: consuming Work) {
        let first = work.run()
        let second = work.run()
        let found = gaugedRegion(&work)
        precondition(first == found && second == found && found > 0, "rounds differ")
        print(work.operations, found, Work.isOnDataPath ? "data-path" : "aside")
    }
}

/// One thing to count. A round does the same work every time.
protocol Measurement: ~Copyable {
    /// Whether every request pays for it, so that it allocates nothing and counts no references.
    static var isOnDataPath: Bool { get }
    /// How many operations a round has.
    var operations: Int { get }

    /// One round.
    ///
    /// - Returns: what it found, so that a measurement that does nothing is noticed.
    mutating func run() -> Int
}

/// What callgrind collects: it knows the function by this name.
@inline(never)
func gaugedRegion<Work: Measurement & ~Copyable>(_ work: inout Work) -> Int { work.run() }
