import Foundation
import KhienConfig
import Testing

@Suite struct DocumentationTests {
    private static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/CONFIGURATION.md")

    private static let introduction = """
        # The configuration

        One YAML file, `khien.yaml`. Every key has a default but `lists`. Relative paths start at the
        file's folder. Anything that is not understood is an error with file, line and column, and a
        daemon that runs keeps what it has. `khien check --config khien.yaml` says what a reload would
        say.

        This page is generated from the tables that read the file (`KhienConfig`); a test holds the two
        equal, and writes the page when the tests run with `KHIEN_WRITE_DOCUMENTATION=1`.

        """

    @Test func thePageIsWhatTheTablesSay() throws {
        let expected = Self.introduction + Configuration.documentation.markdown
        if ProcessInfo.processInfo.environment["KHIEN_WRITE_DOCUMENTATION"] == "1" {
            try FileManager.default.createDirectory(
                at: Self.path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(expected.utf8).write(to: Self.path)
        }
        #expect(try String(contentsOf: Self.path, encoding: .utf8) == expected)
    }

    @Test func everyKeyIsThereOnceAndExplained() {
        let entries = Configuration.documentation.entries
        #expect(entries.count > 50)
        #expect(Set(entries.map(\.key)).count == entries.count)
        #expect(entries.allSatisfy { !$0.type.isEmpty && !$0.meaning.isEmpty })
    }

    /// Each documented default, typed into a file, must read as the default.
    @Test func defaultsReadAsThemselves() throws {
        let base = try configuration("lists: [{path: a}]", file: "/c")
        var tried = 0
        for entry in Configuration.documentation.entries where !entry.key.contains("[]") {
            let unspeakable = ["block-page.site", "block-page.contact", "events.path", "listen"]
            if unspeakable.contains(entry.key) { continue }
            let parts = entry.key.split(separator: ".")
            let line =
                parts.count == 1
                ? "\(entry.key): \(entry.defaultValue)"
                : "\(parts[0]): {\(parts[1]): \(entry.defaultValue)}"
            #expect(try configuration("lists: [{path: a}]\n\(line)", file: "/c") == base, "\(line)")
            tried += 1
        }
        #expect(tried > 35)
    }
}
