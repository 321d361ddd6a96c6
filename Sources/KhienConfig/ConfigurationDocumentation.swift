/// What `docs/CONFIGURATION.md` and `khien config` say about every key. It is built from the tables
/// that read the file.
public struct ConfigurationDocumentation: Sendable {
    public let entries: [Entry]

    /// One key.
    public struct Entry: Sendable, Hashable {
        /// With the sections it stands in: `upstream.connect-ports`, `lists[].path`.
        public let key: String
        /// What is expected, in words.
        public let type: String
        /// As one would type it, or `required`.
        public let defaultValue: String
        public let meaning: String

        /// The sections it stands in; empty at the top level.
        var section: String { key.split(separator: ".").dropLast().joined(separator: ".") }
    }

    /// Markdown: one heading for each section, one table row for each key.
    public var markdown: String {
        var sections: [String] = []
        for entry in entries where !sections.contains(entry.section) {
            sections.append(entry.section)
        }
        let parts = sections.map { section in
            let rows = entries.filter { $0.section == section }.map { entry in
                let cells = [
                    "`\(entry.key)`", entry.type, "`\(entry.defaultValue)`", entry.meaning,
                ]
                return "| " + cells.map(Self.cell).joined(separator: " | ") + " |\n"
            }
            let title = section.isEmpty ? "Top level" : "`\(section)`"
            return "\n## \(title)\n\n| key | value | default | meaning |\n"
                + "| --- | --- | --- | --- |\n" + rows.joined()
        }
        return parts.joined()
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
