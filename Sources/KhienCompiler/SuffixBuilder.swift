import KhienImage
import KhienText

/// Builds the table of public suffixes. A key's number of "entries" is the sum of its rules' kinds:
/// 1 exact, 2 wildcard, 4 exception; the entries themselves do not exist.
enum SuffixBuilder {
    static func section(
        _ list: PublicSuffixList?, seed: UInt64
    ) throws(ImageError) -> SectionData {
        var kinds: [[UInt8]: UInt32] = [:]
        if let list {
            for rule in list.rules {
                let flag: UInt32 =
                    switch rule.kind {
                    case .exact: 1
                    case .wildcard: 2
                    case .exception: 4
                    }
                kinds[Array(list.bytes[rule.name]), default: 0] |= flag
            }
        }
        let names = kinds.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let items = names.indices.map { index in
            let name = names[index]
            let hash = KeyHash.host(name.span, 0..<name.count, seed: seed).value
            return KeyItem(hash: hash, list: 0, marks: 0, record: UInt32(index))
        }
        var builder = KeyTableBuilder(.suffixes, items: items)
        var counter = SuffixCounter(counts: names.map { kinds[$0] ?? 0 })
        return try builder.build(
            appendKey: { item, text in text += names[Int(item.record)] }, entries: &counter)
    }
}

/// Counts where other tables add entries.
private struct SuffixCounter: EntrySink {
    let counts: [UInt32]
    private(set) var count = 0

    init(counts: [UInt32]) { self.counts = counts }

    mutating func append(_ item: KeyItem, unlessRepeatedSince start: Int) -> Bool {
        count += Int(counts[Int(item.record)])
        return true
    }

    func profile(since start: Int) -> KeyProfile? { nil }
}
