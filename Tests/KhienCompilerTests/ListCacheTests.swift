import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// The cache of parsed lists changes nothing but the time that it takes.
@Suite struct ListCacheTests {
    /// A folder of its own, removed in the end.
    final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "khien-cache-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var cache: String { path + "/cache" }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
        }

        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: cache).sorted()
        }
    }

    /// A list large enough to be kept, with faults, repairs and everything that the format has.
    static func text(_ format: ListFormat, seed: UInt64) -> String {
        var generators = Generators(seed: seed)
        var text = ""
        while text.utf8.count < Limits.Cache.listBytesMin {
            switch format {
            case .adblock: text += generators.rule() + "\n! a comment\n"
            case .urls: text += generators.url() + "\n"
            case .addresses: text += generators.address() + "/\(24 + generators.random.below(9))\n"
            default: text += generators.host() + "\nA b\n.\(generators.host()).\n"
            }
        }
        return text
    }

    private static func compile(
        _ folder: Folder, _ cache: ListCache?, isConfidential: Bool = false
    ) throws -> (sections: [[UInt8]], diagnostics: [Diagnostic], counts: [[Int]]) {
        var lists: [SourceList] = []
        for format in [ListFormat.domains, .adblock, .urls, .addresses] {
            var file = try #require(
                try ListInput.find(folder.path + "/\(format.name).txt").files.first)
            file.options.isConfidential = isConfidential
            let list = try cache?.parse(file, format: format) ?? file.parse(format: format)
            lists.append(SourceList(list))
        }
        let output = try Compiler.compile(lists, suffixes: nil)
        return (
            output.sections.map(\.bytes),
            lists.flatMap(\.list.report.diagnostics) + output.report.diagnostics,
            lists.map { source in
                let report = source.list.report
                return [report.lines, report.accepted, report.repaired, report.rejected]
            }
        )
    }

    /// Lists taken from the cache, lists kept in it.
    private static func account(_ cache: ListCache) -> [Int] {
        [cache.account.hits, cache.account.stored]
    }

    private static func filled() throws -> Folder {
        let folder = try Folder()
        for format in [ListFormat.domains, .adblock, .urls, .addresses] {
            try folder.write("\(format.name).txt", text(format, seed: 5))
        }
        return folder
    }

    @Test func imagesAreTheSame() throws {
        let folder = try Self.filled()
        let plain = try Self.compile(folder, nil)
        #expect(plain.diagnostics.count > 10)
        for round in 0..<3 {
            let cache = try ListCache(folder: folder.cache, parser: "1")
            let found = try Self.compile(folder, cache)
            #expect(found == plain, "round \(round)")
            #expect(Self.account(cache) == (round == 0 ? [0, 4] : [4, 0]))
        }
    }

    @Test func whatChangedIsParsedAndWhatIsUnusedGoes() throws {
        let folder = try Self.filled()
        let first = try ListCache(folder: folder.cache, parser: "1")
        _ = try Self.compile(folder, first)
        first.removeUnused()
        let before = try folder.files()
        #expect(before.count == 4)
        try folder.write("domains.txt", Self.text(.domains, seed: 6))
        let second = try ListCache(folder: folder.cache, parser: "1")
        let found = try Self.compile(folder, second)
        #expect(found == (try Self.compile(folder, nil)))
        #expect(Self.account(second) == [3, 1])
        second.removeUnused()
        #expect(try folder.files().count == 4)
        #expect(Set(try folder.files()).intersection(before).count == 3)
        // Another program reads nothing of it.
        let other = try ListCache(folder: folder.cache, parser: "2")
        _ = try Self.compile(folder, other)
        #expect(Self.account(other) == [0, 4])
        other.removeUnused()
        #expect(try folder.files().count == 4)
    }

    @Test func filesAreTheOwnersOnly() throws {
        let folder = try Self.filled()
        _ = try Self.compile(folder, ListCache(folder: folder.cache, parser: "1"))
        for name in try folder.files() {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.cache + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.cache)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func confidentialListsAndOrdersAreNotKept() throws {
        let folder = try Self.filled()
        let cache = try ListCache(folder: folder.cache, parser: "1")
        _ = try Self.compile(folder, cache, isConfidential: true)
        var orders = "order,target-type,target\n"
        while orders.utf8.count < Limits.Cache.listBytesMin { orders += "1,domain,a.test\n" }
        try folder.write("orders.csv", orders)
        let file = try #require(try ListInput.find(folder.path + "/orders.csv").files.first)
        for format in [ListFormat.orders, nil] {
            #expect(try cache.parse(file, format: format).orders.count == 1)
        }
        #expect(try folder.files() == [])
        #expect(Self.account(cache) == [0, 0])
    }

    /// The file has no place for the parts of phrases: a kept list would come back without them.
    @Test(arguments: [false, true]) func listsOfPhrasesAreNotKept(isYAML: Bool) throws {
        let folder = try Folder()
        var text =
            isYAML ? "category: c\nrules:\n  - { phrase: cờ bạc, weight: 9 }\n" : "<cờ bạc><9>\n"
        while text.utf8.count < Limits.Cache.listBytesMin { text += "# a comment\n" }
        let name = isYAML ? "c.yaml" : "weightedphraselist"
        try folder.write(name, text)
        let cache = try ListCache(folder: folder.cache, parser: "1")
        for _ in 0..<2 {
            let file = try #require(try ListInput.find(folder.path + "/" + name).files.first)
            let list = try cache.parse(file, format: isYAML ? .phrases : .e2guardian)
            #expect(list.phraseRules.count == 1)
        }
        #expect(Self.account(cache) == [0, 0])
    }

    @Test(arguments: [0, 1]) func limitOfSmallLists(more: Int) throws {
        let folder = try Folder()
        let size = Limits.Cache.listBytesMin - 1 + more
        let text = "a.test\n" + String(repeating: "#", count: size - 8) + "\n"
        try folder.write("list.txt", text)
        let cache = try ListCache(folder: folder.cache, parser: "1")
        let file = try #require(try ListInput.find(folder.path + "/list.txt").files.first)
        _ = try cache.parse(file, format: .domains)
        #expect(try folder.files().count == more)
    }

    /// What stands in the folder already counts, however it came there: holes cost no disk.
    @Test(arguments: [0, 1]) func limitOfTheFolder(more: Int) throws {
        let folder = try Folder()
        let text = Self.text(.domains, seed: 3)
        try folder.write("domains.txt", text)
        let file = try #require(try ListInput.find(folder.path + "/domains.txt").files.first)
        let list = try file.parse(format: .domains)
        let size = list.entries.text.count + list.entries.records.count * 16
        try FileManager.default.createDirectory(
            atPath: folder.cache, withIntermediateDirectories: true)
        try Self.makeHole(
            folder.cache + "/old.parsed", Limits.Cache.folderBytesMax - size + more)
        let cache = try ListCache(folder: folder.cache, parser: "1")
        _ = try cache.parse(file, format: .domains)
        #expect(Self.account(cache) == [0, 1 - more])
        #expect(try folder.files().count == 2 - more)
        #expect(cache.account.fault == nil)
    }

    /// A file past the limit is not read. One at the limit would be: 2 GiB, too much for a test.
    @Test func limitOfAFile() throws {
        let folder = try Self.filled()
        _ = try Self.compile(folder, ListCache(folder: folder.cache, parser: "1"))
        let name = try #require(try folder.files().first)
        try Self.makeHole(folder.cache + "/" + name, Limits.Cache.fileBytesMax + 1)
        let cache = try ListCache(folder: folder.cache, parser: "1")
        _ = try Self.compile(folder, cache)
        #expect(Self.account(cache) == [3, 1], "it is parsed again, and replaced")
        let size = try FileManager.default.attributesOfItem(atPath: folder.cache + "/" + name)
        #expect((size[.size] as? Int ?? 0) < 1 << 24)
    }

    private static func makeHole(_ path: String, _ size: Int) throws {
        if !FileManager.default.fileExists(atPath: path) {
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
    }

    /// What is said about a list is bounded: with a byte more it is not kept, and a file that claims
    /// more is not read.
    @Test(arguments: [0, 1]) func limitOfTheReport(more: Int) throws {
        var list = CompiledImage.list("a.test\nb c\n", format: .domains).list
        let key = [UInt8](repeating: 1, count: 32)
        let before = try #require(CachedList.encode(list, key: key)).count
        // How much the message grows the file by is known once it is there: pad to eight bytes.
        func size(_ padding: Int) -> Int? {
            var padded = list
            padded.report.diagnostics[0].message += String(repeating: "x", count: padding)
            return CachedList.encode(padded, key: key)?.count
        }
        #expect(size(800) == before + 800)
        var (low, high) = (0, Limits.Cache.reportBytesMax)
        while low < high {
            let middle = (low + high + 1) / 2
            if size(middle) == nil { high = middle - 1 } else { low = middle }
        }
        #expect(low > Limits.Cache.reportBytesMax - 2_000)
        list.report.diagnostics[0].message += String(repeating: "x", count: low + more)
        let encoded = CachedList.encode(list, key: key)
        #expect((encoded == nil) == (more == 1))
        if let encoded {
            let decoded = CachedList.decode(encoded, key: key)
            #expect(decoded?.report.diagnostics.first?.message.utf8.count ?? 0 > low)
        }
    }

    // MARK: Damage

    /// Torn or changed files are parsed again, and replaced.
    @Test(arguments: 0..<24) func damagedFilesAreParsedAgain(seed: Int) throws {
        let folder = try Self.filled()
        _ = try Self.compile(folder, ListCache(folder: folder.cache, parser: "1"))
        let plain = try Self.compile(folder, nil)
        var random = SplitMix64(seed: UInt64(seed))
        for name in try folder.files() {
            let url = URL(filePath: folder.cache + "/" + name)
            var data = try Data(contentsOf: url)
            switch seed % 4 {
            case 0: data = data.prefix(random.below(data.count))
            case 1: data.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
            case 2: data = Data()
            default:
                let place = random.below(data.count)
                data[place] ^= 1 << UInt8(random.below(8))
            }
            try data.write(to: url)
        }
        let cache = try ListCache(folder: folder.cache, parser: "1")
        #expect(try Self.compile(folder, cache) == plain)
        #expect(Self.account(cache) == [0, 4])
        let again = try ListCache(folder: folder.cache, parser: "1")
        #expect(try Self.compile(folder, again) == plain)
        #expect(Self.account(again) == [4, 0])
    }

    /// A file under the name of another list is not that list.
    @Test func aFileOfAnotherListIsRefused() throws {
        let list = CompiledImage.list("a.test\n", format: .domains).list
        let key = [UInt8](repeating: 1, count: 32)
        let bytes = try #require(CachedList.encode(list, key: key))
        #expect(CachedList.decode(bytes, key: key) != nil)
        #expect(CachedList.decode(bytes, key: [UInt8](repeating: 2, count: 32)) == nil)
    }
}
