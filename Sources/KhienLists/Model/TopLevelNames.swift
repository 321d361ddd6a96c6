import KhienText

/// The top-level names of registries: `com`, `vn`. A list that names one is read, so that the compiler can
/// hold the entry for a person; any other name of one label (`localhost`, a slip) is rejected.
public struct TopLevelNames: Sendable {
    private let names: Set<[UInt8]>

    /// The last labels of a public suffix list's rules, those of its private section left out.
    public init(_ list: PublicSuffixList) {
        var names: Set<[UInt8]> = []
        for rule in list.rules where rule.section == .icann {
            let name = list.bytes[rule.name]
            let dot = name.lastIndex(of: Byte.dot)
            names.insert(Array(name[(dot.map { $0 + 1 } ?? name.startIndex)...]))
        }
        self.names = names
    }

    var count: Int { names.count }

    /// Whether a name of one label, in canonical form, is one of them.
    func contains(_ name: ArraySlice<UInt8>) -> Bool { names.contains(Array(name)) }

    /// In a fixed order, for what depends on which they are.
    var sorted: [[UInt8]] { names.sorted { $0.lexicographicallyPrecedes($1) } }
}
