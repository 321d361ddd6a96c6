import KhienModel

extension CanonicalFolder {
    /// Folds words, or pieces of a long one, from the one that begins at `start`; returns where the
    /// first ends that was not folded quickly, or the last.
    @inline(__always)
    mutating func foldWords(
        _ raw: Span<UInt8>, _ start: Int, _ end: Int, _ state: inout FoldState
    ) -> Int {
        var cursor = WordCursor(
            index: start, exact: exactEnd, plain: plainCount,
            endsWithSpace: state.endsWithSpace)
        let outcome = Self.foldQuickly(
            raw, end, &cursor, records, &block)
        differs = differs || cursor.differs
        hasSigns = hasSigns || cursor.kinds.hasSigns
        exactEnd = cursor.exact
        plainCount = cursor.plain
        state.endsWithSpace = cursor.endsWithSpace
        guard outcome == .slow else { return cursor.index }
        clearMarks(cursor.plain..<cursor.tried)
        let limit = Self.pieceEnd(raw, cursor.index, end) ?? end
        return foldSlowly(raw, cursor.index, limit, &state)
    }

    enum Outcome { case done, slow }

    /// How far input and output have come.
    struct WordCursor {
        var index: Int
        var exact: Int
        var plain: Int
        var endsWithSpace: Bool
        var differs = false
        /// Of all whole words so far.
        var kinds = KindSet()
        /// Up to where `plain` was written by a word that is to be written again.
        var tried = 0
    }

    /// Folds word by word through the table, as long as nothing needs the slow way and the next word
    /// has letters that are not ASCII. The cursor ends behind the last whole word.
    @inline(__always)
    private static func foldQuickly(
        _ raw: Span<UInt8>, _ end: Int, _ cursor: inout WordCursor, _ records: [UInt64],
        _ block: inout [UInt8]
    ) -> Outcome {
        var room = block.mutableSpan
        repeat {
            var word = cursor
            word.endsWithSpace = false
            let kinds = foldQuickly(
                raw, end, &word, records.span, &room)
            guard let kinds, !kinds.isMixed, !kinds.isLookalikes else {
                cursor.tried = word.plain
                return .slow
            }
            cursor = word
            cursor.kinds.bits |= kinds.bits
        } while cursor.endsWithSpace && cursor.exact < exactMax && end - cursor.index >= 8
            && raw.word(at: cursor.index) & UInt64.highBits != 0
            && !raw[cursor.index].isCanonicalSpace && raw[cursor.index] != 0xC2
        return .done
    }

    /// Folds one word and the space after it; nil if it needs the slow way.
    @inline(__always)
    private static func foldQuickly(
        _ raw: Span<UInt8>, _ end: Int, _ cursor: inout WordCursor, _ records: Span<UInt64>,
        _ room: inout MutableSpan<UInt8>
    ) -> KindSet? {
        var kinds = KindSet()
        let start = cursor.index
        // A longer word is cut in pieces, which is for the slow way.
        let limit = min(end, start + wordBytesMax - 4)
        while cursor.index < limit {
            let byte = raw[cursor.index]
            if byte < 0x80 {
                if byte <= 0x20 || byte == 0x7F {
                    guard byte == 0x20 else { return byte.isCanonicalSpace ? kinds : nil }
                    cursor.endsWithSpace = true
                }
                let lowered = byte.lowered
                room[cursor.exact] = lowered
                room[cursor.plain] = lowered
                cursor.exact &+= 1
                cursor.plain &+= 1
                cursor.index &+= 1
                if byte == 0x20 { return kinds }
                if byte.isAlpha { kinds.bits |= KindSet.latin }
                continue
            }
            let (scalar, length) = scalar(raw, cursor.index, limit)
            if scalar == 0xA0, cursor.index > start { return kinds }
            guard length > 0 else { return nil }
            let record =
                scalar < 0x2000
                ? FoldRecord(value: records[Int(scalar)]) : FoldRecord(scalar)
            if record.isSlow { return nil }
            kinds.bits |= record.kindBit
            if record.isIdentity {
                for offset in 0..<length {
                    let byte = raw[cursor.index &+ offset]
                    room[cursor.exact &+ offset] = byte
                    room[cursor.plain &+ offset] = byte
                }
                cursor.exact &+= length
                cursor.plain &+= length
                cursor.index &+= length
                continue
            }
            cursor.differs = true
            if record.tone != 0, isMisplaced(raw, record, length, start, limit, cursor.index) {
                return nil
            }
            room.store(record.exact, at: cursor.exact)
            room.store(record.plain, at: cursor.plain)
            room[cursor.plain &+ marksStart] = record.mark
            cursor.exact &+= record.exactCount
            cursor.plain &+= record.plainCount
            cursor.index &+= length
        }
        return limit < end ? nil : kinds
    }

    /// Whether a toned vowel may be one of a pair that carries its tone on the wrong one (`Tone`).
    @inline(__always)
    private static func isMisplaced(
        _ raw: Span<UInt8>, _ record: FoldRecord, _ length: Int, _ start: Int, _ limit: Int,
        _ index: Int
    ) -> Bool {
        let base = UInt8(truncatingIfNeeded: record.plain)
        let next = index &+ length
        let following: UInt8 = next < limit ? raw[next] : 0x20
        let before: UInt8 = index > start ? raw[index &- 1].lowered : 0x20
        if Tone.isPair(before, base) {
            // Rightly on the second: with a letter behind, or after `qu`.
            return following >= 0x80 || !following.isAlpha
        }
        guard base == UInt8(ascii: "o") || base == UInt8(ascii: "u") else { return false }
        if following >= 0x80 { return true }
        guard Tone.isPair(base, following.lowered) else { return false }
        let after: UInt8 = next + 1 < limit ? raw[next + 1] : 0x20
        return after >= 0x80 || after.isAlpha || before == UInt8(ascii: "q")
    }

    /// The scalar at `index` and its length; length zero for what is not UTF-8 or is cut off.
    @inline(__always)
    static func scalar(_ raw: Span<UInt8>, _ index: Int, _ limit: Int) -> (UInt32, Int) {
        let first = UInt32(raw[index])
        let left = limit &- index
        if first < 0xE0 {
            guard left > 1, first >= 0xC2 else { return (0, 0) }
            let second = UInt32(raw[index &+ 1])
            guard second & 0xC0 == 0x80 else { return (0, 0) }
            return ((first & 0x1F) &<< 6 | second & 0x3F, 2)
        }
        if first < 0xF0 {
            guard left > 2 else { return (0, 0) }
            let second = UInt32(raw[index &+ 1])
            let third = UInt32(raw[index &+ 2])
            let scalar = (first & 0x0F) &<< 12 | (second & 0x3F) &<< 6 | third & 0x3F
            guard second & 0xC0 == 0x80, third & 0xC0 == 0x80, scalar >= 0x800,
                scalar & 0xF800 != 0xD800
            else { return (0, 0) }
            return (scalar, 3)
        }
        guard left > 3, let scalar = ScalarDecoding.scalar(in: raw, at: index) else {
            return (0, 0)
        }
        return (scalar.value, scalar.length)
    }
}
