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
