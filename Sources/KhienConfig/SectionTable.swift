import KhienModel

/// The keys of one section: what reads them is also what documents them, so the two cannot differ.
struct SectionTable<Section: Sendable>: Sendable {
    let keys: [SectionKey<Section>]

    init(_ keys: [SectionKey<Section>]) { self.keys = keys }

    /// Reads `node` over `section`. Faults are reported and the reading goes on; a key without a
    /// good value leaves what was there.
    func read(_ node: DraftNode, into section: inout Section, _ reader: inout ConfigurationReader) {
        let entries: [DraftEntry]
        switch node.value {
        case .mapping(let found): entries = found
        case .empty: entries = []
        default:
            reader.report(
                "wrong-type", at: node.location,
                "expected a section (`key: value`), found \(node.kindName)")
            return
        }
        for entry in entries where !keys.contains(where: { $0.name == entry.key }) {
            reportUnknown(entry, &reader)
        }
        // In the table's order, not the file's: later keys may build on earlier ones.
        for key in keys {
            if let entry = entries.first(where: { $0.key == key.name }) {
                key.read(entry.value, &section, &reader)
            } else if key.isRequired {
                reader.report(
                    "missing-key", at: node.location,
                    "the key `\(key.name)` is missing; expected \(key.expected)")
            }
        }
    }

    private func reportUnknown(_ entry: DraftEntry, _ reader: inout ConfigurationReader) {
        let names = keys.filter { !$0.isElsewhere }.map(\.name)
        let known = names.sorted().map { "`\($0)`" }.joined(separator: ", ")
        let advice =
            Spelling.nearest(to: entry.key, among: names).map { "did you mean `\($0)`?" }
            ?? "expected one of: \(known)"
        reader.report(
            "unknown-key", at: entry.keyLocation,
            "unknown key `\(DraftNode.excerpt(entry.key))`; \(advice)")
    }

    /// A line for each key, with `prefix` before each name.
    func documentation(prefix: String, defaults: Section) -> [ConfigurationDocumentation.Entry] {
        keys.flatMap { $0.documentation(prefix, defaults) }
    }
}

/// One key of a section.
struct SectionKey<Section: Sendable>: Sendable {
    let name: String
    let expected: String
    var isRequired = false
    /// The key belongs into another section; here it is refused with that advice.
    var isElsewhere = false
    let read: @Sendable (DraftNode, inout Section, inout ConfigurationReader) -> Void
    let documentation: @Sendable (String, Section) -> [ConfigurationDocumentation.Entry]

    /// A key with one value, kept in the property at `path`.
    /// - Parameter shownDefault: what the documentation says where the property's own default does
    ///   not speak for itself.
    static func value<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Section, Value> & Sendable,
        _ parser: ValueParser<Value>, _ meaning: String, shownDefault: String? = nil
    ) -> SectionKey {
        SectionKey(name: name, expected: parser.expected) { node, section, reader in
            if let value = parser.parse(node, &reader) { section[keyPath: path] = value }
        } documentation: { prefix, defaults in
            [
                ConfigurationDocumentation.Entry(
                    key: prefix + name, type: parser.expected,
                    defaultValue: shownDefault ?? parser.render(defaults[keyPath: path]),
                    meaning: meaning)
            ]
        }
    }

    /// A key that must be there.
    static func required<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Section, Value> & Sendable,
        _ parser: ValueParser<Value>, _ meaning: String
    ) -> SectionKey {
        var key = value(name, path, parser, meaning, shownDefault: "required")
        key.isRequired = true
        return key
    }

    /// A key that is known, and set for all in another section.
    static func sameForAll(_ name: String, in section: String) -> SectionKey {
        var key = SectionKey(name: name, expected: "") { node, _, reader in
            reader.report(
                "same-for-all", at: node.location,
                "`\(name)` is the same for all clients; expected it in the section `\(section)` of the"
                    + " top level only")
        } documentation: { _, _ in
            []
        }
        key.isElsewhere = true
        return key
    }

    /// A section within the section.
    static func section<Inner: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Section, Inner> & Sendable,
        _ table: SectionTable<Inner>
    ) -> SectionKey {
        SectionKey(name: name, expected: "a section") { node, section, reader in
            table.read(node, into: &section[keyPath: path], &reader)
        } documentation: { prefix, defaults in
            table.documentation(prefix: prefix + name + ".", defaults: defaults[keyPath: path])
        }
    }
}
