import KhienModel

/// What one pass over a URL from its host on sees, 16 bytes at a time: most URLs are made of few
/// kinds of bytes, and for them the parser need not look at path and query again.
///
/// Answers stand in the top bits of the bytes, as in `PlainWord`, and for the same reason: in ASCII
/// a sum of two bytes below 0x80 keeps to its byte. What is not ASCII is one of `others`, and then
/// no other answer is used.
struct URLBlocks {
    typealias Lanes = SIMD16<UInt8>

    private var others = Lanes()
    private var doubled = Lanes()
    private var percents = Lanes()
    private var questions = Lanes()

    /// Whether there is a byte that is not a letter, a digit, one from `%` to `;` but `'`, or one of
    /// `=`, `?`, `_`. Where there is none, a query is its own serialisation, and there is no fragment.
    var hasOthers: Bool { Self.hasAny(others) }
    /// Whether a slash or a dot stands behind a slash, or a `%` anywhere.
    var hasDoubledOrPercent: Bool { Self.hasAny(doubled | percents) }
    /// Whether there is a `%`.
    var hasPercent: Bool { Self.hasAny(percents) }

    /// Whether there is a `?`.
    var hasQuestionMark: Bool { Self.hasAny(questions) }

    @inline(__always)
    private static func each(_ byte: UInt8) -> Lanes { Lanes(repeating: byte) }

    /// Bytes from `first` to `last`, with rubbish in the other bits.
    @inline(__always)
    private static func range(_ lanes: Lanes, _ first: UInt8, _ last: UInt8) -> Lanes {
        (lanes &+ each(0x80 &- first)) & ((lanes &+ each(0x7F &- last)) ^ each(0xFF))
    }

    /// Bytes that are not `byte`, with rubbish in the other bits.
    @inline(__always)
    private static func not(_ lanes: Lanes, _ byte: UInt8) -> Lanes {
        (lanes ^ each(byte)) &+ each(0x7F)
    }

    @inline(__always)
    private static func words(_ lanes: Lanes) -> SIMD2<UInt64> {
        // SAFETY: 16 bytes are two words of eight; neither has an invalid bit pattern.
        unsafe unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
    }

    @inline(__always)
    static func isZero(_ lanes: Lanes) -> Bool {
        let words = words(lanes)
        return words[0] | words[1] == 0
    }

    @inline(__always)
    private static func hasAny(_ lanes: Lanes) -> Bool {
        let words = words(lanes)
        return (words[0] | words[1]) & UInt64.highBits != 0
    }

    /// Takes in 16 bytes.
    ///
    /// - Parameter before: the 16 bytes that begin one byte earlier.
    /// - Returns: the bytes in lower case, and a bit for each that belongs to a token.
    @inline(__always)
    mutating func add(_ lanes: Lanes, behind before: Lanes) -> (lowered: Lanes, bits: UInt64) {
        let folded = lanes | Self.each(0x20)
        let letters = Self.range(folded, 0x61, 0x7A)
        let digits = Self.range(lanes, 0x30, 0x39)
        let percent = Self.not(lanes, 0x25) ^ Self.each(0xFF)
        let rare = Self.not(lanes | Self.each(2), 0x3F) & Self.not(lanes, 0x5F)
        let marks =
            (Self.range(lanes, 0x25, 0x3B) & Self.not(lanes, 0x27)) | (rare ^ Self.each(0xFF))
        others |= ((letters | marks) ^ Self.each(0xFF)) | lanes
        doubled |=
            Self.range(lanes, 0x2E, 0x2F) & (Self.not(before, 0x2F) ^ Self.each(0xFF))
        percents |= percent
        questions |= Self.not(lanes, 0x3F) ^ Self.each(0xFF)
        let tops = Self.words((letters | digits | percent) & Self.each(0x80))
        let bits = Self.bits(tops[0]) | Self.bits(tops[1]) &<< 8
        return (lanes | (letters & Self.each(0x80)) &>> Self.each(2), bits)
    }

    /// Takes in the last bytes, fewer than 16.
    ///
    /// Where there are 17 bytes before the end, the last 16 of the URL are taken, some of them once
    /// more, which changes nothing.
    ///
    /// - Returns: the 16 bytes that end with the URL or begin at `position`, where they begin, and
    ///   the bits of those from `position` on.
    @inline(__always)
    mutating func add(
        lastBytesOf url: Span<UInt8>, from position: Int
    ) -> (lowered: Lanes, place: Int, bits: UInt64) {
        guard url.count >= 17 else { return add(fewBytesOf: url, from: position) }
        let place = url.count &- 16
        let block = add(url.vector(at: place), behind: url.vector(at: place &- 1))
        return (block.lowered, place, block.bits &>> UInt64(truncatingIfNeeded: position &- place))
    }

    /// `_` stands for bytes behind the end.
    @inline(never)
    private mutating func add(
        fewBytesOf url: Span<UInt8>, from position: Int
    ) -> (lowered: Lanes, place: Int, bits: UInt64) {
        let fill = UInt64.everyByte &* 0x5F
        let count = url.count &- position
        let shift = UInt64(truncatingIfNeeded: count &* 8)
        var low = url.paddedWord(at: position)
        var high = fill
        if count < 8 {
            low |= fill &<< shift
        } else {
            high = url.paddedWord(at: position &+ 8) | fill &<< (shift &- 64)
        }
        let first = UInt64(url[position &- 1])
        let block = add(
            Self.lanes(low, high), behind: Self.lanes(low &<< 8 | first, high &<< 8 | low &>> 56))
        return (block.lowered, position, block.bits)
    }

    @inline(__always)
    private static func lanes(_ low: UInt64, _ high: UInt64) -> Lanes {
        // SAFETY: as in `words`.
        unsafe unsafeBitCast(SIMD2(low.littleEndian, high.littleEndian), to: Lanes.self)
    }

    /// The top bits of eight bytes, the first the lowest.
    @inline(__always)
    private static func bits(_ tops: UInt64) -> UInt64 {
        ((tops.littleEndian &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }
}

extension MutableSpan where Element == UInt8 {
    /// Stores 16 bytes at `offset`.
    @inline(__always)
    mutating func store(_ lanes: SIMD16<UInt8>, at offset: Int) {
        // SAFETY: any bytes are valid bytes; `storeBytes` traps outside the span.
        var raw = unsafe mutableBytes
        raw.storeBytes(of: lanes, toByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}
