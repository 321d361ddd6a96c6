import Crypto
import Foundation
import KhienModel

extension CachedList {
    /// Whether a list may be kept: read to its end, with nothing that depends on the time of reading
    /// (orders, whose expiry is noted then), and no phrases, whose parts the file has no place for.
    static func canKeep(_ list: ParsedList) -> Bool {
        list.report.isComplete && list.orders.isEmpty && canKeep(list.format)
            && list.phraseRules.isEmpty
    }

    static func canKeep(_ format: ListFormat) -> Bool { format != .orders && format != .phrases }

    /// The file of a list; nil: it is one that is not kept, or too large.
    ///
    /// - Parameter key: 32 bytes.
    package static func encode(_ list: ParsedList, key: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isWhole = write(list, key: key) { bytes += $0 }
        return isWhole ? bytes : nil
    }

    /// Writes the file piece by piece, so that a list is never in memory twice.
    ///
    /// - Returns: false: it is not one that is kept; nothing or a part was written.
    static func write(
        _ list: ParsedList, key: [UInt8], _ output: ([UInt8]) throws -> Void
    ) rethrows -> Bool {
        guard canKeep(list), key.count == 32, let remarks = remarks(list) else { return false }
        var counts = Counts(
            text: list.entries.text.count, records: list.entries.records.count,
            rules: list.adblockRules.count, names: list.ruleDomains.count, report: remarks.count)
        if list.entries.records.contains(where: { $0.rule != EntryRecord.none }) {
            counts.links = counts.records
        }
        guard let end = counts.starts?.last else { return false }
        var writer = PieceWriter()
        writer.add(magic)
        writer.bytes += key
        for count in counts.fields + [end + checkByteCount] { writer.add(UInt64(count)) }
        try writer.addAll(list.entries.text, output)
        for record in list.entries.records {
            writer.add(word(record))
            writer.add(UInt64(record.textLength) | UInt64(record.line) << 32)
            try writer.flush(output)
        }
        if counts.links > 0 {
            for record in list.entries.records {
                writer.add(record.rule)
                try writer.flush(output)
            }
            writer.pad()
        }
        for rule in list.adblockRules {
            writer.add(rule)
            try writer.flush(output)
        }
        for name in list.ruleDomains {
            writer.add(name.start)
            writer.add(name.length)
            try writer.flush(output)
        }
        try writer.addAll(remarks, output)
        try writer.flush(output, all: true)
        try output(Array(writer.hash.finalize()))
        return true
    }

    private static func word(_ record: EntryRecord) -> UInt64 {
        UInt64(record.kind.rawValue) | UInt64(record.action?.rawValue ?? .max) << 8
            | UInt64(record.flags.rawValue) << 16 | UInt64(record.textStart) << 32
    }

    /// The report as JSON; nil: more of it than is kept.
    private static func remarks(_ list: ParsedList) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            let bytes = [UInt8](try encoder.encode(Remarks(list)))
            return bytes.count <= Limits.Cache.reportBytesMax ? bytes : nil
        } catch {
            return nil
        }
    }
}

/// Gathers bytes, hands them out in pieces and hashes them on the way.
private struct PieceWriter {
    /// Bytes of a piece.
    static let pieceBytes = 1 << 20

    var bytes: [UInt8] = []
    var hash = SHA256()

    mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    mutating func add(_ word: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    mutating func add(_ rule: AdblockRule) {
        add(rule.pattern.start)
        add(rule.pattern.length)
        bytes += [rule.anchors.rawValue, rule.traits.rawValue, rule.party.rawValue, 0]
        add(UInt32(rule.typeMask))
        for range in [rule.includeDomains, rule.excludeDomains, rule.denyAllowDomains] {
            add(range.lowerBound)
            add(range.upperBound)
        }
        add(rule.line)
        add(UInt32(0))
    }

    /// Adds bytes of any number, then zeros to eight.
    mutating func addAll(_ all: [UInt8], _ output: ([UInt8]) throws -> Void) rethrows {
        var start = 0
        while start < all.count {
            let end = min(start + Self.pieceBytes, all.count)
            bytes += all[start..<end]
            start = end
            try flush(output)
        }
        pad()
    }

    /// Every part before began at a multiple of eight, as did every piece.
    mutating func pad() {
        while bytes.count % 8 != 0 { bytes.append(0) }
    }

    /// Hands out what there is, where that is a piece or more.
    mutating func flush(_ output: ([UInt8]) throws -> Void, all: Bool = false) rethrows {
        guard bytes.count >= Self.pieceBytes || (all && !bytes.isEmpty) else { return }
        // What is left over keeps its place within eight bytes.
        let count = all ? bytes.count : bytes.count / 8 * 8
        let piece = Array(bytes[..<count])
        bytes.removeFirst(count)
        hash.update(data: piece)
        try output(piece)
    }
}
