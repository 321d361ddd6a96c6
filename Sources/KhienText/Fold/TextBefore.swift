import KhienModel

/// The end of a stream of text before what is being folded: the words before a part that is shown backwards are read
/// with it (`BackwardText`).
///
/// Of ordinary text it is the last 256 bytes as they came. Where those have too few letters it is what is kept of the
/// text, so that no amount of white space, or of signs that are not seen, hides the words before.
struct TextBefore {
    private(set) var bytes = InlineArray<256, UInt8>(repeating: 0)
    private(set) var count = 0

    private static let bytesMax = 256
    /// More than is read, for what begins amid a letter or its marks.
    private static let lettersMin = Limits.Text.backwardContextBytesMax + 32

    mutating func removeAll() { count = 0 }

    /// Where the last block begins, as far as it is here.
    var blockStart: Int {
        var start = count
        while start > 0, bytes[start - 1] != LayerBuffers.lineBreak { start -= 1 }
        return start
    }

    /// Text has been folded.
    ///
    /// - Complexity: O(1) for ordinary text, else O(`raw.count`).
    mutating func remember(_ raw: Span<UInt8>) {
        let size = Self.bytesMax
        if raw.count >= size {
            let end = raw.extracting((raw.count - size)...)
            if !Self.isEnough(end) { return condense(raw) }
            var room = bytes.mutableSpan
            room.copy(end, at: 0)
            count = size
            return
        }
        let before = self
        let kept = min(count, size - raw.count)
        var room = bytes.mutableSpan
        if kept < count, kept > 0 { room.move(count - kept..<count, to: 0) }
        room.copy(raw, at: kept)
        let isWhole = kept == count
        count = kept + raw.count
        if !isWhole, !Self.isEnough(bytes.span) {
            self = before
            condense(raw)
        }
    }

    /// Remembers what would be kept of the block.
    @inline(never)
    private mutating func condense(_ raw: Span<UInt8>) {
        let kept = BackwardText.kept(self, raw)
        count = min(kept.count, Self.bytesMax)
        var room = bytes.mutableSpan
        room.copy(kept.span.extracting((kept.count - count)...), at: 0)
    }

    /// Whether enough of the text is kept, or a block begins in it.
    private static func isEnough(_ text: Span<UInt8>) -> Bool {
        var index = text.count
        var count = 0
        while index >= 8 {
            index &-= 8
            let word = text.word(at: index)
            let ascii = word & ~UInt64.highBits
            // High bits: above a space and below delete.
            let seen = (ascii &+ 0x5F5F_5F5F_5F5F_5F5F) & ~(ascii &+ UInt64.everyByte) & ~word
            let ones = (seen & UInt64.highBits) &>> 7
            count &+= Int(truncatingIfNeeded: (ones &* UInt64.everyByte) &>> 56)
            if count >= lettersMin { return true }
        }
        return isEnoughBeyondASCII(text)
    }

    @inline(never)
    private static func isEnoughBeyondASCII(_ text: Span<UInt8>) -> Bool {
        var index = 0
        var count = 0
        while index < text.count, count < lettersMin {
            let byte = text[index]
            if byte == LayerBuffers.lineBreak { return true }
            if byte < 0x80 {
                if byte > 0x20, byte < 0x7F { count += 1 }
                index += 1
                continue
            }
            guard let (scalar, length) = ScalarDecoding.scalar(in: text, at: index) else {
                index += 1
                continue
            }
            let record = FoldRecord(scalar)
            if record.kind != .mark, !record.isSlow { count += length }
            index += length
        }
        return count >= lettersMin
    }
}
