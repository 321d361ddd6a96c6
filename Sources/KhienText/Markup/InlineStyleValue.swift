/// What values of inline styles mean, by their first sixteen bytes and their length: whether browsers take them, and
/// what is zero.
///
/// A value with a function in it (`var(--x)`, `calc(0px)`) is taken for one that hides nothing; of it only the bracket
/// and what follows is known here. So is a number that is longer than sixteen bytes.
extension MarkupName {
    /// What a value with a function in it begins with here.
    static let function = MarkupName("(")

    private var keptCount: Int { min(count, 16) }

    /// Words that every property takes, and what may become anything.
    ///
    /// Source: CSS Cascading and Inheritance Level 5, section 7.3.
    var isOfAnyProperty: Bool {
        byte(at: 0) == UInt8(ascii: "(") || StyleWord.ofAny.contains(self)
    }

    /// One word that some browser takes, or several that stand together: an outer kind, an inner one, and what makes it
    /// an item.
    ///
    /// Source: CSS Display Module Level 4, section 2; names that browsers had before.
    var isDisplay: Bool {
        if StyleWord.display.contains(self) || isOfAnyProperty { return true }
        var (start, kinds) = (0, UInt8(0))
        while start < keptCount {
            let end = wordEnd(start)
            // What is cut may be any that begins so.
            let isCut = end == keptCount && !isWhole
            let word = slice(start..<end)
            let kind = StyleWord.displayParts.first {
                isCut ? $0.word.begins(with: word) : $0.word == word
            }
            guard let kind = kind?.kind, kinds & kind == 0,
                end == keptCount || byte(at: end) == 0x20
            else { return false }
            kinds |= kind
            start = end + 1
        }
        return start > 0
    }

    /// What is not understood takes no order back. Nor does `-webkit-plaintext`, which is longer than what is kept.
    ///
    /// Source: CSS Writing Modes Level 4, section 2.2.
    var isBidi: Bool { StyleWord.bidi.contains(self) || StyleWord.ofAny.contains(self) }

    /// Whether an opacity is zero, or less, which is the same; nil: it is none.
    ///
    /// Source: CSS Color Module Level 4, section 4.2.
    var isZeroOpacity: Bool? {
        if isLongNumber || isOfAnyProperty { return false }
        guard let number = StyleNumber(self, 0..<keptCount) else { return nil }
        let isPercentage =
            number.end + 1 == count && byte(at: number.end) == UInt8(ascii: "%")
        guard number.end == count || isPercentage else { return nil }
        return number.isZero || number.isNegative
    }

    /// Whether a size of letters is zero; nil: it is none.
    ///
    /// Source: CSS Fonts Module Level 4, section 2.5.
    var isZeroSize: Bool? {
        if isLongNumber || isOfAnyProperty || StyleWord.sizes.contains(self) { return false }
        return isZeroSize(0..<keptCount)
    }

    /// It may be a number, and is longer than what is kept.
    private var isLongNumber: Bool { !isWhole && byte(at: 0).beginsStyleNumber }

    /// Source: CSS Values and Units Module Level 4, section 6. Of old pages browsers take a number without a unit.
    private func isZeroSize(_ range: Range<Int>) -> Bool? {
        guard let number = StyleNumber(self, range), number.isZero || !number.isNegative else {
            return nil
        }
        let unit = slice(number.end..<range.upperBound)
        guard unit.isEmpty || StyleWord.units.contains(unit) else { return nil }
        return number.isZero
    }

    /// Whether the size in a font is zero: the first number that is no weight; nil: it is none, or zero in a font that
    /// no browser takes, or that is not understood: its size and its first family must end in what is kept.
    ///
    /// - Parameter families: what has read the whole value.
    ///
    /// Source: CSS Fonts Module Level 4, section 2.7.
    func isZeroFont(_ families: FontFamilies) -> Bool? {
        if StyleWord.fonts.contains(self) || isOfAnyProperty { return false }
        var (start, kinds, isKnown) = (0, UInt8(0), true)
        while start < keptCount {
            let end = wordEnd(start)
            // What is cut may be longer.
            if end == keptCount, !isWhole { return false }
            let word = slice(start..<end)
            if let kind = fontKind(word, end) {
                if kinds & kind != 0 { isKnown = false }
                kinds |= kind
            } else if StyleWord.sizes.contains(word) {
                return false
            } else if byte(at: start).beginsStyleNumber, let isZero = isZeroSize(start..<end) {
                if !isZero { return end < count ? false : nil }
                let isTaken = isKnown && hasFamily(from: end) && families.areWellFormed
                return isTaken ? true : nil
            } else {
                isKnown = false
            }
            start = end + 1
        }
        return isWhole ? nil : false
    }

    /// The bit of a word that may stand before the size, each kind once: style, variant, weight, width; zero of one
    /// that says nothing.
    private func fontKind(_ word: MarkupName, _ end: Int) -> UInt8? {
        guard end < count, byte(at: end) == 0x20 else { return nil }
        if let part = StyleWord.fontParts.first(where: { $0.word == word }) { return part.kind }
        var weight = 0
        for index in 0..<word.keptCount {
            guard word.byte(at: index).isStyleDigit, weight <= 1000 else { return nil }
            weight = weight * 10 + Int(word.byte(at: index) - UInt8(ascii: "0"))
        }
        return (1...1000).contains(weight) ? StyleWord.weight : nil
    }

    /// Whether a family stands behind the size, and a height of lines at most before it.
    private func hasFamily(from sizeEnd: Int) -> Bool {
        var start = passSpace(sizeEnd)
        var isParted = start > sizeEnd
        if start < keptCount, byte(at: start) == UInt8(ascii: "/") {
            start = passSpace(start + 1)
            let end = wordEnd(start)
            guard isZeroSize(start..<end) != nil || slice(start..<end) == StyleWord.normal else {
                return false
            }
            start = passSpace(end)
            isParted = start > end
        }
        guard isParted, start < keptCount else { return false }
        var family = FontFamily()
        for index in start..<keptCount {
            if byte(at: index) == UInt8(ascii: ",") { return family.isWellFormed }
            family.append(byte(at: index))
        }
        return isWhole && family.isWellFormed
    }

    /// White space is one byte here.
    private func passSpace(_ place: Int) -> Int {
        place < keptCount && byte(at: place) == 0x20 ? place + 1 : place
    }

    private func wordEnd(_ start: Int) -> Int {
        var end = start
        while end < keptCount, !byte(at: end).partsStyleWords { end += 1 }
        return end
    }

    private func slice(_ range: Range<Int>) -> MarkupName {
        var slice = MarkupName()
        for index in range { slice.append(byte(at: index)) }
        return slice
    }

    /// Whether it begins so.
    func begins(with prefix: MarkupName) -> Bool {
        (0..<prefix.count).allSatisfy { $0 < count && byte(at: $0) == prefix.byte(at: $0) }
    }
}

/// The families of a font behind its first one, which may be more than is kept of a value: whether a browser takes them.
struct FontFamilies {
    private var last = FontFamily()
    private var hasComma = false
    private var isOdd = false

    /// Whether each of them is well formed; there may be none.
    var areWellFormed: Bool { !hasComma || !isOdd && last.isWellFormed }

    /// The next byte of the value, in lower case; of a string its first quote.
    mutating func append(_ byte: UInt8, isBehindSpace: Bool) {
        if byte == UInt8(ascii: ",") {
            if hasComma, !last.isWellFormed { isOdd = true }
            hasComma = true
            last = FontFamily()
        } else if hasComma {
            if isBehindSpace { last.append(0x20) }
            last.append(byte)
        }
    }
}

/// One family of a font: a string, or names with white space between them. One that is generic stands alone.
///
/// Source: CSS Fonts Module Level 4, section 2.1.
private struct FontFamily {
    private var word = MarkupName()
    private var wordCount = 0
    private var stringCount = 0
    private var hasGeneric = false
    private var isOdd = false

    var isWellFormed: Bool {
        var whole = self
        whole.endWord()
        if whole.isOdd { return false }
        if whole.stringCount > 0 { return whole.stringCount == 1 && whole.wordCount == 0 }
        return whole.wordCount == 1 || whole.wordCount > 1 && !whole.hasGeneric
    }

    /// Of a string only its first quote comes.
    mutating func append(_ byte: UInt8) {
        if byte == 0x20 {
            endWord()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            endWord()
            stringCount += 1
        } else if byte.isOfStyleName, !byte.isStyleDigit || !isBegin {
            word.append(byte)
        } else {
            isOdd = true
        }
    }

    /// No digit may stand here.
    private var isBegin: Bool { word.isEmpty || word == StyleWord.dash }

    private mutating func endWord() {
        if word.isEmpty { return }
        wordCount += 1
        if word == StyleWord.dash || StyleWord.noFamilies.contains(word) { isOdd = true }
        if StyleWord.generic.contains(word) { hasGeneric = true }
        word = MarkupName()
    }
}

/// A number of CSS at the begin of a word: `0`, `+.0`, `0e3`.
///
/// Source: CSS Syntax Module Level 3, section 4.3.12.
private struct StyleNumber {
    private(set) var isZero = true
    private(set) var isNegative = false
    /// Behind it.
    private(set) var end: Int

    init?(_ text: MarkupName, _ range: Range<Int>) {
        end = range.lowerBound
        if end < range.upperBound,
            text.byte(at: end).isStyleSign
        {
            isNegative = text.byte(at: end) == UInt8(ascii: "-")
            end += 1
        }
        let whole = digits(text, range)
        var part = 0
        if end + 1 < range.upperBound, text.byte(at: end) == UInt8(ascii: "."),
            text.byte(at: end + 1).isStyleDigit
        {
            end += 1
            part = digits(text, range)
        }
        if whole + part == 0 { return nil }
        passExponent(text, range)
    }

    /// Passes over digits.
    private mutating func digits(_ text: MarkupName, _ range: Range<Int>) -> Int {
        let start = end
        while end < range.upperBound, text.byte(at: end).isStyleDigit {
            if text.byte(at: end) != UInt8(ascii: "0") { isZero = false }
            end += 1
        }
        return end - start
    }

    /// Zero times anything is zero.
    private mutating func passExponent(_ text: MarkupName, _ range: Range<Int>) {
        guard end + 1 < range.upperBound, text.byte(at: end) == UInt8(ascii: "e") else { return }
        var place = end + 1
        if text.byte(at: place).isStyleSign { place += 1 }
        guard place < range.upperBound, text.byte(at: place).isStyleDigit else { return }
        while place < range.upperBound, text.byte(at: place).isStyleDigit { place += 1 }
        end = place
    }
}

extension UInt8 {
    fileprivate var isStyleDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    fileprivate var isStyleSign: Bool { self == UInt8(ascii: "+") || self == UInt8(ascii: "-") }
    fileprivate var beginsStyleNumber: Bool {
        isStyleDigit || isStyleSign || self == UInt8(ascii: ".")
    }
    fileprivate var partsStyleWords: Bool {
        self == 0x20 || self == UInt8(ascii: "/") || self == UInt8(ascii: ",")
    }
    /// Of names of CSS. Letters are small ones here.
    fileprivate var isOfStyleName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
            true
        default: isStyleDigit
        }
    }
}

private enum StyleWord {
    static let normal = MarkupName("normal")
    static let ofAny: [MarkupName] = [
        MarkupName("inherit"), MarkupName("initial"), MarkupName("unset"), MarkupName("revert"),
        MarkupName("revert-layer"), MarkupName("revert-rule"),
    ]
    static let noFamilies = ofAny + [MarkupName("default")]
    static let dash = MarkupName("-")
    static let generic: [MarkupName] = [
        MarkupName("serif"), MarkupName("sans-serif"), MarkupName("cursive"), MarkupName("fantasy"),
        MarkupName("monospace"), MarkupName("system-ui"), MarkupName("math"), MarkupName("emoji"),
        MarkupName("fangsong"), MarkupName("ui-serif"), MarkupName("ui-sans-serif"),
        MarkupName("ui-monospace"), MarkupName("ui-rounded"), MarkupName("-apple-system"),
        MarkupName("-webkit-body"), MarkupName("-webkit-standard"),
    ]
    /// Those that stand alone.
    static let display: [MarkupName] = [
        MarkupName("none"), MarkupName("block"), MarkupName("inline-block"), MarkupName("inline"),
        MarkupName("flex"), MarkupName("inline-flex"), MarkupName("grid"),
        MarkupName("inline-grid"), MarkupName("contents"), MarkupName("inline-table"),
        MarkupName("table-row"), MarkupName("table-cell"), MarkupName("table-row-group"),
        MarkupName("table-header-group"), MarkupName("table-footer-group"),
        MarkupName("table-column"), MarkupName("table-column-group"), MarkupName("table-caption"),
        MarkupName("grid-lanes"), MarkupName("inline-grid-lanes"), MarkupName("ruby-base"),
        MarkupName("ruby-text"), MarkupName("ruby-base-container"),
        MarkupName("ruby-text-container"), MarkupName("-webkit-box"),
        MarkupName("-webkit-inline-box"), MarkupName("-webkit-flex"),
        MarkupName("-webkit-inline-flex"),
    ]
    /// Those that may stand with others whose bits they have not: outer 1, inner 2 (and 4 where it is no item's), item 4.
    static let displayParts: [(word: MarkupName, kind: UInt8)] = [
        (MarkupName("block"), 1), (MarkupName("inline"), 1), (MarkupName("flow"), 2),
        (MarkupName("flow-root"), 2), (MarkupName("list-item"), 4), (MarkupName("table"), 6),
        (MarkupName("flex"), 6), (MarkupName("grid"), 6), (MarkupName("ruby"), 6),
        (MarkupName("math"), 6), (MarkupName("grid-lanes"), 6),
    ]
    static let bidi: [MarkupName] = [
        MarkupName("normal"), MarkupName("embed"), MarkupName("isolate"), MarkupName("plaintext"),
        MarkupName("bidi-override"), MarkupName("isolate-override"), MarkupName("-webkit-isolate"),
        MarkupName("-webkit-isolate-override"),
    ]
    static let sizes: [MarkupName] = [
        MarkupName("xx-small"), MarkupName("x-small"), MarkupName("small"), MarkupName("medium"),
        MarkupName("large"), MarkupName("x-large"), MarkupName("xx-large"),
        MarkupName("xxx-large"), MarkupName("smaller"), MarkupName("larger"), MarkupName("math"),
        MarkupName("-webkit-xxx-large"),
    ]
    /// Those of the system.
    static let fonts: [MarkupName] = [
        MarkupName("caption"), MarkupName("icon"), MarkupName("menu"), MarkupName("message-box"),
        MarkupName("small-caption"), MarkupName("status-bar"),
    ]
    static let weight: UInt8 = 1
    /// Words before the size of a font, by what they are.
    static let fontParts: [(word: MarkupName, kind: UInt8)] = [
        (normal, 0), (MarkupName("bold"), weight), (MarkupName("bolder"), weight),
        (MarkupName("lighter"), weight), (MarkupName("italic"), 2), (MarkupName("oblique"), 2),
        (MarkupName("small-caps"), 4), (MarkupName("condensed"), 8), (MarkupName("expanded"), 8),
    ]
    static let units: [MarkupName] =
        [
            MarkupName("%"), MarkupName("px"), MarkupName("em"), MarkupName("rem"),
            MarkupName("ex"), MarkupName("rex"), MarkupName("ch"), MarkupName("rch"),
            MarkupName("cap"), MarkupName("rcap"), MarkupName("ic"), MarkupName("ric"),
            MarkupName("lh"), MarkupName("rlh"), MarkupName("cm"), MarkupName("mm"),
            MarkupName("q"), MarkupName("in"), MarkupName("pt"), MarkupName("pc"),
        ] + ofViews
    /// `vw` to `vmax`, of large, small and dynamic views, and of containers.
    private static let ofViews = ["w", "h", "i", "b", "min", "max"].flatMap { side in
        ["v", "sv", "lv", "dv", "cq"].map { MarkupName(($0 + side).utf8) }
    }
}
