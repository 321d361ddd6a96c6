/// An expression between slashes, as adblock lists and JavaScript write it: `/ads\.test\/x/i`.
///
/// `/ads/` may as well be meant as it stands, a folder of that name. So it counts as delimited only where
/// no other slash stands free, something between the slashes is more than text, and nothing follows but one or
/// two letters that are flags somewhere.
struct DelimitedExpression {
    /// Between the slashes.
    var body: Range<Int>
    /// Behind the last one.
    var flags: Range<Int>

    private static let flagLetters = Array("dgimsuvy".utf8)
    private static let flagsMax = 2
    private static let signs = Array(#"\^$()[]{}|+*?"#.utf8)

    /// Nil: what stands in `range` is not between slashes.
    init?(_ line: Span<UInt8>, _ range: Range<Int>) {
        guard range.count > 2, line[range.lowerBound] == Byte.slash else { return nil }
        let start = range.lowerBound + 1
        var isInClass = false
        var saysMore = false
        var index = start
        while index < range.upperBound, line[index] != Byte.slash || isInClass {
            switch line[index] {
            case Byte.backslash: index += 1
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            default: break
            }
            // An escape says more by its backslash, which this has passed.
            if index >= range.upperBound { return nil }
            let isEscape = index > start && line[index - 1] == Byte.backslash
            if isEscape || Self.signs.contains(line[index]) { saysMore = true }
            index += 1
        }
        guard saysMore, index < range.upperBound else { return nil }
        body = start..<index
        flags = index + 1..<range.upperBound
        if flags.count > Self.flagsMax { return nil }
        for place in flags where !Self.flagLetters.contains(line[place]) { return nil }
    }
}
