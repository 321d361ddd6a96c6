/// What values of inline styles mean, by their first sixteen bytes: whether browsers take them, and what is zero.
///
/// A value that is longer, or has a function in it (`var(--x)`, `calc(0px)`), is taken for one that hides nothing.
extension MarkupName {
    /// Whether it is longer than what is kept, or has a function in it.
    private var isUnknown: Bool {
        if !isWhole { return true }
        for index in 0..<count where byte(at: index) == UInt8(ascii: "(") { return true }
        return false
    }

    private var keptCount: Int { min(count, 16) }

    /// Words that every property takes, and what may become anything.
    ///
    /// Source: CSS Cascading and Inheritance Level 5, section 7.3.
    var isOfAnyProperty: Bool { isUnknown || StyleWord.ofAny.contains(self) }

    /// Source: CSS Display Module Level 4, section 2; names that browsers had before.
    var isDisplay: Bool {
        if isOfAnyProperty || self == StyleWord.none { return true }
        return everyWord { word in
            StyleWord.display.contains(word)
                || StyleWord.displayBegins.contains { word.begins(with: $0) }
        }
    }

    /// Source: CSS Writing Modes Level 4, section 2.2.
    var isBidi: Bool {
        isOfAnyProperty || StyleWord.bidi.contains(self)
            || (count > 0 && byte(at: 0) == UInt8(ascii: "-"))
    }

    /// Whether an opacity is zero, or less, which is the same; nil: it is none.
    ///
    /// Source: CSS Color Module Level 4, section 4.2.
    var isZeroOpacity: Bool? {
        if isOfAnyProperty { return false }
        guard let number = StyleNumber(self, 0..<count) else { return nil }
        let isPercentage =
            number.end + 1 == count && byte(at: number.end) == UInt8(ascii: "%")
        guard number.end == count || isPercentage else { return nil }
        return number.isZero || number.isNegative
    }

    /// Whether a size of letters is zero; nil: it is none.
    ///
    /// Source: CSS Fonts Module Level 4, section 2.5.
    var isZeroSize: Bool? {
        if isOfAnyProperty || StyleWord.sizes.contains(self) { return false }
        return isZeroSize(0..<count)
    }

    /// Source: CSS Values and Units Module Level 4, section 6. Of old pages browsers take a number without a unit.
    private func isZeroSize(_ range: Range<Int>) -> Bool? {
        guard let number = StyleNumber(self, range), number.isZero || !number.isNegative else {
            return nil
        }
        let unit = MarkupName((number.end..<range.upperBound).map(byte))
        guard unit.isEmpty || StyleWord.units.contains(unit) else { return nil }
        return number.isZero
    }

    /// Whether the size in a font is zero: the first number that is no weight, in front of a family; nil: it is none.
    ///
    /// Source: CSS Fonts Module Level 4, section 2.7.
    var isZeroFont: Bool? {
        var start = 0
        while start < keptCount {
            var end = start
            while end < keptCount, byte(at: end) != 0x20, byte(at: end) != UInt8(ascii: "/") {
                end += 1
            }
            // What is cut may be longer.
            if end == keptCount, !isWhole { return false }
            let word = start..<end
            if !isWeight(word), let isZero = isZeroSize(word) { return end < count ? isZero : nil }
            start = end + 1
        }
        return isOfAnyProperty || StyleWord.fonts.contains(self) ? false : nil
    }

    /// From 1 to 1000, and without a height of lines behind it.
    private func isWeight(_ range: Range<Int>) -> Bool {
        guard range.upperBound < count, byte(at: range.upperBound) == 0x20 else { return false }
        let digits = range.allSatisfy { byte(at: $0) &- UInt8(ascii: "0") < 10 }
        return digits && !range.allSatisfy { byte(at: $0) == UInt8(ascii: "0") }
    }

    private func everyWord(_ isKnown: (MarkupName) -> Bool) -> Bool {
        var word = MarkupName()
        for index in 0..<keptCount {
            if byte(at: index) != 0x20 {
                word.append(byte(at: index))
            } else if !isKnown(word) {
                return false
            } else {
                word = MarkupName()
            }
        }
        return isKnown(word)
    }

    /// Whether it begins so.
    func begins(with prefix: MarkupName) -> Bool {
        (0..<prefix.count).allSatisfy { $0 < count && byte(at: $0) == prefix.byte(at: $0) }
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
            [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(text.byte(at: end))
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
        if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(text.byte(at: place)) { place += 1 }
        guard place < range.upperBound, text.byte(at: place).isStyleDigit else { return }
        while place < range.upperBound, text.byte(at: place).isStyleDigit { place += 1 }
        end = place
    }
}

extension UInt8 {
    fileprivate var isStyleDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

private enum StyleWord {
    static let none = MarkupName("none")
    static let ofAny: [MarkupName] = [
        MarkupName("inherit"), MarkupName("initial"), MarkupName("unset"), MarkupName("revert"),
        MarkupName("revert-layer"),
    ]
    static let display: [MarkupName] = [
        MarkupName("block"), MarkupName("inline"), MarkupName("flow"), MarkupName("flow-root"),
        MarkupName("flex"), MarkupName("grid"), MarkupName("table"), MarkupName("ruby"),
        MarkupName("math"), MarkupName("contents"), MarkupName("list-item"), MarkupName("run-in"),
        MarkupName("masonry"),
    ]
    static let displayBegins: [MarkupName] = [
        MarkupName("inline-"), MarkupName("table-"), MarkupName("ruby-"), MarkupName("grid-"),
        MarkupName("-webkit-"), MarkupName("-moz-"), MarkupName("-ms-"),
    ]
    static let bidi: [MarkupName] = [
        MarkupName("normal"), MarkupName("embed"), MarkupName("isolate"), MarkupName("plaintext"),
        MarkupName("bidi-override"), MarkupName("isolate-override"),
    ]
    static let sizes: [MarkupName] = [
        MarkupName("xx-small"), MarkupName("x-small"), MarkupName("small"), MarkupName("medium"),
        MarkupName("large"), MarkupName("x-large"), MarkupName("xx-large"),
        MarkupName("xxx-large"), MarkupName("smaller"), MarkupName("larger"), MarkupName("math"),
    ]
    /// Those of the system.
    static let fonts: [MarkupName] = [
        MarkupName("caption"), MarkupName("icon"), MarkupName("menu"), MarkupName("message-box"),
        MarkupName("small-caption"), MarkupName("status-bar"),
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
