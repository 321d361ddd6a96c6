import KhienImage
import KhienModel

/// The strings of an image while it is made; equal strings are stored once.
struct StringColumn {
    private(set) var bytes: [UInt8] = []
    private var known: [String: (UInt32, UInt32)] = [:]

    /// Offset and length of `string`, as two words of a record.
    mutating func add(_ string: String) -> [UInt32] {
        if let (offset, count) = known[string] { return [offset, count] }
        let offset = UInt32(truncatingIfNeeded: bytes.count)
        let count = UInt32(string.utf8.count)
        bytes.append(contentsOf: string.utf8)
        known[string] = (offset, count)
        return [offset, count]
    }

    func section() -> SectionData { SectionData(.strings, [.bytes(bytes)]) }
}

/// Records of lists and orders, as `ListTable` and `OrderTable` read them.
enum RecordColumns {
    static func list(_ info: ListInfo, _ strings: inout StringColumn) -> [UInt32] {
        var words: [UInt32] = []
        for text in [info.name, info.path, info.format, info.category] {
            words += strings.add(text)
        }
        words.append(UInt32(info.action.rawValue) | UInt32(info.authority.rawValue) << 8)
        words += [info.accepted, info.repaired, info.rejected, info.unsupported, info.entries]
        return words + halves(info.serial)
    }

    static func order(_ order: Order, _ strings: inout StringColumn) -> [UInt32] {
        var words: [UInt32] = []
        for text in [
            order.number, order.authority, order.legalBasis, order.category, order.contact,
        ] {
            words += strings.add(text)
        }
        for date in [order.issued, order.effective, order.expires] {
            words += halves(UInt64(bitPattern: date?.seconds ?? OrderTable.noDate))
        }
        return words + [UInt32(order.action.rawValue), 0, 0, 0]
    }

    private static func halves(_ value: UInt64) -> [UInt32] {
        [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
    }
}
