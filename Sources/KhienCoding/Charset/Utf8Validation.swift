// Finding how much of a span is UTF-8, eight bytes at a time.
//
// A word is judged by the bits that mark leads and continuations (RFC 3629 section 3), all eight
// bytes at once: each lead asks for continuations behind it, and these must be there and no others.
// The leads whose second byte is restricted (E0, ED, F0 to F4) and those that never occur are left
// to the slow step, which decides exactly; in most text they are rare. `SIMD16<UInt8>` was not
// tried again: the compiler takes its comparisons apart (KhienHTTP, ByteScan.swift).

import KhienModel

extension Span where Element == UInt8 {
    /// Where the valid UTF-8 from `start` ends: at the first byte that is not part of a whole
    /// character before `end`. `start` is at a character.
    func firstInvalidUTF8(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            index = firstDoubtfulUTF8(from: index, to: end)
            // The slow way, past the place that stopped the fast one.
            let resume = Swift.min(index &+ 8, end)
            while index < resume {
                let step = sequence(at: index, to: end)
                if step <= 0 { return index }
                index &+= step
            }
        }
        return index
    }

    /// A character's start at or before the first word that is not surely valid.
    @inline(__always)
    private func firstDoubtfulUTF8(from start: Int, to end: Int) -> Int {
        var index = start
        // Which bytes of the next word must be continuations.
        var carried: UInt64 = 0
        while index &+ 8 <= end {
            let word = word(at: index)
            if (word & UInt64.highBits) | carried == 0 {
                index = firstNonASCII(from: index &+ 8, to: end)
                continue
            }
            let bit5 = word &<< 2
            let bit4 = word &<< 3
            let bit3 = word &<< 4
            let bit2 = word &<< 5
            let bit1 = word &<< 6
            let bit0 = word &<< 7
            let continuation = word & ~(word &<< 1) & UInt64.highBits
            let lead = word & (word &<< 1) & UInt64.highBits
            let leadOfThree = lead & bit5
            let expected = lead &<< 8 | leadOfThree &<< 16 | carried
            // E0 and ED: the low bits are 0000 or 1101. C0 and C1: 00000 above the lowest.
            let restricted = leadOfThree & ~(bit3 ^ bit2) & ~bit1 & ~(bit3 ^ bit0)
            let overlong = lead & ~(bit5 | bit4 | bit3 | bit2 | bit1)
            let doubt =
                (expected ^ continuation) | restricted | overlong | (leadOfThree & bit4)
            if doubt != 0 { break }
            carried = lead &>> 56 | leadOfThree &>> 48
            index &+= 8
        }
        // Back to the lead that asked for what is carried.
        if carried == 0 { return index }
        if self[index &- 1] >= 0xC0 { return index &- 1 }
        return index &- 2
    }

    /// What stands at `index`: a positive length where it is a character; 0 where the bytes before
    /// `end` are the beginning of one; the negative length of the part to be replaced by one U+FFFD
    /// where it is neither.
    ///
    /// Source: Encoding Standard, section 8.1.1 "UTF-8 decoder".
    @inline(__always)
    func sequence(at index: Int, to end: Int) -> Int {
        let first = self[index]
        if first < 0x80 { return 1 }
        var lower: UInt8 = 0x80
        var upper: UInt8 = 0xBF
        let length: Int
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, lower) = (3, 0xA0)
        case 0xED: (length, upper) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, lower) = (4, 0x90)
        case 0xF4: (length, upper) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: return -1
        }
        var offset = 1
        while offset < length {
            if index &+ offset >= end { return 0 }
            let byte = self[index &+ offset]
            if byte < lower || byte > upper { return -offset }
            (lower, upper) = (0x80, 0xBF)
            offset &+= 1
        }
        return length
    }
}
