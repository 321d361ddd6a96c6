/// Unicode Normalization Form C over scalar values.
///
/// Works in three steps: full canonical decomposition, canonical ordering of combining marks,
/// composition. Text that passes the quick check is left as it is.
///
/// Source: Unicode Standard Annex #15; The Unicode Standard, sections 3.11 and 3.12.
package enum NormalFormC {
    /// Normalizes `scalars` in place. The values must be scalar values.
    ///
    /// - Complexity: linear, also for long runs of combining marks.
    package static func normalize(_ scalars: inout [UInt32]) {
        var decomposed: [UInt32] = []
        normalize(&scalars, through: &decomposed)
    }

    /// As `normalize`; `decomposed` is used on the way and kept for its memory, which may change
    /// places with that of `scalars`.
    static func normalize(_ scalars: inout [UInt32], through decomposed: inout [UInt32]) {
        if isNormalized(scalars.span) { return }
        decomposed.removeAll(keepingCapacity: true)
        decomposed.reserveCapacity(scalars.count + scalars.count / 2)
        for scalar in scalars { appendDecomposition(of: scalar, to: &decomposed) }
        orderMarks(&decomposed)
        compose(&decomposed)
        swap(&scalars, &decomposed)
    }

    /// Orders and composes in place what is fully decomposed.
    ///
    /// - Complexity: linear; allocates nothing unless more than 16 marks follow one another.
    static func recompose(_ decomposed: inout [UInt32]) {
        orderMarks(&decomposed)
        compose(&decomposed)
    }

    /// Whether `scalars` surely is in NFC (the quick check's "yes").
    package static func isNormalized(_ scalars: Span<UInt32>) -> Bool {
        var previous: UInt16 = 0
        for index in scalars.indices {
            let scalar = scalars[index]
            // Everything before the combining marks is a starter and stands for itself.
            if scalar < 0x300 {
                previous = 0
                continue
            }
            let properties = properties(of: scalar)
            let combining = properties & 0xFF
            if properties > 0xFF || (combining != 0 && previous > combining) { return false }
            previous = combining
        }
        return true
    }

    /// The canonical combining class (ccc).
    static func combiningClass(_ scalar: UInt32) -> UInt16 {
        scalar < 0x300 ? 0 : properties(of: scalar) & 0xFF
    }

    /// Class in the low byte; bit 8: quick check "maybe"; bit 9: quick check "no".
    private static func properties(of scalar: UInt32) -> UInt16 {
        let block = Int(normalFormIndex[Int(scalar >> 7)])
        return normalFormClasses[Int(normalFormBlocks[block << 7 | Int(scalar & 127)])]
    }

    /// Appends the full canonical decomposition.
    static func appendDecomposition(of scalar: UInt32, to output: inout [UInt32]) {
        if scalar < 0xC0 { return output.append(scalar) }
        let syllable = scalar &- Hangul.syllableBase
        if syllable < Hangul.syllableCount {
            output.append(Hangul.leadBase + syllable / Hangul.trailingCount)
            output.append(
                Hangul.vowelBase + syllable % Hangul.trailingCount / Hangul.tailCount)
            let tail = syllable % Hangul.tailCount
            if tail > 0 { output.append(Hangul.tailBase + tail) }
            return
        }
        // Nothing decomposes between kana and the CJK compatibility ideographs, nor from the Arabic
        // presentation forms to the end of the first plane.
        if scalar > 0x30FF, scalar < 0xF900 || (scalar > 0xFB4E && scalar < 0x1_0000) {
            return output.append(scalar)
        }
        let index = decompositionKeys.lastIndex(atMost: scalar, shift: 0, mask: 0xFF_FFFF)
        guard index >= 0, decompositionKeys[index] & 0xFF_FFFF == scalar else {
            return output.append(scalar)
        }
        let offset = Int(decompositionOffsets[index])
        let length = Int(decompositionKeys[index] >> 24)
        for place in offset..<offset + length { output.append(decompositionPool[place]) }
    }

    /// Sorts each run of combining marks by class, equal classes in their order.
    private static func orderMarks(_ scalars: inout [UInt32]) {
        var index = 0
        while index < scalars.count {
            guard combiningClass(scalars[index]) != 0 else {
                index += 1
                continue
            }
            let start = index
            while index < scalars.count, combiningClass(scalars[index]) != 0 { index += 1 }
            if index - start > 1 { orderRun(&scalars, start..<index) }
        }
    }

    /// Short runs by insertion, long ones by counting, so that hostile text costs linear time.
    private static func orderRun(_ scalars: inout [UInt32], _ run: Range<Int>) {
        if run.count <= 16 {
            for end in run.dropFirst() {
                let scalar = scalars[end]
                let order = combiningClass(scalar)
                var place = end
                while place > run.lowerBound, combiningClass(scalars[place - 1]) > order {
                    scalars[place] = scalars[place - 1]
                    place -= 1
                }
                scalars[place] = scalar
            }
            return
        }
        let marks = Array(scalars[run])
        var starts = [Int](repeating: 0, count: 257)
        for mark in marks { starts[Int(combiningClass(mark)) + 1] += 1 }
        for order in 1...256 { starts[order] += starts[order - 1] }
        for mark in marks {
            let order = Int(combiningClass(mark))
            scalars[run.lowerBound + starts[order]] = mark
            starts[order] += 1
        }
    }

    /// Composes an ordered decomposition in place.
    private static func compose(_ scalars: inout [UInt32]) {
        var write = 0
        var starter = -1
        var lastClass: UInt16 = 0
        for read in scalars.indices {
            let scalar = scalars[read]
            let combining = combiningClass(scalar)
            let isAdjacent = starter >= 0 && starter == write - 1
            let isBlocked = !isAdjacent && (combining == 0 || lastClass >= combining)
            if starter >= 0, !isBlocked, let composed = composition(scalars[starter], scalar) {
                scalars[starter] = composed
                continue
            }
            if combining == 0 { starter = write }
            lastClass = combining
            scalars[write] = scalar
            write += 1
        }
        scalars.removeSubrange(write...)
    }

    /// The primary composite of two scalars, or nil.
    private static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        // Nothing below the combining marks is a second part, and what is one has "maybe".
        if second < 0x300 || properties(of: second) & 0x100 == 0 { return nil }
        let lead = first &- Hangul.leadBase
        let vowel = second &- Hangul.vowelBase
        if lead < 19, vowel < 21 {
            return Hangul.syllableBase + (lead * 21 + vowel) * Hangul.tailCount
        }
        let syllable = first &- Hangul.syllableBase
        let tail = second &- Hangul.tailBase
        if syllable < Hangul.syllableCount, syllable % Hangul.tailCount == 0, tail > 0,
            tail < Hangul.tailCount
        {
            return first + tail
        }
        let key = UInt64(first) << 21 | UInt64(second)
        let index = compositionPairs.lastIndex(atMost: key, shift: 21, mask: .max)
        guard index >= 0, compositionPairs[index] >> 21 == key else { return nil }
        return UInt32(truncatingIfNeeded: compositionPairs[index] & 0x1F_FFFF)
    }

    /// The arithmetic of Hangul syllables (The Unicode Standard, section 3.12).
    private enum Hangul {
        static let syllableBase: UInt32 = 0xAC00
        static let leadBase: UInt32 = 0x1100
        static let vowelBase: UInt32 = 0x1161
        static let tailBase: UInt32 = 0x11A7
        static let tailCount: UInt32 = 28
        static let trailingCount: UInt32 = 588
        static let syllableCount: UInt32 = 11172
    }
}
