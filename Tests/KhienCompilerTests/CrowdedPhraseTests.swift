import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Phrases that share what the scanner looks for: told from one number on.
@Suite struct CrowdedPhraseTests {
    private static let end = "qxkzvwjqpxzkvwqjxkzpvqwj"

    private static func image(_ count: Int) throws -> CompiledImage {
        let lines = (0..<count).map { "<\($0)-\(end)><1>" } + ["<unlike the others><1>"]
        var options = ListParser.Options()
        options.format = .e2guardian
        let list = ListParser.parse(
            Array(lines.joined(separator: "\n").utf8), name: "crowd", path: "weightedphraselist",
            options: options)
        return try CompiledImage([SourceList(list)])
    }

    /// Literals of one window at most, before a page of 48 KiB that repeats it is too much work.
    private static let most = Limits.Literals.crowdedMax / 2_048

    @Test func isToldFromOneNumberOn() throws {
        for (count, isTold) in [(1, false), (Self.most, false), (Self.most + 1, true)] {
            let report = try Self.image(count).report
            #expect(report.findings[.crowdedPhrase] == (isTold ? 1 : nil), "\(count)")
            let told = report.diagnostics.filter { $0.code == "phrase.crowded" }
            #expect(told.count == (isTold ? 1 : 0))
            guard let found = told.first else { continue }
            #expect(found.severity == .warning)
            #expect(found.location == SourceLocation(file: "weightedphraselist", line: 1))
            let repeats = Limits.Literals.crowdedMax / count
            #expect(
                found.message.contains("with \(count - 1) others")
                    && found.message.contains("repeats it \(repeats) times"), "\(found)")
        }
    }
}
