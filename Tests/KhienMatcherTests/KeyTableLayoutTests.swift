import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import Testing

/// The layout of key tables: its three forms of records, profiles, spill, and that a reader refuses
/// each of them damaged, behind right checksums.
@Suite struct KeyTableLayoutTests {
    /// Offsets in a key table, as docs/FORMAT.md gives them.
    private static let profiles = 64
    private static let buckets = 1088

    private static func compile(_ text: String) throws -> Compiler.Output {
        try Compiler.compile([CompiledImage.list(text, format: .domains)], suffixes: nil)
    }

    /// What opening the image of `output` with another section of hosts is refused with; nil: it opens.
    private static func fault(_ output: Compiler.Output, hosts: [UInt8]) throws -> String? {
        let sections = output.sections.map {
            $0.id == .hosts ? SectionData(.hosts, [.bytes(hosts)]) : $0
        }
        do {
            _ = try MendedImage.open(
                ImageWriter.assemble(sections, seed: output.seed, created: 0))
            return nil
        } catch let error as ImageError {
            guard case .badSection(.hosts, let found, _) = error.code else { throw error }
            return found
        }
    }

    private static func hosts(_ output: Compiler.Output) throws -> [UInt8] {
        try #require(output.sections.first { $0.id == .hosts }).bytes
    }

    /// Each row damages one field of the table of `a.test` and `b.test`, which is one bucket.
    @Test(
        arguments: [
            ("too few bytes", 0, -1, "no header"),
            ("no home bucket", 4, 0, "offsets do not fit its counts"),
            ("fewer buckets than homes", 8, 0, "offsets do not fit its counts"),
            ("more profiles than fit", 12, 128, "offsets do not fit its counts"),
            ("blocks elsewhere", 16, 77, "offsets do not fit its counts"),
            ("a profile without a kind", profiles, 0, "profile 0"),
            ("a profile of an order that is not there", profiles + 4, 1, "profile 0"),
            ("a gap", buckets, 0, "fingerprints of bucket 0"),
            ("a fingerprint without a record", buckets + 4, 7, "records of bucket 0"),
            ("records in each other", buckets + 37, 0, "records of bucket 0"),
            ("a record behind the blocks", buckets + 37, 200, "records of bucket 0"),
            ("a form that is not there", buckets + 54, 3, "records of bucket 0"),
            ("a larger form", buckets + 54, 2, "records of bucket 0"),
            ("a larger shift", buckets + 54, 60, "records of bucket 0"),
            ("spilled at the end", buckets + 55, 1, "2 slots for 2 keys"),
            ("an entry that is not there", buckets + 56, 1, "records of bucket 0"),
            ("a block that begins late", buckets + 60, 1, "records of bucket 0"),
            ("a text past the end", buckets + 64, 255, "records of bucket 0"),
            ("a profile that is not there", buckets + 65, 1, "records of bucket 0"),
            ("another number of keys", 0, 3, "2 slots for 3 keys"),
        ])
    func damageIsRefused(what: String, offset: Int, value: Int, message: String) throws {
        let output = try Self.compile("a.test\nb.test")
        var hosts = try Self.hosts(output)
        #expect(try Self.fault(output, hosts: hosts) == nil)
        if value < 0 { hosts.removeSubrange(20...) } else { hosts[offset] = UInt8(value) }
        if what == "a gap" { hosts[offset + 1] = 0 }
        if what == "a profile of an order that is not there" {
            hosts.replaceSubrange(offset..<offset + 4, with: [1, 0, 0, 0])
        }
        #expect(try Self.fault(output, hosts: hosts) == message, "\(what)")
    }

    @Test func bytesBehindTheLastRecordAreRefused() throws {
        let output = try Self.compile("a.test")
        var hosts = try Self.hosts(output)
        hosts.append(0)
        // The length of the blocks, so that only the records disagree.
        hosts[24] += 1
        #expect(try Self.fault(output, hosts: hosts) == "blocks do not fit the records")
    }

    /// Names of every length, lists that name the same hosts and such that differ in action or order:
    /// every entry must be found with its own attributes, whatever form its record has.
    @Test(arguments: [1, 2, 3, 300])
    func everyEntryKeepsItsAttributes(listCount: Int) throws {
        var random = SplitMix64(seed: UInt64(listCount))
        var wanted: [String: [EntryAttributes]] = [:]
        let hosts = (0..<400).map { index in
            let label = String(repeating: "x", count: 1 + index % 60)
            return
                "\(label)\(index).\(index % 3 == 0 ? String(repeating: "y", count: 60) : "a").test"
        }
        var lists: [SourceList] = []
        for list in 0..<listCount {
            let action: Action = [.block, .warn, .monitor][list % 3]
            let named = hosts.filter { _ in random.below(listCount) < 3 }
            lists.append(
                CompiledImage.list(
                    named.joined(separator: "\n"), format: .domains, action: action))
            let attributes = EntryAttributes(
                kind: .domain, action: action, authority: .operator)
            for host in named { wanted[host, default: []].append(attributes) }
        }
        let compiled = try CompiledImage(lists)
        for host in hosts {
            let hits = try compiled.ask("http://\(host)/").hits
            let found = hits.map(\.attributes).sorted { $0.rawValue < $1.rawValue }
            let expected = (wanted[host] ?? []).sorted { $0.rawValue < $1.rawValue }
            #expect(found == expected, "\(host)")
            for hit in hits {
                #expect(compiled.image.entry(hit.entry).attributes == hit.attributes)
                #expect(compiled.matcher.target(of: hit.entry) == host)
            }
        }
    }

    /// More kinds of entries than a table has profiles for: the rest are read from the entries.
    @Test(arguments: [126, 127, 128, 200])
    func profilesPastTheLimitAreReadFromTheEntries(orderCount: Int) throws {
        let rows = (0..<orderCount).map { "\($0)/QD,domain,h\($0).test" }
        let text = "order,target-type,target\n" + rows.joined(separator: "\n")
        let compiled = try CompiledImage([
            CompiledImage.list(text, format: .orders, authority: .authority)
        ])
        #expect(compiled.image.entryCount == orderCount)
        for index in 0..<orderCount {
            let hits = try compiled.ask("http://h\(index).test/").hits
            #expect(hits.count == 1)
            #expect(hits.first?.attributes.authority == .authority)
            let order = hits.first.flatMap { compiled.image.entry($0.entry).order }
            #expect(order.map { compiled.image.order($0).number } == "\(index)/QD")
        }
    }

    /// A batch gives what one question after the other gives, in the same order.
    @Test(arguments: [0, 1, 7, 8, 9, 200])
    func aBatchAnswersLikeSingleQuestions(count: Int) throws {
        let names = (0..<3_000).map { "h\($0).test\n" }.joined() + "*.w.test\na.b.h5.test\n"
        let compiled = try CompiledImage(
            [
                CompiledImage.list(names, format: .domains),
                CompiledImage.list("h5.test\nx.h6.test", format: .domains, action: .warn),
                CompiledImage.list("k7.test", format: .domains, isConfidential: true),
            ], key: ListKey.random())
        var random = SplitMix64(seed: 3)
        let hosts = (0..<count).map { index in
            let below = ["", "x.", "a.b.", "www."][random.below(4)]
            return below + ["h", "k", "w", "h"][random.below(4)] + "\(index % 11).test"
        }
        let text = Array(hosts.joined().utf8)
        var starts = [0]
        for host in hosts { starts.append(starts[starts.count - 1] + host.utf8.count) }
        let now = UnixTime(seconds: 0)
        guard var scratch = Scratch() else { throw CompiledImage.Unjudgeable() }
        var batched: [[Hit]] = []
        compiled.matcher.match(
            hosts: text.span, starts: starts.span, layer: .sni, now: now, &scratch
        ) { index, hits in
            #expect(index == batched.count)
            batched.append(hits)
        }
        #expect(batched.count == count)
        for (host, hits) in zip(hosts, batched) {
            compiled.matcher.match(host: Array(host.utf8).span, layer: .sni, now: now, &scratch)
            #expect(scratch.hits == hits, "\(host)")
        }
        if count == 200 { #expect(batched.contains { !$0.isEmpty }) }
    }

    /// Hosts of every length, each with labels of random lengths: what a walk over the dots of 8, 16 or
    /// 64 bytes at once finds is what splitting the text finds.
    @Test func hostsOfEveryLengthAreWalkedAlike() throws {
        var random = SplitMix64(seed: 11)
        var hosts: [String] = []
        for length in 6...250 {
            for _ in 0..<3 {
                var text = ".test"
                while text.utf8.count < length {
                    let room = length - text.utf8.count
                    // A dot and a label, or a label that fills the rest.
                    let label = room <= 2 ? room : min(room, 1 + random.below(61))
                    text =
                        String(
                            repeating: "abcdefgh".randomElement(using: &random) ?? "a", count: label
                        ) + text
                    if text.utf8.count + 1 < length { text = "." + text }
                }
                hosts.append(text)
            }
        }
        let listed = Set(
            hosts.filter { $0.utf8.count % 3 == 0 }.map { host in
                let labels = host.split(separator: ".")
                return labels.suffix(2 + random.below(labels.count - 1)).joined(separator: ".")
            })
        let compiled = try CompiledImage([
            CompiledImage.list(listed.joined(separator: "\n"), format: .domains)
        ])
        #expect(compiled.image.entryCount == listed.count)
        guard var scratch = Scratch() else { throw CompiledImage.Unjudgeable() }
        var found = 0
        for host in hosts {
            let labels = host.split(separator: ".")
            let suffixes = (1...labels.count).map { labels.suffix($0).joined(separator: ".") }
            compiled.matcher.match(
                host: Array(host.utf8).span, layer: .sni, now: UnixTime(seconds: 0), &scratch)
            let targets = scratch.hits.map { compiled.matcher.target(of: $0.entry) }
            #expect(targets == suffixes.filter { listed.contains($0) }, "\(host)")
            found += targets.count
        }
        #expect(found > 200)
    }

    @Test func bitsOfABytesPlacesAreRight() {
        var random = SplitMix64(seed: 12)
        for count in 0...64 {
            for start in [0, 1, 7] {
                let text = (0..<start + count + 3).map { _ in
                    UInt8(ascii: ".") + UInt8(random.below(2))
                }
                var wanted: UInt64 = 0
                for place in 0..<count where text[start + place] == UInt8(ascii: ".") {
                    wanted |= 1 << UInt64(place)
                }
                let found = text.span.bits(of: UInt8(ascii: "."), in: start..<start + count)
                #expect(found == wanted, "\(count) from \(start)")
            }
        }
    }
}
