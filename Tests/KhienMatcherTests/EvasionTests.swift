import KhienCompiler
import KhienLists
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienTestKit
import KhienText
import Testing

/// A listed target is blocked however its URL is written, and what is not listed passes.
@Suite struct EvasionTests {
    private static let real = Result { try Chase(EvasionLists.real.get()) }

    @Test func disguisesHaveNamesOfTheirOwn() {
        #expect(Set(Disguise.all.map(\.name)).count == Disguise.all.count)
        #expect(Disguise.all.count >= 100)
    }

    /// Every spelling is tried here, also where the real lists are not.
    @Test func listedTestNamesAreBlockedInEverySpelling() throws {
        let chase = try Chase(EvasionLists.reserved())
        let targets = EvasionLists.targets(of: chase.lists, count: 2_000, seed: 1)
        let count = try chase.run(targets)
        for disguise in Disguise.all {
            #expect(count[disguise.name, default: 0] >= 5, "\(disguise.name) was hardly tried")
        }
    }

    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func tenThousandRealTargetsAreBlockedInFortySpellingsEach() throws {
        let chase = try Self.real.get()
        let targets = EvasionLists.targets(of: chase.lists, count: 10_000, seed: 2)
        #expect(targets.count == 10_000)
        let count = try chase.run(targets)
        for disguise in Disguise.all where !EvasionLists.hardlyReal.contains(disguise.name) {
            #expect(count[disguise.name, default: 0] >= 100, "\(disguise.name) was hardly tried")
        }
        #expect(count.values.reduce(0, +) >= 600_000)
    }

    /// Whether a request is listed is decided by sets of texts, without the image.
    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func aHundredThousandRealRequestsThatAreNotListedPass() throws {
        let chase = try Self.real.get()
        let sets = TargetSets(chase.lists)
        var urls: Set<String> = []
        for file in ["browser-trace-2019", "devtools-captures", "page-references"] {
            for row in try Trace.rows("requests/\(file).tsv.zst") { urls.insert(row.url) }
        }
        let mixed = String(
            decoding: try SharedData.bytes("requests/urls-mixed.txt.zst"), as: UTF8.self)
        for line in mixed.split(separator: "\n") { urls.insert(String(line)) }
        var passed = 0
        var listed = 0
        guard var scratch = Scratch() else { throw NoMemory() }
        for text in urls.sorted() {
            guard let request = NaiveRequest(url: text, source: "", type: .other) else { continue }
            let isListed = sets.contain(request)
            let isBlocked = try chase.verdict(text, &scratch) == .block
            if isBlocked != isListed { Issue.record("blocked: \(isBlocked), \(text)") }
            if isListed { listed += 1 } else { passed += 1 }
        }
        #expect(passed >= 100_000)
        #expect(listed >= 100, "a comparison without hits says nothing")
    }
}

private struct NoMemory: Error {}

/// Lists in force, and targets that are to be caught.
private struct Chase: Sendable {
    let lists: [ParsedList]
    private let compiled: CompiledImage

    init(_ lists: [ParsedList]) throws {
        self.lists = lists
        compiled = try CompiledImage(lists.map { SourceList($0) })
    }

    func verdict(_ url: String, _ scratch: inout Scratch) throws -> Action {
        let parsed = try WebURL(url)
        let noSource: [UInt8] = []
        compiled.matcher.match(
            url: parsed, type: .other, source: noSource.span, now: UnixTime(seconds: 0), &scratch)
        return Precedence.decide(scratch.hits.span).verdict
    }

    /// Writes each target in every spelling and expects that the target itself is hit.
    ///
    /// - Returns: how often each spelling was tried.
    func run(_ targets: [DisguisedTarget]) throws -> [String: Int] {
        guard var scratch = Scratch() else { throw NoMemory() }
        var count: [String: Int] = [:]
        var missed: [String: [String]] = [:]
        for target in targets {
            let plain = try verdict(target.plain, &scratch)
            try #require(plain == .block, "\(target.plain)")
            let wanted = Set(scratch.hits.map { $0.entry }.filter { names($0, target) })
            try #require(!wanted.isEmpty, "\(target.plain)")
            var spellings = 0
            for disguise in Disguise.all {
                guard let text = disguise.spell(target) else { continue }
                spellings += 1
                count[disguise.name, default: 0] += 1
                let isHit: Bool
                do {
                    let verdict = try verdict(text, &scratch)
                    isHit =
                        verdict == .block
                        && scratch.hits.contains { wanted.contains($0.entry) }
                } catch {
                    isHit = disguise.outcome == .blockedOrRefused
                }
                if !isHit { missed[disguise.name, default: []].append(text) }
            }
            #expect(spellings >= 40, "\(target.plain): \(spellings) spellings")
        }
        for (name, texts) in missed.sorted(by: { $0.key < $1.key }) {
            Issue.record("\(name): \(texts.count) not blocked, \(texts.prefix(3))")
        }
        return count
    }

    private func names(_ entry: EntryIndex, _ target: DisguisedTarget) -> Bool {
        // The matcher writes an address as the network of one address that it is.
        let text = compiled.matcher.target(of: entry)
        return compiled.image.entry(entry).attributes.kind == target.kind
            && (text == target.listed || target.kind == .address)
    }
}

/// What the lists name, as plain sets.
private struct TargetSets {
    private var domains: Set<String> = []
    private var hosts: Set<String> = []
    private var urls: Set<[UInt8]> = []
    private var prefixes: Set<[UInt8]> = []
    private var addresses: Set<String> = []

    init(_ lists: [ParsedList]) {
        for list in lists {
            for record in list.entries.records {
                switch record.kind {
                case .domain: domains.insert(list.entries.target(record))
                case .host: hosts.insert(list.entries.target(record))
                case .url: urls.insert(Array(list.entries.text[record.range]))
                case .urlPrefix: prefixes.insert(Array(list.entries.text[record.range]))
                case .address: addresses.insert(list.entries.target(record))
                case .network, .pattern, .regex, .phrase, .expression: break
                }
            }
        }
    }

    func contain(_ request: NaiveRequest) -> Bool {
        if hosts.contains(request.host) { return true }
        let labels = request.host.split(separator: ".", omittingEmptySubsequences: false)
        for start in labels.indices
        where domains.contains(labels[start...].joined(separator: ".")) {
            return true
        }
        if let address = request.address, addresses.contains(IPAddressText.string(address)) {
            return true
        }
        let url = request.lookup
        let path = Array(url.prefix { $0 != UInt8(ascii: "?") })
        if urls.contains(url) || urls.contains(path) { return true }
        if hasPrefix(url) { return true }
        return url.starts(with: Array("www.".utf8)) && hasPrefix(Array(url.dropFirst(4)))
    }

    private func hasPrefix(_ url: [UInt8]) -> Bool {
        let boundaries = Array("/?&;".utf8)
        return url.indices.contains { last in
            let isLast = last == url.count - 1
            // Most places are none where a prefix may end: they need no copy.
            guard isLast || boundaries.contains(url[last]) || boundaries.contains(url[last + 1])
            else { return false }
            let prefix = Array(url[...last])
            return prefixes.contains(prefix) && NaiveMatcher.isPrefix(prefix, of: url)
        }
    }
}
