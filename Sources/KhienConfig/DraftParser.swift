import KhienModel
import Yams

/// From the bytes of a YAML file to a draft.
///
/// YAML is read by libyaml through Yams. Before it sees the text, the limits that protect it are
/// applied here: size, UTF-8 and the number of aliases, because Yams follows an alias by copying
/// and compares whole keys, which a file of a kilobyte could turn into years.
struct DraftParser {
    private let file: String
    private let lines: LineTable
    private var nodeCount = 0

    private init(file: String, text: String) {
        self.file = file
        lines = LineTable(text)
    }

    /// - Throws: one fault; YAML that does not parse has no second.
    static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationErrors) -> Draft {
        let text = try decode(bytes, file: file)
        try checkAliases(text, file: file)
        var parser = DraftParser(file: file, text: text)
        let root: Node?
        do {
            root = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw ConfigurationErrors([parser.diagnostic(of: error)])
        } catch {
            throw fault("config.syntax", SourceLocation(file: file), "YAML: \(error)")
        }
        guard let root else {
            throw fault(
                "config.empty", SourceLocation(file: file),
                "the file is empty; expected at least the key `lists`")
        }
        return Draft(file: file, root: try parser.node(root, depth: 1))
    }

    private static func fault(
        _ code: String, _ location: SourceLocation, _ message: String
    ) -> ConfigurationErrors {
        ConfigurationErrors([Diagnostic(.error, code, at: location, message)])
    }

    private static func decode(
        _ bytes: [UInt8], file: String
    ) throws(ConfigurationErrors) -> String {
        guard bytes.count <= Limits.Config.fileBytesMax else {
            throw fault(
                "config.too-large", SourceLocation(file: file),
                "the file has \(bytes.count) bytes or more; the limit is"
                    + " \(Limits.Config.fileBytesMax) bytes")
        }
        // libyaml is told that the text is UTF-8 and then no longer expects a byte order mark.
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let repaired = String(decoding: content, as: UTF8.self)
            let line = LineTable.firstLine(of: "\u{FFFD}", in: repaired)
            throw fault(
                "config.encoding", SourceLocation(file: file, line: line),
                "the file is not UTF-8; expected UTF-8 text")
        }
        return text
    }

    /// Counts what could be an alias: a `*` that begins a token. One inside quotes or a block of
    /// text may be counted too; the limit is far above what a configuration needs.
    private static func checkAliases(_ text: String, file: String) throws(ConfigurationErrors) {
        var count = 0
        var line = 1
        var startsToken = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                startsToken = true
            case UInt8(ascii: "*") where startsToken:
                count += 1
                startsToken = false
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "["),
                UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"),
                UInt8(ascii: "?"):
                startsToken = true
            default:
                // Every byte of a character beyond ASCII: some of them are breaks to libyaml.
                startsToken = byte >= 0x80
            }
            if count > Limits.Config.aliasesMax {
                throw fault(
                    "config.aliases", SourceLocation(file: file, line: line),
                    "more than \(Limits.Config.aliasesMax) aliases (`*name`) in one file")
            }
        }
    }

    private func location(_ mark: Mark?) -> SourceLocation {
        guard let mark else { return SourceLocation(file: file) }
        return lines.location(file: file, line: mark.line, scalarColumn: mark.column)
    }

    private mutating func node(
        _ node: Node, depth: Int
    ) throws(ConfigurationErrors) -> DraftNode {
        let place = location(node.mark)
        nodeCount += 1
        guard nodeCount <= Limits.Config.nodesMax else {
            throw Self.fault(
                "config.too-many-values", place,
                "more than \(Limits.Config.nodesMax) values in one file")
        }
        guard depth <= Limits.Config.depthMax else {
            throw Self.fault(
                "config.too-deep", place,
                "nested deeper than \(Limits.Config.depthMax) levels")
        }
        switch node {
        case .scalar(let scalar):
            return DraftNode(location: place, value: try value(of: scalar, at: place))
        case .sequence(let sequence):
            var items: [DraftNode] = []
            for item in sequence { items.append(try self.node(item, depth: depth + 1)) }
            return DraftNode(location: place, value: .sequence(items))
        case .mapping(let mapping):
            var entries: [DraftEntry] = []
            for (key, value) in mapping {
                entries.append(try entry(key, value, depth: depth))
            }
            return DraftNode(location: place, value: .mapping(entries))
        case .alias:
            throw Self.fault("config.aliases", place, "this alias has no anchor")
        }
    }

    private mutating func entry(
        _ key: Node, _ value: Node, depth: Int
    ) throws(ConfigurationErrors) -> DraftEntry {
        let place = location(key.mark)
        guard case .scalar(let name) = key, name.string.utf8.count <= 256 else {
            throw Self.fault("config.key", place, "a key must be a short word, as in `state: ...`")
        }
        return DraftEntry(
            key: name.string, keyLocation: place, value: try node(value, depth: depth + 1))
    }

    private func value(
        of scalar: Node.Scalar, at place: SourceLocation
    ) throws(ConfigurationErrors) -> DraftNode.Value {
        guard scalar.string.utf8.count <= Limits.Config.scalarBytesMax else {
            throw Self.fault(
                "config.value-too-long", place,
                "a value of \(scalar.string.utf8.count) bytes; the limit is"
                    + " \(Limits.Config.scalarBytesMax)")
        }
        let quoted = scalar.style != .plain && scalar.style != .any
        if !quoted, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .empty }
        return .scalar(scalar.string, quoted: quoted)
    }

    private func diagnostic(of error: YamlError) -> Diagnostic {
        func make(_ code: String, _ place: SourceLocation, _ message: String) -> Diagnostic {
            Diagnostic(.error, code, at: place, message)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { $0.text + ", " } ?? ""
            return make("config.syntax", location(mark), "YAML: \(before)\(problem)")
        case .reader(let problem, let offset, _, _):
            return make(
                "config.syntax", lines.location(file: file, characterOffset: offset ?? 0),
                "YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "`\(DraftNode.excerpt($0))`" }.joined(separator: ", ")
            return make(
                "config.duplicate-key", location(context.mark),
                "the key \(names) stands more than once in this section; expected each key once")
        default:
            return make("config.syntax", SourceLocation(file: file), "YAML: \(error)")
        }
    }
}
