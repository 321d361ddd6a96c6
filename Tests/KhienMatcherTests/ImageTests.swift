import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The image file: damaged ones are refused, and key tables hold what was put in.
@Suite struct ImageTests {
    private static let key = ListKey.random()

    private static func sample() throws -> (bytes: [UInt8], path: String) {
        let lists = [
            CompiledImage.list("a.test\nb.test\nx.b.test", format: .domains),
            CompiledImage.list("http://a.test/x\nhttp://c.test/y?z", format: .urls),
            CompiledImage.list("192.0.2.0/24\n2001:db8::1", format: .addresses),
            CompiledImage.list("/ads/*$script\n/x[0-9]+y/", format: .adblock),
            CompiledImage.list("banner[0-9]", format: .regex),
            CompiledImage.list(
                "#time: 9 0 17 0 01234\n< \u{1EDB}n x><10>\n<abc>,< d e f ><-20>\n<abcdef>",
                format: .phrases, category: "words"),
            CompiledImage.list(
                "order,target-type,target\n1/QD,domain,o.test", format: .orders,
                authority: .authority),
            CompiledImage.list(NaiveExpressions.sha256("e.test/"), format: .sha256),
            CompiledImage.list(
                "http://f.test/x\nwww.f.test", format: .urls, isConfidential: true),
        ]
        let suffixes = PublicSuffixList(parsing: Array("test\n*.ck\n!www.ck".utf8).span)
        let output = try Compiler.compile(lists, suffixes: suffixes, key: key)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "khien-image-\(UUID().uuidString)").path
        try ImageWriter.write(output.sections, seed: output.seed, created: 7, to: path)
        return ([UInt8](try Data(contentsOf: URL(filePath: path))), path)
    }

    private static func open(_ bytes: [UInt8], at path: String) throws(ImageError) -> Image {
        do { try Data(bytes).write(to: URL(filePath: path)) } catch {
            throw ImageError(.cannotWrite(5), file: path)
        }
        return try Image(path: path)
    }

    @Test func anImageCutAnywhereIsRefused() throws {
        let (bytes, path) = try Self.sample()
        defer { try? FileManager.default.removeItem(atPath: path) }
        for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 400)) {
            #expect(throws: ImageError.self) {
                try Self.open(Array(bytes[..<count]), at: path)
            }
        }
        #expect(throws: ImageError.self) { try Self.open(bytes + [0], at: path) }
        #expect(try Self.open(bytes, at: path).entryCount == 17)
    }

    @Test func everyFlippedBitOutsidePaddingIsSeen() throws {
        let (bytes, path) = try Self.sample()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sections = try Image(path: path).sectionByteCounts
        let content = 64 + sections.count * 32 + sections.reduce(0) { $0 + $1.bytes }
        var refused = 0
        var tried = 0
        for index in stride(from: 0, to: bytes.count, by: 37) {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index & 7)
            tried += 1
            do throws(ImageError) {
                _ = try Self.open(damaged, at: path)
            } catch {
                refused += 1
            }
        }
        // What is not refused lies between sections, where nothing is read.
        let padding = Double(bytes.count - content) / Double(bytes.count)
        #expect(Double(refused) >= Double(tried) * (1 - padding) - Double(tried) * 0.02 - 2)
    }

    /// Damage behind a right checksum: what a wrong writer would make. Opening either refuses or
    /// gives an image that can be asked without a trap.
    @Test func structuresAreCheckedBehindTheChecksum() throws {
        let (bytes, path) = try Self.sample()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var random = SplitMix64(seed: 99)
        var refused = 0
        for _ in 0..<1_500 {
            var damaged = bytes
            for _ in 0...random.below(3) {
                damaged[64 + random.below(bytes.count - 64)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            MendedImage.mend(&damaged)
            do throws(ImageError) {
                let matcher = try Matcher(image: try Self.open(damaged, at: path), key: Self.key)
                try Self.askAll(matcher)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    private static func askAll(_ matcher: Matcher) throws(ImageError) {
        guard var scratch = Scratch() else { return }
        for url in [
            "http://x.b.test/ads/1", "http://a.test/x", "http://c.test/y?z", "http://192.0.2.9/",
            "http://[2001:db8::1]/", "http://o.test/x12y/banner7", "http://a.b.ck/",
            "http://a.e.test/1/2?3", "http://www.f.test/x",
        ] {
            guard let parsed = try? WebURL(url) else { continue }
            matcher.match(
                url: parsed, type: .script, source: Array("http://www.ck/".utf8).span,
                now: UnixTime(seconds: 0), &scratch)
            for hit in scratch.hits { _ = matcher.reason(for: hit) }
        }
    }

    /// Keys of another table, under right checksums, where a reader expects addresses. Found by
    /// fuzzing: naming such an entry trapped.
    @Test func aTableOfAddressesHoldsAddressesOnly() throws {
        let lists = [CompiledImage.list("192.0.2.1\n2001:db8::/32", format: .addresses)]
        var output = try Compiler.compile(lists, suffixes: nil)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "khien-image-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ImageWriter.write(output.sections, seed: output.seed, created: 0, to: path)
        #expect(try Image(path: path).entryCount == 2)
        let names = [CompiledImage.list("a.test\nb.test", format: .domains)]
        let other = try Compiler.compile(names, suffixes: nil)
        let hosts = try #require(other.sections.first { $0.id == .hosts })
        let place = try #require(output.sections.firstIndex { $0.id == .addresses })
        output.sections[place] = SectionData(.addresses, hosts.columns)
        try ImageWriter.write(output.sections, seed: output.seed, created: 0, to: path)
        do throws(ImageError) {
            _ = try Image(path: path)
            Issue.record("opened")
        } catch {
            guard case .badSection(.addresses, let what, _) = error.code else { throw error }
            #expect(what.hasSuffix("is no address"))
        }
    }

    @Test(arguments: [0, 1, 23, 24, 25, 31, 32, 1_000, 100_000])
    func everyKeyIsFoundAndNoOther(count: Int) throws {
        let text = (0..<count).map { "h\($0).test\n" }.joined()
        let compiled = try CompiledImage([CompiledImage.list(text, format: .domains)])
        #expect(compiled.image.entryCount == count)
        for index in stride(from: 0, to: count, by: max(1, count / 500)) {
            let decision = try compiled.ask("http://h\(index).test/").decision
            #expect(decision.verdict == .block)
            let target = decision.hit.map { compiled.matcher.target(of: $0.entry) }
            #expect(target == "h\(index).test")
        }
        for index in 0..<500 {
            #expect(try compiled.ask("http://g\(index).test/").decision.verdict == .allow)
        }
    }

    /// Three bytes once; two more hold the places of the records, so that a hit waits for memory half
    /// as often. The limit of the project is eight.
    @Test func aKeyCostsLessThanFiveAndAHalfHotBytes() throws {
        let text = (0..<200_000).map { "h\($0).test\n" }.joined()
        let compiled = try CompiledImage([CompiledImage.list(text, format: .domains)])
        let figures = compiled.image.hostFigures
        #expect(figures.keys == 200_000)
        let hot = Double(figures.hotBytes) / Double(figures.keys)
        #expect(hot < 5.5, "\(hot) bytes of buckets for each key")
    }

    /// 3,000 lists name the same hosts, so that a bucket's entries do not fit 15 bits; URLs of 7,000
    /// bytes, so that its texts do not fit 16.
    @Test func bucketsWithManyEntriesAndLongTextsAreWide() throws {
        let hosts = (0..<30).map { "h\($0).test\n" }.joined()
        var lists = (0..<3000).map { _ in CompiledImage.list(hosts, format: .domains) }
        let long = String(repeating: "p", count: 7000)
        let urls = (0..<40).map { "http://u.test/\(long)\($0)\n" }.joined()
        lists.append(CompiledImage.list(urls, format: .urls))
        let compiled = try CompiledImage(lists)
        #expect(compiled.image.entryCount == 90_040)
        for index in 0..<30 {
            let hits = try compiled.ask("http://h\(index).test/").hits
            #expect(hits.count == 3000)
            #expect(Set(hits.map { compiled.image.entry($0.entry).list.value }).count == 3000)
            let named = hits.first.map { compiled.matcher.target(of: $0.entry) }
            #expect(named == "h\(index).test")
        }
        for index in 0..<40 {
            let answer = try compiled.ask("http://u.test/\(long)\(index)")
            let target = answer.decision.hit.map { compiled.matcher.target(of: $0.entry) }
            #expect(target == "u.test/\(long)\(index)")
        }
        #expect(try compiled.ask("http://u.test/\(long)41").hits.isEmpty)
    }
}
