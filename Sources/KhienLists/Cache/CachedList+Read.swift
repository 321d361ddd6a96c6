import Crypto
import Foundation
import KhienModel

extension CachedList {
    /// The list in a file's bytes; nil: it is none, or not the one of `key`.
    ///
    /// - Parameter checksSum: false only for fuzzing, to reach what stands behind the checksum.
    package static func decode(
        _ bytes: [UInt8], key: [UInt8], checksSum: Bool = true
    ) -> ParsedList? {
        guard bytes.count >= headerByteCount + checkByteCount, bytes.count % 8 == 0 else {
            return nil
        }
        let span = bytes.span
        guard span.word(at: 0) == magic, key.count == 32,
            (0..<32).allSatisfy({ span[8 + $0] == key[$0] })
        else { return nil }
        let fields = (0..<7).map { Int(clamping: span.word(at: 40 + $0 * 8)) }
        let counts = Counts(
            text: fields[0], records: fields[1], links: fields[2], rules: fields[3],
            names: fields[4], report: fields[5])
        guard let starts = counts.starts, let end = starts.last,
            fields[6] == bytes.count, end + checkByteCount == bytes.count,
            counts.links == 0 || counts.links == counts.records,
            counts.report <= Limits.Cache.reportBytesMax
        else { return nil }
        if checksSum {
            var hash = SHA256()
            hash.update(data: bytes[..<end])
            guard hash.finalize().elementsEqual(bytes[end...]) else { return nil }
        }
        return list(bytes, counts, starts)
    }

    private static func list(
        _ bytes: [UInt8], _ counts: Counts, _ starts: [Int]
    ) -> ParsedList? {
        guard let remarks = remarks(bytes[starts[5]..<starts[5] + counts.report]),
            let format = ListFormat(name: remarks.format), canKeep(format),
            let report = remarks.report
        else { return nil }
        var list = ParsedList(
            name: remarks.name, path: remarks.path, format: format, category: remarks.category)
        list.report = report
        let span = bytes.span
        for index in 0..<counts.names {
            let word = span.word(at: starts[4] + index * 8)
            let place = TextRange(
                start: UInt32(truncatingIfNeeded: word), length: UInt32(word >> 32))
            guard isInside(place, counts) else { return nil }
            list.ruleDomains.append(place)
        }
        for index in 0..<counts.rules {
            guard let rule = rule(span, at: starts[3] + index * 48, counts) else { return nil }
            list.adblockRules.append(rule)
        }
        guard let records = records(span, counts, starts, lines: report.lines) else { return nil }
        list.entries = EntryBatch(
            text: Array(bytes[starts[0]..<starts[0] + counts.text]), records: records)
        return list
    }

    private static func remarks(_ bytes: ArraySlice<UInt8>) -> Remarks? {
        do {
            return try JSONDecoder().decode(Remarks.self, from: Data(bytes))
        } catch {
            return nil
        }
    }

    private static func records(
        _ span: Span<UInt8>, _ counts: Counts, _ starts: [Int], lines: Int
    ) -> [EntryRecord]? {
        var records: [EntryRecord] = []
        records.reserveCapacity(counts.records)
        for index in 0..<counts.records {
            let first = span.word(at: starts[1] + index * 16)
            let second = span.word(at: starts[1] + index * 16 + 8)
            var rule = EntryRecord.none
            if counts.links > 0 {
                // The links are padded to eight bytes: a word of them is always there.
                let word = span.word(at: starts[2] + index / 2 * 8)
                rule = UInt32(truncatingIfNeeded: index % 2 == 0 ? word : word >> 32)
            }
            let action = Action(rawValue: UInt8(truncatingIfNeeded: first >> 8))
            guard let kind = TargetKind(rawValue: UInt8(truncatingIfNeeded: first)),
                action != nil || first >> 8 & 0xFF == 0xFF,
                rule == EntryRecord.none || Int(rule) < counts.rules,
                kind != .pattern || rule != EntryRecord.none,
                kind != .phrase
            else { return nil }
            let record = EntryRecord(
                kind: kind, action: action,
                flags: EntryFlags(rawValue: UInt16(truncatingIfNeeded: first >> 16)),
                textStart: UInt32(first >> 32), textLength: UInt32(truncatingIfNeeded: second),
                line: UInt32(second >> 32), rule: rule)
            guard Int(record.textStart) + Int(record.textLength) <= counts.text,
                Int(record.line) <= lines
            else { return nil }
            records.append(record)
        }
        return records
    }

    private static func rule(
        _ span: Span<UInt8>, at offset: Int, _ counts: Counts
    ) -> AdblockRule? {
        let words = (0..<6).map { span.word(at: offset + $0 * 8) }
        func low(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[index]) }
        func high(_ index: Int) -> UInt32 { UInt32(words[index] >> 32) }
        let pattern = TextRange(start: low(0), length: high(0))
        guard let party = AdblockRule.Party(rawValue: UInt8(truncatingIfNeeded: low(1) >> 16)),
            isInside(pattern, counts), high(1) <= UInt32(UInt16.max)
        else { return nil }
        var ranges: [Range<UInt32>] = []
        for index in 2...4 {
            guard low(index) <= high(index), Int(high(index)) <= counts.names else { return nil }
            ranges.append(low(index)..<high(index))
        }
        return AdblockRule(
            pattern: pattern,
            anchors: AdblockRule.Anchors(rawValue: UInt8(truncatingIfNeeded: low(1))),
            traits: AdblockRule.Traits(rawValue: UInt8(truncatingIfNeeded: low(1) >> 8)),
            party: party, typeMask: UInt16(truncatingIfNeeded: high(1)),
            includeDomains: ranges[0], excludeDomains: ranges[1], denyAllowDomains: ranges[2],
            line: low(5))
    }

    private static func isInside(_ place: TextRange, _ counts: Counts) -> Bool {
        Int(place.start) + Int(place.length) <= counts.text
    }
}
