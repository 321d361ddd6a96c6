import KhienModel

/// A charset that is decoded: those of the Encoding Standard, and three legacy Vietnamese ones.
///
/// Raw values are the lines of `charsetLabels`; from `ibm866` on there is a row in
/// `singleByteTable` for each.
///
/// Source: https://encoding.spec.whatwg.org
public enum Charset: UInt8, Hashable, Sendable, CaseIterable {
    case utf8, utf16LittleEndian, utf16BigEndian
    /// Charsets that browsers refuse to read because they hide markup from filters
    /// (ISO-2022-KR, HZ): the whole text is one U+FFFD.
    case replacement
    case userDefined
    case gb18030, gbk, big5, eucJP, iso2022JP, shiftJIS, eucKR
    case ibm866, iso8859Part2, iso8859Part3, iso8859Part4, iso8859Part5, iso8859Part6
    case iso8859Part7, iso8859Part8, iso8859Part8Logical, iso8859Part10, iso8859Part13
    case iso8859Part14, iso8859Part15, iso8859Part16
    case koi8R, koi8U, macintosh, windows874, windows1250, windows1251, windows1252, windows1253
    case windows1254, windows1255, windows1256, windows1257
    /// Vietnamese: letters, some of them followed by a combining tone. Neither NFC nor NFD.
    case windows1258
    case macCyrillic
    /// TCVN 5712:1993, called TCVN3 or ABC as the fonts are. Those fonts write capitals with tones
    /// as small letters in a font of capitals: such text is read in small letters.
    case tcvn3
    /// RFC 1456.
    case viscii
    /// VNI for Windows: a vowel, then a byte for its marks.
    case vni
}

extension Charset {
    /// The name for people: that of the Encoding Standard, in small letters.
    public var name: String {
        switch self {
        case .tcvn3: return "tcvn3"
        case .viscii: return "viscii"
        case .vni: return "vni"
        default: break
        }
        var lines = LabelLines()
        while let label = lines.next() {
            if label.charset == self, label.isName {
                return String(
                    decoding: (label.start..<label.end).map(charsetLabels.byte), as: UTF8.self)
            }
        }
        return "unknown"
    }

    /// The charset that a label means.
    ///
    /// - Parameter label: ASCII in either case, white space at its ends. The labels are those of
    ///   the Encoding Standard and no others: what browsers do not know means nothing here, so that
    ///   a page is not read otherwise than it is shown.
    /// - Returns: nil for any other label, and past `Limits.Coding.labelBytesMax`.
    /// - Complexity: O(1), some 230 comparisons; allocates nothing.
    ///
    /// Source: Encoding Standard, section 4.2 "get an encoding".
    public init?(label bytes: Span<UInt8>) {
        var (start, end) = (0, bytes.count)
        while start < end, bytes[start].isSpaceASCII { start += 1 }
        while end > start, bytes[end - 1].isSpaceASCII { end -= 1 }
        guard end > start, end - start <= Limits.Coding.labelBytesMax else { return nil }
        var lines = LabelLines()
        while let label = lines.next() {
            guard label.end - label.start == end - start else { continue }
            var index = 0
            while index < end - start,
                charsetLabels.byte(label.start + index) == bytes[start + index].lowercasedASCII
            { index += 1 }
            if index == end - start {
                self = label.charset
                return
            }
        }
        return nil
    }

    /// Where the charset's row in `singleByteTable` begins; nil where it has none.
    var singleByteRow: Int? {
        rawValue < Charset.ibm866.rawValue ? nil : 256 * Int(rawValue - Charset.ibm866.rawValue)
    }
}

/// Walks through the labels in `charsetLabels`.
private struct LabelLines {
    private var position = 0
    private var line: UInt8 = 0
    private var isName = true

    struct Label {
        var charset: Charset
        var start: Int
        var end: Int
        var isName: Bool
    }

    mutating func next() -> Label? {
        let count = charsetLabels.utf8CodeUnitCount
        guard position < count, let charset = Charset(rawValue: line) else { return nil }
        let start = position
        while position < count, charsetLabels.byte(position) > 0x20 { position += 1 }
        let label = Label(charset: charset, start: start, end: position, isName: isName)
        isName = position == count || charsetLabels.byte(position) == 0x0A
        if isName { line += 1 }
        position += 1
        return label
    }
}
