import KhienModel

/// A field value of the form `item;q=0.5, item`.
///
/// Source: RFC 9110 sections 5.6.1 and 12.4.2.
struct WeightedList {
    struct Item: Equatable {
        /// Lower case, without parameters.
        let name: String
        /// 0 to 1000.
        let weight: Int
    }

    /// In the field's order. Items without a name are left out; a weight that is none counts as 0,
    /// so that nonsense is never preferred.
    let items: [Item]

    /// Reads at most the first part of a field; what is cut in the middle is left out.
    init(_ field: String) {
        var bytes = Array(field.utf8.prefix(Limits.Answer.negotiationBytesMax))
        if field.utf8.count > bytes.count {
            let comma = bytes.lastIndex(of: UInt8(ascii: ",")) ?? 0
            bytes.removeSubrange(comma...)
        }
        var items: [Item] = []
        for part in bytes.split(separator: UInt8(ascii: ","))
            .prefix(Limits.Answer.negotiationRangesMax)
        {
            let pieces = part.split(separator: UInt8(ascii: ";")).map(Self.trimmed)
            guard let name = pieces.first, !name.isEmpty else { continue }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }
            items.append(
                Item(name: name, weight: weight.map { Self.weight($0.dropFirst(2)) } ?? 1_000))
        }
        self.items = items
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let text = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: Array(text), as: UTF8.self).lowercased()
    }

    /// `0.25` as 250. `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`
    private static func weight(_ text: Substring) -> Int {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole == "1" else { return 0 }
        let digits = parts.count == 2 ? parts[1] : ""
        guard digits.utf8.count <= 3, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return 0 }
        let thousandths = Int(digits + String(repeating: "0", count: 3 - digits.utf8.count)) ?? 0
        return min(1_000, whole == "1" ? 1_000 : thousandths)
    }
}
