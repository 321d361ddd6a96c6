import KhienImage
import KhienLists
import KhienModel
import KhienText

/// Gathers the targets that the image does not hold in clear: SHA-256 of expressions, and all targets
/// of confidential lists, as keyed hashes.
struct HiddenTargets {
    /// What becomes of an entry of a confidential list.
    enum Outcome {
        case taken
        /// Rules and expressions are matched by their text; it cannot be hidden.
        case impossible
        case badAddress
    }

    private var expressions = DigestTableBuilder(.expressions, .sha256)
    private var confidential = DigestTableBuilder(.confidential, .keyed)
    private let key: ListKey?
    /// Prefix lengths of confidential addresses: family, length.
    private var lengths: Set<[UInt8]> = []
    private var hasConfidentialExpressions = false

    init(key: ListKey?) { self.key = key }

    /// Items that repeated an entry of the same list.
    var duplicates: Int { expressions.duplicates + confidential.duplicates }

    /// Adds an expression of a list that is not confidential.
    mutating func addExpression(_ sha256: Digest, _ item: KeyItem) { expressions.add(sha256, item) }

    /// Adds an entry of a confidential list.
    mutating func addConfidential(
        _ item: KeyItem, _ kind: TargetKind, _ target: Span<UInt8>
    ) -> Outcome {
        guard let key else { return .impossible }
        switch kind {
        case .host, .domain:
            add(item, .host, target, 0..<target.count, key)
        case .url, .urlPrefix:
            add(item, .url, target, 0..<target.count, key)
            var mark = item
            mark.marks = 1
            add(mark, .host, target, 0..<Compiler.hostEnd(target), key)
        case .address, .network:
            guard let address = Compiler.addressKey(target) else { return .badAddress }
            add(item, .address, address.span, 0..<address.count, key)
            lengths.insert([address[0], address[1]])
        case .expression:
            guard let sha256 = Digest(hexadecimal: target) else { return .impossible }
            confidential.add(KeyedHash.expression(sha256, key), item)
            hasConfidentialExpressions = true
        case .pattern, .regex, .phrase:
            return .impossible
        }
        return .taken
    }

    private mutating func add(
        _ item: KeyItem, _ subject: KeyedHash.Subject, _ text: Span<UInt8>, _ range: Range<Int>,
        _ key: ListKey
    ) {
        var hash = KeyedHash(key, subject)
        hash.add(text, range)
        confidential.add(hash.digest, item)
    }

    /// Both sections.
    mutating func build(entries: inout EntryColumn) -> [SectionData] {
        if let key {
            let mark = KeyItem(hash: 0, list: 0, marks: 1, record: 0)
            for length in lengths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                add(mark, .address, [length[0], 0xFF, length[1]].span, 0..<3, key)
            }
            if hasConfidentialExpressions {
                confidential.add(KeyedHash(key, .expression).digest, mark)
            }
        }
        return [
            expressions.build(keyCheck: nil, entries: &entries),
            confidential.build(keyCheck: key?.check, entries: &entries),
        ]
    }
}

/// The protected names as the hashes that an expression list would hold for them.
struct ProtectedExpressions {
    private let reasons: [Digest: ProtectedNames.Reason]

    init(_ names: ProtectedNames) {
        var reasons: [Digest: ProtectedNames.Reason] = [:]
        names.forEachDomain { name, reason in
            var hash = SHA256Hash()
            hash.add(name.span, 0..<name.count)
            hash.add(UInt8(ascii: "/"))
            let digest = hash.digest
            if reasons[digest] != .protected { reasons[digest] = reason }
        }
        self.reasons = reasons
    }

    /// Why an entry with this hash is to be held; nil: it is not.
    func reason(_ sha256: Digest) -> ProtectedNames.Reason? { reasons[sha256] }
}
