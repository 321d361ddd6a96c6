import KhienModel

/// Text that is kept: letters, and where it turns around.
enum KeptText {
    /// What follows is shown as it is written.
    static let forward: UInt8 = 1
    /// A run begins that is shown backwards.
    static let backward: UInt8 = 2
    /// Such a run that was several ones.
    static let joined: UInt8 = 3

    /// Where the letter begins, with its marks, that ends before `end`; or the sign there.
    static func letterStart(_ text: Span<UInt8>, before end: Int) -> Int {
        var start = end
        while start > 0 {
            start -= 1
            while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
            let scalar = ScalarDecoding.scalar(in: text, at: start)?.value ?? 0
            // A mark belongs to what stands before it, in its run.
            let isAlone = start == 0 || text[start - 1] <= joined
            if isAlone || FoldRecord(scalar).kind != .mark { break }
        }
        return start
    }

    /// The text with runs as one that touch, or have no letter between them; nil where there are none.
    ///
    /// Source: UAX 9, rules X9 and N1.
    static func joiningRuns(_ text: Span<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var hasJoined = false
        // Where the sign of the last run stands, and the one at its end, if no letter has come behind that.
        var (begin, end): (Int?, Int?) = (nil, nil)
        var index = 0
        while index < text.count {
            let byte = text[index]
            let start = index
            index += ScalarDecoding.scalar(in: text, at: start)?.length ?? 1
            if byte == backward, let run = begin {
                if let end { result.remove(at: end) }
                result[run] = joined
                hasJoined = true
                end = nil
                continue
            }
            if byte == backward {
                begin = result.count
            } else if byte == forward {
                end = result.count
            } else if end != nil, !isNeutral(text, start) {
                (begin, end) = (nil, nil)
            }
            result.append(bytesOf: text.extracting(start..<index))
        }
        return hasJoined ? result : nil
    }

    /// Whether the scalar there goes as the text on its two sides goes.
    private static func isNeutral(_ text: Span<UInt8>, _ index: Int) -> Bool {
        let byte = text[index]
        if byte < 0x80 { return !byte.isAlpha && !byte.isDigit }
        guard let scalar = ScalarDecoding.scalar(in: text, at: index) else { return true }
        switch FoldRecord(scalar.value).kind {
        case .other, .mark, .space, .ignored: return true
        default: return false
        }
    }
}

/// Text in the order in which it is shown, run by run.
struct ShownText {
    private var bytes: [UInt8] = []
    /// The runs that are other ones backwards.
    private var runs: [Range<Int>] = []

    /// Letters keep their marks.
    ///
    /// - Parameter sign: of the runs that are told: `KeptText.backward`, or `joined`.
    init(_ text: Span<UInt8>, runs sign: UInt8) {
        var start = 0
        var last = KeptText.forward
        for index in text.indices where text[index] <= KeptText.joined {
            add(text.extracting(start..<index), last, sign)
            last = text[index]
            start = index + 1
        }
        add(text.extracting(start...), last, sign)
    }

    private mutating func add(_ run: Span<UInt8>, _ sign: UInt8, _ wanted: UInt8) {
        if sign == KeptText.forward { return bytes.append(bytesOf: run) }
        let start = bytes.count
        var (end, count) = (run.count, 0)
        while end > 0 {
            let letter = KeptText.letterStart(run, before: end)
            bytes.append(bytesOf: run.extracting(letter..<end))
            end = letter
            count += 1
        }
        if count > 1, sign == wanted { runs.append(start..<bytes.count) }
    }

    /// The runs with whole words around them, parted by breaks where others stand between.
    var parts: [UInt8] {
        var result: [UInt8] = []
        var end: Int?
        for (place, run) in runs.enumerated() {
            let start = contextStart(before: run.lowerBound)
            if let last = end, start > last {
                result.append(LayerBuffers.lineBreak)
                end = nil
            }
            let next = place + 1 < runs.count ? runs[place + 1].lowerBound : bytes.count
            let stop = contextEnd(behind: run.upperBound, next)
            result += bytes[(end ?? start)..<stop]
            end = stop
        }
        return result
    }

    private func contextStart(before place: Int) -> Int {
        let size = Limits.Text.backwardContextBytesMax
        if place < size { return 0 }
        return bytes[place - size..<place].firstIndex(of: 0x20).map { $0 + 1 } ?? place
    }

    /// Up to a word's end, not less than so many bytes behind the run, and not into the next one.
    private func contextEnd(behind place: Int, _ next: Int) -> Int {
        let least = place + Limits.Text.backwardContextBytesMax
        if least >= next { return next }
        return bytes[least..<next].firstIndex(of: 0x20) ?? next
    }
}
