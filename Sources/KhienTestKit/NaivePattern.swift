/// Adblock patterns by the grammar, one table of positions at a time: no cleverness.
///
/// `*` is any run of bytes, `^` one separator or the end of the URL, all else itself.
/// Source: "How to write filters", Adblock Plus; a separator is anything but a letter, a digit, or
/// one of `_ - . %`.
public enum NaivePattern {
    /// Whether `pattern` matches `url` beginning at `start`.
    public static func matches(
        _ pattern: [UInt8], _ url: [UInt8], from start: Int, toEnd: Bool
    ) -> Bool {
        // The places in the URL that the pattern read so far can end at.
        var places: Set<Int> = [start]
        for symbol in pattern {
            var next: Set<Int> = []
            for place in places {
                if symbol == UInt8(ascii: "*") {
                    for later in place...url.count { next.insert(later) }
                } else if symbol == UInt8(ascii: "^") {
                    if place == url.count {
                        next.insert(place)
                    } else if isSeparator(url[place]) {
                        next.insert(place + 1)
                    }
                } else if place < url.count, url[place] == symbol {
                    next.insert(place + 1)
                }
            }
            places = next
            if places.isEmpty { return false }
        }
        return toEnd ? places.contains(url.count) : true
    }

    static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "%"):
            false
        default: true
        }
    }
}
