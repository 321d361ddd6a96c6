/// One word while it is read, and whether it is a Vietnamese syllable: an onset, a rhyme, one tone.
///
/// Letters are codes of `vietnameseLow` (scripts/generate-charset-tables), tones numbers from 1:
/// grave, hook, tilde, acute, dot.
struct VietnameseSyllable {
    /// `nghiêng` has seven.
    private static let lettersMax = 7
    private var letters: InlineArray<8, UInt8> = .init(repeating: 0)
    private(set) var count = 0
    private var tone: UInt8 = 0
    private var isImpossible = false
    private var hasSmallASCII = false
    /// Whether a letter past ASCII, or a mark, is part of it.
    private(set) var isMarked = false

    private enum Code {
        static let c: UInt8 = 5, d: UInt8 = 6, g: UInt8 = 10, h: UInt8 = 11, i: UInt8 = 12
        static let k: UInt8 = 13, n: UInt8 = 16, p: UInt8 = 20, q: UInt8 = 21, r: UInt8 = 22
        static let t: UInt8 = 24, u: UInt8 = 25
        static let otherLetter: UInt8 = 30, toneMark: UInt8 = 31
    }

    /// Letters with which a rhyme begins.
    private static let vowels: UInt32 =
        1 << 1 | 1 << 2 | 1 << 3 | 1 << 8 | 1 << 9 | 1 << 12 | 1 << 17 | 1 << 18 | 1 << 19 | 1 << 25
        | 1 << 26 | 1 << 29

    /// Adds a letter by its code and tone.
    ///
    /// A capital behind a small letter of ASCII is a sign of a wrong reading. Small letters with marks
    /// among capitals are not: TCVN3 has no others.
    mutating func add(_ code: UInt8, _ scalar: UInt32) {
        let letter = code & 31
        if scalar >= 0x80 { isMarked = true }
        if hasSmallASCII, Self.isCapital(scalar) { isImpossible = true }
        if scalar >= 0x61, scalar < 0x80 { hasSmallASCII = true }
        if code >> 5 != 0 {
            if tone != 0 { isImpossible = true }
            tone = code >> 5
        }
        if letter == Code.toneMark { return }
        if letter == Code.otherLetter || count == Self.lettersMax {
            isImpossible = true
            count += count == Self.lettersMax ? 0 : 1
            return
        }
        letters[count] = letter
        count += 1
    }

    /// Whether a letter with a code is a capital: of ASCII, Latin-1, or one of the pairs of a capital
    /// and its small letter, which begin at even numbers, except Ư.
    private static func isCapital(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x41...0x5A, 0xC0...0xDE: true
        case 0x1AF: true
        case 0x1B0: false
        case 0x100..<0x250, 0x1EA0..<0x1F00: scalar & 1 == 0
        default: false
        }
    }

    /// Whether the letters so far are a syllable of Vietnamese.
    var isValid: Bool {
        if isImpossible || count == 0 { return false }
        let onset = onsetCount
        if isRhyme(from: onset) { return true }
        // `gì` and `giếng`: the i is the rhyme's own.
        return letters[0] == Code.g && onset == 2 && letters[1] == Code.i && isRhyme(from: 1)
    }

    /// How many letters the onset has.
    private var onsetCount: Int {
        let (first, second, third) = (letters[0], letters[1], letters[2])
        if Self.vowels & (1 << UInt32(first)) != 0 { return 0 }
        switch (first, second) {
        case (Code.n, Code.g): return third == Code.h ? 3 : 2
        case (Code.g, Code.i) where count > 2: return 2
        case (Code.q, Code.u), (Code.t, Code.r): return 2
        case (Code.c, Code.h), (Code.g, Code.h), (Code.k, Code.h), (Code.n, Code.h),
            (Code.p, Code.h), (Code.t, Code.h):
            return 2
        case (Code.p, _), (Code.q, _): return count  // no onset by itself
        default: return 1
        }
    }

    private func isRhyme(from start: Int) -> Bool {
        guard start < count, count - start <= 4 else { return false }
        var code: UInt32 = 0
        for index in start..<count { code = code << 5 | UInt32(letters[index]) }
        var low = 0
        var high = vietnameseRhymes.count
        while low < high {
            let middle = (low + high) / 2
            if vietnameseRhymes[middle] < code { low = middle + 1 } else { high = middle }
        }
        guard low < vietnameseRhymes.count, vietnameseRhymes[low] == code else { return false }
        // Before p, t, c and ch only the acute and the dot occur.
        let last = letters[count - 1]
        let isStopped =
            last == Code.p || last == Code.t || last == Code.c
            || (last == Code.h && letters[count - 2] == Code.c)
        return !isStopped || tone == 4 || tone == 5
    }
}
