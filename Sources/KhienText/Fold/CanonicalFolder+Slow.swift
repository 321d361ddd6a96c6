extension CanonicalFolder {
    /// Folds a word by mapping, decomposing and recomposing it.
    mutating func foldSlowly(
        _ raw: Span<UInt8>, _ start: Int, _ limit: Int, _ state: inout FoldState
    ) -> Int {
        scalars.removeAll(keepingCapacity: true)
        var index = start
        while index < limit, !raw[index].isCanonicalSpace {
            if raw[index] > 0x20, raw[index] < 0x7F {
                scalars.append(UInt32(raw[index].lowered))
                index += 1
                continue
            }
            if raw[index] < 0x80 {
                FoldMapping.append(UInt32(raw[index]), to: &scalars)
                index += 1
                continue
            }
            let (scalar, length) = Self.scalar(raw, index, limit)
            if scalar == 0xA0, index > start { break }
            if scalar >= 0x202E, BackwardText.begins(with: scalar), state.readsBackwards,
                overridePlace == nil, !state.backward.isOpen
            {
                overridePlace = index
            }
            // A byte that is no UTF-8 is one U+FFFD.
            FoldMapping.append(length == 0 ? 0xFFFD : scalar, to: &scalars)
            index += max(length, 1)
        }
        mixWords()
        NormalFormC.recompose(&scalars)
        forEachWord { Tone.place(&$0, $1) }
        emitScalars(&state)
        return index
    }

    /// Look-alikes in words that are Latin otherwise become Latin. Words without a Latin letter stay
    /// what they are, and so do words with a letter that looks like none: Russian, Greek and
    /// Armenian are not touched.
    private mutating func mixWords() {
        forEachWord { scalars, range in
            var kinds = KindSet()
            for index in range { kinds.bits |= FoldRecord(scalars[index]).kindBit }
            guard kinds.isMixed else { return }
            for index in range {
                if let letter = FoldMapping.lookalike(of: scalars[index]) {
                    scalars[index] = UInt32(letter)
                }
            }
        }
    }

    /// Calls `body` for each run of letters, digits and marks.
    private mutating func forEachWord(_ body: (inout [UInt32], Range<Int>) -> Void) {
        var start = 0
        var index = 0
        while index <= scalars.count {
            let isWord =
                index < scalars.count
                && FoldRecord(scalars[index]).kindBit & (KindSet.word | KindSet.otherLetters) != 0
            if !isWord {
                if index > start { body(&scalars, start..<index) }
                start = index + 1
            }
            index += 1
        }
    }

    private mutating func emitScalars(_ state: inout FoldState) {
        // The text before this word; looked at only where it matters.
        let begin = exactEnd
        var start = 0
        // Look-alikes in the plain view go word by word.
        while start < scalars.count {
            var end = start
            var kinds = KindSet()
            while end < scalars.count {
                let bit = FoldRecord(scalars[end]).kindBit
                if bit & (KindSet.word | KindSet.otherLetters) == 0 { break }
                kinds.bits |= bit
                end += 1
            }
            let isTaken =
                kinds.isLookalikes
                && state.isAfterLatin(block.span.extracting(Self.exactStart..<begin))
            for index in start..<end { emit(scalars[index], readsLatin: isTaken, &state) }
            if end < scalars.count { emit(scalars[end], readsLatin: false, &state) }
            start = end + 1
        }
    }

    private mutating func emit(
        _ scalar: UInt32, readsLatin: Bool, _ state: inout FoldState
    ) {
        if scalar == 0x20 { return writeSpace(isBreak: false, &state) }
        if scalar < 0x80 {
            block[exactEnd] = UInt8(truncatingIfNeeded: scalar)
            block[plainCount] = UInt8(truncatingIfNeeded: scalar)
            exactEnd += 1
            plainCount += 1
            state.endsWithSpace = false
            return
        }
        let bytes = EncodedScalar(scalar)
        state.endsWithSpace = false
        for index in 0..<bytes.count {
            block[exactEnd] = bytes.bytes[index]
            exactEnd += 1
        }
        if FoldMapping.isDiacritic(scalar) {
            differs = true
            return
        }
        if readsLatin, let letter = FoldMapping.lookalike(of: scalar) {
            differs = true
            block[plainCount] = letter
            plainCount += 1
            return
        }
        let record = FoldRecord(scalar)
        hasSigns = hasSigns || record.kind == .other
        if record.isSlow || record.isIdentity {
            for index in 0..<bytes.count {
                block[plainCount] = bytes.bytes[index]
                plainCount += 1
            }
            return
        }
        differs = true
        block[plainCount + Self.marksStart] = LetterMarks.mark(of: scalar)
        for index in 0..<record.plainCount {
            block[plainCount] = UInt8(truncatingIfNeeded: record.plain >> UInt64(index * 8))
            plainCount += 1
        }
    }
}
