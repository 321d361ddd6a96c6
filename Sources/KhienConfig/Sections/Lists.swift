import KhienModel

/// The key `lists`: its elements start from the guards that the file sets for all.
enum Lists {
    static let key = {
        var key = SectionKey<Configuration>(
            name: "lists", expected: expected, read: read,
            documentation: { prefix, defaults in
                table.documentation(prefix: prefix + "lists[].", defaults: Item())
            })
        key.isRequired = true
        return key
    }()

    private static let expected = "a list of lists (`- path: ...`), at least one"

    /// A list while it is read, with what the configuration keeps elsewhere or not at all.
    private struct Item {
        var list = ListConfiguration()
    }

    private static let table = SectionTable<Item>([
        .required(
            "path", \.list.path, .path("a file or a folder"),
            "The list. gzip, xz and zstd files are read as they are."),
        .value(
            "format", \.list.format, .choice(), "See docs/LISTS.md; `auto` looks at the content."),
        .value(
            "name", \.list.name, .word("a name"), "In logs and messages; each list has its own.",
            shownDefault: "the path's last part without its ending"),
        .value(
            "category", \.list.category, .word("a category"),
            "What the entries are about, where they do not say themselves.",
            shownDefault: "the name"),
        .value(
            "action", \.list.action, actionParser,
            "`block`, `warn` (a page with a way to continue), `monitor` (pass and record) or"
                + " `allow` (an exception)."),
        .value(
            "authority", \.list.authority, authorityParser,
            "`authority`: the list enforces orders; no exception of the operator lifts it."),
        .value(
            "confidential", \.list.isConfidential, .boolean,
            "Keep keyed hashes of its targets only (the key: `lists.key` in the state folder); name"
                + " none of them in messages and events. Patterns and expressions are refused."),
        .section("guards", \.list.guards, ConfigurationTables.guards),
    ])

    private static let actionParser = ValueParser<Action>.scalar(
        "one of: `block`, `warn`, `monitor`, `allow`", render: \.name
    ) { (text, _) throws(ScalarFault) in
        guard let action = Action(name: text) else { throw .shape }
        return action
    }

    private static let authorityParser = ValueParser<Authority>.scalar(
        "one of: `operator`, `authority`",
        render: { $0 == .operator ? "operator" : "authority" }
    ) { (text, _) throws(ScalarFault) in
        switch text {
        case "operator": .operator
        case "authority": .authority
        default: throw .shape
        }
    }

    @Sendable private static func read(
        _ node: DraftNode, _ configuration: inout Configuration,
        _ reader: inout ConfigurationReader
    ) {
        let limit = Limits.Config.listsMax
        guard let nodes = node.elements(expected: expected, limit: limit, &reader) else { return }
        if nodes.isEmpty {
            reader.report("out-of-range", at: node.location, "expected \(expected); found none")
        }
        var lines: [String: Int] = [:]
        for element in nodes {
            guard let list = list(element, configuration.guards, &reader) else { continue }
            if let line = lines[list.name] {
                reader.report(
                    "duplicate", at: element.location,
                    "two lists are named `\(list.name)` (the other in line \(line)); expected a"
                        + " `name` of its own for each")
            }
            lines[list.name] = element.location.line
            configuration.lists.append(list)
        }
    }

    private static func list(
        _ node: DraftNode, _ guards: GuardConfiguration, _ reader: inout ConfigurationReader
    ) -> ListConfiguration? {
        var item = Item()
        item.list.guards = guards
        let faultsBefore = reader.diagnostics.count
        table.read(node, into: &item, &reader)
        guard reader.diagnostics.count == faultsBefore else { return nil }
        if item.list.name.isEmpty {
            guard let name = defaultName(path: item.list.path) else {
                reader.report(
                    "missing-key", at: node.location,
                    "no name can be made of the path \"\(DraftNode.excerpt(item.list.path))\";"
                        + " expected the key `name`")
                return nil
            }
            item.list.name = name
        }
        if item.list.category.isEmpty { item.list.category = item.list.name }
        return item.list
    }

    /// The path's last part up to its first dot, if that is a name.
    private static func defaultName(path: String) -> String? {
        guard let last = path.split(separator: "/").last else { return nil }
        let stem = last.prefix { $0 != "." }
        guard !stem.isEmpty, stem.utf8.count <= Limits.Config.nameBytesMax,
            stem.utf8.allSatisfy(AsciiText.isWordByte)
        else { return nil }
        return String(stem)
    }
}
