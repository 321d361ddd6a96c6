import KhienModel

/// What one item of an expression may read of a subject before it fails: what no callback tells.
struct RegexItem {
    /// How often the item has to fit; 0: it reads next to nothing and fails.
    var repeats: UInt32 = 0
    /// How often it may fit, up to `Limits.Regex.stepBytes`.
    var fits: UInt32 = 1
    /// The group that it refers back to.
    var group: Int16 = Self.noGroup
    /// Whether it may pass over more than `Limits.Regex.stepBytes` bytes.
    var isLong = false

    static let noGroup: Int16 = -1
    /// A group with a name, or one that is counted from the item: whichever is the longest.
    static let anyGroup: Int16 = 0

    var refersBack: Bool { group != Self.noGroup }

    init() {}

    /// Reads an item as PCRE2 tells them (`pcre2_callout_enumerate`): with the quantifier behind it and, where the
    /// pattern says so, white space and comments. What it cannot tell apart it takes for the costlier.
    ///
    /// - Parameter groupCount: of the whole expression.
    init(_ item: Span<UInt8>, groupCount: Int) {
        guard !item.isEmpty, item[0] != UInt8(ascii: ")") else { return }
        let named = Array("(?P=".utf8)
        if item[0] == UInt8(ascii: "(") {
            // Groups begin here; what is in them has items of its own.
            guard item.count >= named.count, named.indices.allSatisfy({ item[$0] == named[$0] })
            else { return }
            group = Self.anyGroup
        } else if item[0] == UInt8(ascii: "\\") {
            group = Self.group(item, groupCount: groupCount)
        }
        readQuantifier(item, Self.bodyCount(item))
        if refersBack { repeats = max(repeats, 1) }
    }

    /// The group of a back reference: `\1`, `\g{1}`, `\k<name>`.
    private static func group(_ item: Span<UInt8>, groupCount: Int) -> Int16 {
        guard item.count > 1 else { return noGroup }
        switch item[1] {
        case UInt8(ascii: "k"): return anyGroup
        case UInt8(ascii: "g"):
            // `\g<1>` and `\g'1'` run a group once more.
            let isCall = item.count > 2 && (item[2] == 0x3C || item[2] == 0x27)
            return isCall ? noGroup : anyGroup
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let number = Self.number(item, 1).value
            // Where there is no such group, it is an octal number.
            return number < 10 || number <= groupCount
                ? Int16(clamping: number) : noGroup
        default: return noGroup
        }
    }

    /// How many bytes stand before the quantifier, at most.
    private static func bodyCount(_ item: Span<UInt8>) -> Int {
        switch item[0] {
        case UInt8(ascii: "\\"):
            guard item.count > 2 else { return item.count }
            if item[1] == UInt8(ascii: "c") { return 3 }
            // Behind `\N` they are a quantifier's: names of characters need UTF.
            let takesBraces = "xogkpP".utf8.contains(item[1])
            guard takesBraces, item[2] == UInt8(ascii: "{") else { return 2 }
            return index(of: UInt8(ascii: "}"), item) + 1
        case UInt8(ascii: "["): return classCount(item)
        case UInt8(ascii: "("): return index(of: UInt8(ascii: ")"), item) + 1
        default: return 1
        }
    }

    /// The bytes of a class up to the first bracket that may end it; 1 where none does.
    private static func classCount(_ item: Span<UInt8>) -> Int {
        var index = 1
        while index < item.count {
            if item[index] == UInt8(ascii: "\\") {
                index += index + 1 < item.count && item[index + 1] == UInt8(ascii: "c") ? 3 : 2
                continue
            }
            if index > 1, item[index] == UInt8(ascii: "]") { return index + 1 }
            index += 1
        }
        return 1
    }

    private static func index(of byte: UInt8, _ item: Span<UInt8>) -> Int {
        var index = 0
        while index < item.count - 1, item[index] != byte { index += 1 }
        return index
    }

    /// Reads all quantifiers behind `start`; there is one, unless it is a comment's.
    private mutating func readQuantifier(_ item: Span<UInt8>, _ start: Int) {
        var index = start
        var before: UInt8 = 0
        while index < item.count {
            let byte = item[index]
            switch byte {
            case UInt8(ascii: "*"): mayRepeat(Limits.Regex.subjectBytesMax)
            // Behind another quantifier it gives nothing back.
            case UInt8(ascii: "+"):
                if before != UInt8(ascii: "?"), before != UInt8(ascii: "}") {
                    mayRepeat(Limits.Regex.subjectBytesMax)
                }
            case UInt8(ascii: "{"):
                let least = Self.number(item, index + 1)
                repeats = max(repeats, UInt32(clamping: least.value))
                var most = least.value
                if least.end < item.count, item[least.end] == UInt8(ascii: ",") {
                    let second = Self.number(item, least.end + 1)
                    most = second.hasDigits ? second.value : Limits.Regex.subjectBytesMax
                }
                mayRepeat(most)
            default: break
            }
            before = byte
            index += 1
        }
    }

    private mutating func mayRepeat(_ count: Int) {
        if count > Limits.Regex.stepBytes { isLong = true }
        fits = max(fits, UInt32(min(count, Limits.Regex.stepBytes)))
    }

    /// The number that begins at `start`, perhaps between spaces.
    private static func number(
        _ item: Span<UInt8>, _ start: Int
    ) -> (value: Int, end: Int, hasDigits: Bool) {
        var index = start
        var value = 0
        var hasDigits = false
        while index < item.count, item[index] == 0x20 { index += 1 }
        while index < item.count, item[index] &- 0x30 < 10 {
            value = min(value * 10 + Int(item[index] & 0xF), Limits.Regex.subjectBytesMax)
            hasDigits = true
            index += 1
        }
        while index < item.count, item[index] == 0x20 { index += 1 }
        return (value, index, hasDigits)
    }
}
