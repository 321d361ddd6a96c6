import KhienImage

/// How many bytes something takes: at least, and at most.
struct RegexWidth: Hashable {
    var least: Int
    /// `open`: no limit.
    var most: Int

    /// What stands for no limit; larger numbers are cut to it.
    static let open = Int(UInt16.max)
    static let zero = RegexWidth(least: 0, most: 0)

    static func + (left: RegexWidth, right: RegexWidth) -> RegexWidth {
        RegexWidth(
            least: min(left.least + right.least, open), most: min(left.most + right.most, open))
    }

    func times(_ counts: RegexWidth) -> RegexWidth {
        RegexWidth(
            least: min(least * counts.least, Self.open), most: min(most * counts.most, Self.open))
    }

    func union(_ other: RegexWidth) -> RegexWidth {
        RegexWidth(least: min(least, other.least), most: max(most, other.most))
    }
}

/// A text in lower case that a match holds, and how much of the subject stands around it.
struct RegexLiteral: Hashable {
    var text: [UInt8]
    /// From the subject's beginning; open where the pattern is not bound to it.
    var before = RegexWidth.zero
    /// To the subject's end.
    var behind = RegexWidth.zero

    /// Grams of the text from the one that the fewest URLs have.
    var cost: Int {
        guard text.count >= Gram.length else { return RegexLiteral.useless }
        return (0...(text.count - Gram.length)).reduce(RegexLiteral.useless) {
            min($0, GramCost.of(GramCost.gram(text, $1)))
        }
    }

    /// The cost of a literal that no index can hold.
    static let useless = 1 << 40
}

/// What every subject that a pattern matches has, as far as the compiler can tell.
struct RegexNeeds: Equatable {
    /// The subject's least length.
    var lengthLeast = 0
    /// The subject's last byte in lower case; 0: not known.
    var lastByte: UInt8 = 0
    /// One of these stands in the subject; nil: none are known.
    var literals: [RegexLiteral]?
    /// A byte that was asked for and that stands in the subject, it or another such byte; nil: none
    /// is known to.
    var sought: UInt8?

    /// Reads a PCRE2 pattern. Where it is not understood nothing is needed, which only costs speed.
    ///
    /// - Parameter isSought: the bytes that `sought` is about; no letters, which are lowered.
    init(of pattern: [UInt8], isSought: @escaping (UInt8) -> Bool = { _ in false }) {
        var parser = RegexParser(pattern, isSought: isSought)
        do throws(RegexParser.GaveUp) {
            self = try parser.needs()
        } catch {
            self.init()
        }
    }

    init() {}

    init(
        lengthLeast: Int, lastByte: UInt8, literals: [RegexLiteral]?, sought: UInt8? = nil
    ) {
        self.lengthLeast = lengthLeast
        self.lastByte = lastByte
        self.literals = literals
        self.sought = sought
    }
}
