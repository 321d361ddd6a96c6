import Foundation
import KhienFuzz
import Testing

/// Every input that the fuzzer was given or has found: `Fuzz/Corpus` and `Fuzz/Cases`, a folder for
/// each target.
@Suite struct ReplayTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fuzz")

    private static func files(_ folder: String, _ target: FuzzTarget) throws -> [URL] {
        let path = root.appending(path: "\(folder)/\(target.name)")
        guard FileManager.default.fileExists(atPath: path.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: path, includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test(arguments: FuzzTarget.all) func corpusAndCases(target: FuzzTarget) throws {
        let corpus = try Self.files("Corpus", target)
        #expect(!corpus.isEmpty, "no seeds for \(target.name)")
        for file in corpus + (try Self.files("Cases", target)) {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(target.check(bytes) == nil, "\(target.name)/\(file.lastPathComponent)")
        }
    }

    /// A folder that no target has would never be replayed.
    @Test(arguments: ["Corpus", "Cases"]) func everyFolderHasItsTarget(folder: String) throws {
        let path = Self.root.appending(path: folder).path
        guard FileManager.default.fileExists(atPath: path) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            #expect(FuzzTarget(name: name) != nil, "\(folder)/\(name)")
        }
    }

    /// Files of the cache changed at random, one to three bytes: more than the corpus has.
    @Test(arguments: 0..<8) func changedCacheFiles(seed: Int) {
        var random = SystemSeed(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<1_500 {
            let patches = (0..<Int(random.next() % 3 + 1) * 3).map { _ in
                UInt8(truncatingIfNeeded: random.next() >> 33)
            }
            #expect(FuzzTarget.cache.check(patches) == nil, "\(patches)")
        }
    }

    /// Sets of literals and texts over few bytes, so that occurrences overlap: more than the corpus has.
    @Test(arguments: 0..<8) func randomLiterals(seed: Int) {
        var random = SystemSeed(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        func below(_ count: Int) -> Int { Int(random.next() >> 33) % count }
        let alphabets = ["ab", "aA Z@", "đĐđ a", "abcdefgh 0", "\u{0}\n \u{7F}"].map {
            Array($0.utf8)
        }
        for _ in 0..<400 {
            let alphabet = alphabets[below(alphabets.count)]
            func bytes(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in alphabet[below(alphabet.count)] }
            }
            var input = [UInt8(below(4))]
            for _ in 0..<1 + below(12) {
                let count = 1 + below(below(3) == 0 ? 62 : 9)
                input += [UInt8(count) | UInt8(below(4)) << 6] + bytes(count)
            }
            let cuts = below(8)
            input += [0, UInt8(cuts)] + (0..<cuts).map { _ in UInt8(below(256)) }
            input += bytes(below(300))
            #expect(FuzzTarget.literals.check(input) == nil, "\(input)")
        }
    }

    private struct SystemSeed {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    @Test func seedsAreSmall() throws {
        let bytes = try FuzzTarget.all.flatMap { try Self.files("Corpus", $0) }.reduce(0) {
            $0 + (try Data(contentsOf: $1).count)
        }
        #expect(bytes < 200_000)
    }
}
