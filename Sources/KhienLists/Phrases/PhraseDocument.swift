import KhienModel
import Yams

/// A phrase list in YAML, read as a whole: what each of its lines asks for.
///
/// YAML is read by libyaml through Yams, as the configuration is: people quote phrases, fold them
/// and write lists in two ways, and a reader of our own would get one of these wrong. What protects
/// it is checked first: the document's size and what its aliases repeat (`PhraseAliases`); libyaml refuses more
/// than a thousand nested levels.
///
/// A fault stands at the line where it was found. A rule with a fault is left out; the others count. A key
/// without effect is told, and its rule counts.
struct PhraseDocument {
    /// What a line asks for.
    struct Line {
        var drafts: [PhraseDraft] = []
        var fault: LineFault?
    }

    private(set) var lines: [Int: Line] = [:]
    private(set) var category: String?
    private(set) var limit: Int32?
    /// Sets of windows; `PhraseDraft.windows` is an index into it.
    private(set) var windows: [[PhraseWindow]] = []
    private let places: PhraseLines

    /// - Parameter lineEnd: what ends the lines of the report, LF or CR.
    init(_ bytes: [UInt8], lineEnd: UInt8) {
        guard bytes.count <= Limits.Phrases.documentBytesMax else {
            places = PhraseLines([], lineEnd: lineEnd)
            reject(.rejected("phrases.too-large", "the list is larger than 16 MiB"), at: nil)
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            places = PhraseLines([], lineEnd: lineEnd)
            reject(.rejected("phrases.encoding", "the list is not UTF-8"), at: nil)
            return
        }
        places = PhraseLines(bytes, lineEnd: lineEnd)
        load(bytes, text)
    }

    private mutating func load(_ bytes: [UInt8], _ text: String) {
        do {
            if let excess = try PhraseAliases.excess(in: bytes, places) {
                return reject(excess.fault, at: excess.mark)
            }
            guard let root = try Parser(yaml: text, encoding: .utf8).singleRoot() else {
                return reject(.rejected("phrases.empty", "the list has no key `rules`"), at: nil)
            }
            read(root)
        } catch YamlError.duplicatedKeysInMapping(_, let context) {
            reject(
                .rejected(
                    "phrases.duplicate-key", "a key of this section stands in it more than once"),
                at: context.mark)
        } catch YamlError.reader(_, let offset, _, _) {
            rejectCharacter(offset, of: text)
        } catch let error as YamlError {
            reject(.rejected("phrases.syntax", "this is not YAML"), at: Self.mark(of: error))
        } catch {
            reject(.rejected("phrases.syntax", "this is not YAML"), at: nil)
        }
    }

    private static func mark(of error: YamlError) -> Mark? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark
        default: nil
        }
    }

    // MARK: Places

    /// Keeps a fault, unless its line has one.
    ///
    /// - Parameter mark: where it stands; nil: the document as a whole.
    private mutating func reject(_ fault: LineFault, at mark: Mark?) {
        let line = places.line(of: mark)
        guard lines[line]?.fault == nil else { return }
        var fault = fault
        fault.offset = places.offset(of: mark)
        lines[line, default: Line()].fault = fault
    }

    private mutating func reject(_ fault: LineFault, at node: Node) {
        reject(fault, at: node.mark)
    }

    /// Keeps the fault of a character that YAML has not: NUL, other controls, U+FFFE.
    ///
    /// - Parameter offset: Yams counts it in characters as Swift has them.
    private mutating func rejectCharacter(_ offset: Int?, of text: String) {
        var fault = LineFault.rejected("phrases.syntax", "this is not YAML")
        var line = 1
        if let offset,
            let index = text.index(text.startIndex, offsetBy: offset, limitedBy: text.endIndex)
        {
            let byte = text.utf8.distance(from: text.startIndex, to: index)
            line = places.line(ofByte: byte)
            fault.offset = places.offset(ofByte: byte)
        }
        lines[line, default: Line()].fault = fault
    }

    /// Takes out what a line asks for.
    mutating func take(_ line: Int) -> Line? { lines.removeValue(forKey: line) }

    // MARK: The document

    private mutating func read(_ root: Node) {
        guard case .mapping(let mapping) = root else {
            return reject(
                .rejected("phrases.shape", "expected keys: category, limit, rules"), at: root)
        }
        var options = PhraseOptions()
        var rules: Node?
        var limitKey: Node?
        for (key, value) in mapping {
            switch key.string {
            case "category": readCategory(value)
            case "limit":
                limitKey = key
                let most = Int(Limits.Phrases.weightMax)
                let number = PhraseOptions.integer(value, -most...most)
                limit = number.flatMap { $0 == 0 ? nil : Int32($0) }
                if limit == nil {
                    reject(
                        .rejected(
                            "phrases.limit", "expected a score from 1 to 1000000, or below zero"),
                        at: value)
                }
            case "rules": rules = value
            case let name?:
                do throws(LineFault) {
                    if try !options.set(name, value, &windows) {
                        reject(.rejected("phrases.unknown-key", "unknown key"), at: key)
                    }
                } catch {
                    reject(error, at: value)
                }
            case nil: reject(.rejected("phrases.unknown-key", "expected a name"), at: key)
            }
        }
        guard let rules, case .sequence(let sequence) = rules else {
            return reject(
                .rejected("phrases.rules", "expected `rules:` and a list of rules"),
                at: rules ?? root)
        }
        for rule in sequence { read(rule: rule, options) }
        if let limitKey, let limit, limit < 0 { checkRelief(limitKey) }
        if limit != nil, category == nil {
            reject(.rejected("phrases.limit", "a limit needs a category"), at: root)
        }
    }

    /// Tells of a limit below zero where no rule takes anything off.
    private mutating func checkRelief(_ key: Node) {
        let drafts = lines.values.flatMap(\.drafts)
        guard !drafts.isEmpty, drafts.allSatisfy({ $0.weight >= 0 }) else { return }
        reject(
            .unsupported(
                "phrases.no-effect",
                "a limit below zero is what the list takes off at most: no weight is below zero"),
            at: key)
    }

    private mutating func readCategory(_ node: Node) {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty,
            scalar.string.utf8.count <= Limits.Phrases.groupNameBytesMax,
            PrintableText.isPrintable(scalar.string)
        else {
            return reject(
                .rejected(
                    "phrases.category",
                    "expected a name of 1 to 255 bytes without control characters"), at: node)
        }
        category = scalar.string
    }

    private mutating func read(rule node: Node, _ defaults: PhraseOptions) {
        guard case .mapping(let mapping) = node else {
            return reject(
                .rejected("phrases.rule", "expected keys: phrase, weight, ..."), at: node)
        }
        var options = defaults
        options.beginRule()
        var phrases: [(texts: [Node], isRegex: Bool)] = []
        var isGood = true
        for (key, value) in mapping {
            do throws(LineFault) {
                switch key.string {
                case "phrase": phrases.append(([value], false))
                case "phrases":
                    phrases += try Self.sequence(value).map { ([$0], false) }
                case "all": phrases.append((try Self.sequence(value), false))
                case "regex": phrases.append(([value], true))
                case let name?:
                    if try options.set(name, value, &windows) { break }
                    reject(.rejected("phrases.unknown-key", "unknown key"), at: key)
                    isGood = false
                case nil: throw .rejected("phrases.unknown-key", "expected a name")
                }
            } catch {
                reject(error, at: value)
                isGood = false
            }
        }
        if phrases.isEmpty, isGood {
            reject(
                .rejected("phrases.rule", "expected one of phrase, phrases, all, regex"), at: node)
        }
        guard isGood else { return }
        // What stands before all rules is for those that weigh; in a rule of its own it is a mistake.
        for (key, _) in mapping where !options.matters(key.string ?? "") {
            reject(
                .unsupported(
                    "phrases.no-effect", "a ban or an exception needs one occurrence, no weight"),
                at: key)
        }
        for (texts, isRegex) in phrases { add(texts, isRegex: isRegex, options, in: node) }
    }

    private static func sequence(_ node: Node) throws(LineFault) -> [Node] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw .rejected("phrases.rule", "expected a list of phrases")
        }
        return Array(sequence)
    }

    private mutating func add(
        _ texts: [Node], isRegex: Bool, _ options: PhraseOptions, in rule: Node
    ) {
        var draft: PhraseDraft
        do throws(LineFault) {
            draft = try options.draft()
        } catch {
            return reject(error, at: rule)
        }
        for text in texts {
            do throws(LineFault) {
                guard case .scalar(let scalar) = text else {
                    throw .rejected("phrases.rule", "expected a phrase")
                }
                let bytes = Array(scalar.string.utf8)
                draft.terms.append(
                    isRegex
                        ? try PhraseDraft.expression(bytes)
                        : try PhraseDraft.literal(
                            bytes, startsWord: options.isWholeWord, endsWord: options.isWholeWord,
                            at: nil))
            } catch {
                return reject(error, at: text)
            }
        }
        lines[places.line(of: texts.first?.mark), default: Line()].drafts.append(draft)
    }
}
