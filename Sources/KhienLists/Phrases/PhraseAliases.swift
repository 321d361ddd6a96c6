import KhienModel
import Yams

/// What the aliases (`*name`) of a YAML document stand for, counted before Yams follows them.
///
/// Yams follows an alias by sharing what its anchor names, and hashes the keys of each section with all that
/// they hold: a few aliases of aliases in a key are millions of values. Which `*` is an alias only a reader of
/// YAML knows, in quotes, comments and blocks of text it is a character. So libyaml is asked, with each `*` before
/// a name written as `&`, an anchor of nothing: it reads names of both in the same way, and to all other text both are
/// characters like others. Where it finds an anchor and the document has a `*`, an alias stands.
struct PhraseAliases {
    /// What is one too many.
    struct Excess {
        var mark: Mark?
        var fault: LineFault
    }

    private let source: [UInt8]
    private var cursor: PhraseCursor
    /// Values of what an anchor names, by its name.
    private var sizes: [String: Int] = [:]
    private var count = 0
    /// Values that aliases add to those of the document.
    private var added = 0
    private var excess: Excess?

    private init(_ source: [UInt8], _ lines: PhraseLines) {
        self.source = source
        cursor = PhraseCursor(lines)
    }

    /// Counts the aliases of a document.
    ///
    /// - Returns: nil: they may be followed.
    /// - Throws: `YamlError`: the document is no YAML.
    static func excess(in source: [UInt8], _ lines: PhraseLines) throws -> Excess? {
        guard let outline = outline(of: source) else { return nil }
        let parser = try Parser(yaml: outline, encoding: .utf8)
        // Nodes hold their anchors weakly; the parser holds them.
        return try withExtendedLifetime(parser) {
            guard let root = try parser.singleRoot() else { return nil }
            var aliases = PhraseAliases(source, lines)
            _ = aliases.size(of: root)
            return aliases.excess
        }
    }

    /// The document with anchors in place of aliases; nil: it has none of one or the other.
    private static func outline(of source: [UInt8]) -> String? {
        var outline = source
        var hasAnchor = false
        var hasAlias = false
        for index in source.indices.dropLast() where isOfName(source[index + 1]) {
            if source[index] == UInt8(ascii: "&") { hasAnchor = true }
            if source[index] == Byte.star {
                outline[index] = UInt8(ascii: "&")
                hasAlias = true
            }
        }
        return hasAnchor && hasAlias ? String(decoding: outline, as: UTF8.self) : nil
    }

    /// What names of anchors are made of in libyaml (`IS_ALPHA`).
    private static func isOfName(_ byte: UInt8) -> Bool {
        Byte.isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == Byte.hyphen
            || byte == UInt8(ascii: "_")
    }

    /// The values of a node, with what its aliases add. It recurs as deep as libyaml does, a thousand levels.
    private mutating func size(of node: Node) -> Int {
        // No sum grows past the limit and the document.
        guard excess == nil else { return 0 }
        if let anchor = node.anchor, let mark = node.mark, isAlias(at: mark) {
            let size = sizes[anchor.rawValue] ?? 1
            count += 1
            added += size
            check(mark)
            return size
        }
        var size = 1
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                size += self.size(of: key)
                size += self.size(of: value)
            }
        case .sequence(let sequence): for item in sequence { size += self.size(of: item) }
        case .scalar, .alias: break
        }
        if let anchor = node.anchor { sizes[anchor.rawValue] = size }
        return size
    }

    private mutating func isAlias(at mark: Mark) -> Bool {
        let byte = cursor.byte(at: mark)
        return byte < source.count && source[byte] == Byte.star
    }

    private mutating func check(_ mark: Mark) {
        var fault: LineFault
        if count > Limits.Config.aliasesMax {
            fault = .rejected("phrases.aliases", "too many aliases (`*name`)")
            fault.limit = Limits.Config.aliasesMax
        } else if added > Limits.Phrases.aliasValuesMax {
            fault = .rejected(
                "phrases.aliases", "the aliases (`*name`) of the list repeat too many values")
            fault.limit = Limits.Phrases.aliasValuesMax
        } else {
            return
        }
        excess = Excess(mark: mark, fault: fault)
    }
}
