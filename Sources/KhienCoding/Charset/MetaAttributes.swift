import KhienModel

/// What the attributes of a `<meta>` say, as Chromium reads them: the last of a name counts, and `charset`
/// before `content`. They come one by one, and none is kept.
package struct MetaAttributes {
    private var named: Charset?
    private var source = Source.none
    private var isPragma = false

    private enum Source { case none, charset, content }

    package init() {}

    /// The charset that they name; nil where they name none, or one in which browsers show nothing.
    package var shownCharset: Charset? { charset == .replacement ? nil : charset }

    var charset: Charset? {
        guard source == .charset || (source == .content && isPragma) else { return nil }
        return named.map(MetaPrescan.asDeclared)
    }

    mutating func add(_ found: MetaPrescan.Attribute, _ bytes: Span<UInt8>) {
        let name = bytes.extracting(found.name)
        let value = bytes.extracting(found.value)
        for index in value.indices where value[index] == UInt8(ascii: "&") {
            let decoded = AsciiReferences.decoded(value)
            return add(name, decoded.span)
        }
        add(name, value)
    }

    /// The attributes that count.
    package enum Name { case pragma, charset, content }

    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let all = 0..<name.count
        if name.equalsIgnoringCase(all, "http-equiv") {
            add(.pragma, value)
        } else if name.equalsIgnoringCase(all, "charset") {
            add(.charset, value)
        } else if name.equalsIgnoringCase(all, "content") {
            add(.content, value)
        }
    }

    /// The next attribute, references in its value decoded.
    package mutating func add(_ name: Name, _ value: Span<UInt8>) {
        switch name {
        case .pragma:
            isPragma = isPragma || value.equalsIgnoringCase(0..<value.count, "content-type")
        case .charset:
            named = Charset(label: value)
            source = .charset
        case .content:
            guard source != .charset,
                let label = MetaPrescan.charsetLabel(value, 0..<value.count), !label.isEmpty
            else { return }
            named = Charset(label: value.extracting(label))
            source = .content
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether this, the begin of a `content`, names a charset or none, whatever follows it: its label ends here, or is
    /// longer than any charset's already.
    package var namesCharset: Bool {
        MetaPrescan.charsetLabel(self, indices, isCut: true).map {
            !$0.isEmpty && ($0.upperBound < count || $0.count > Limits.Coding.labelBytesMax)
        } ?? false
    }
}

/// Character references in an attribute, as far as a charset's label may hold what they stand for.
private enum AsciiReferences {
    /// The value with references to ASCII decoded. One to another character is the byte FF, which no label
    /// has, or stays as it is.
    static func decoded(_ value: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < value.count {
            if value[index] == UInt8(ascii: "&"), let found = reference(value, at: index) {
                result.append(found.byte)
                index = found.end
            } else {
                result.append(value[index])
                index += 1
            }
        }
        return result
    }

    private static func reference(_ value: Span<UInt8>, at start: Int) -> (byte: UInt8, end: Int)? {
        if value.matchesIgnoringCase("&#", at: start) { return number(value, at: start + 2) }
        for (name, byte) in names where value.isExactly(name, at: start + 1) {
            return (byte, start + 1 + name.utf8CodeUnitCount)
        }
        return nil
    }

    private static func number(_ value: Span<UInt8>, at start: Int) -> (byte: UInt8, end: Int)? {
        var index = start
        let isHex = value.matchesIgnoringCase("x", at: start)
        if isHex { index += 1 }
        let first = index
        var number = 0
        while index < value.count, let digit = digit(value[index], isHex: isHex) {
            number = min(number * (isHex ? 16 : 10) + digit, 0x80)
            index += 1
        }
        guard index > first else { return nil }
        if index < value.count, value[index] == UInt8(ascii: ";") { index += 1 }
        return (number > 0 && number < 0x80 ? UInt8(number) : 0xFF, index)
    }

    private static func digit(_ byte: UInt8, isHex: Bool) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f") where isHex: Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where isHex: Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private static let names: [(StaticString, UInt8)] = [
        ("Tab;", 0x09), ("NewLine;", 0x0A), ("quot;", 0x22), ("QUOT;", 0x22), ("apos;", 0x27),
        ("lpar;", 0x28), ("rpar;", 0x29), ("plus;", 0x2B), ("period;", 0x2E), ("sol;", 0x2F),
        ("colon;", 0x3A), ("semi;", 0x3B), ("equals;", 0x3D), ("lowbar;", 0x5F),
        ("UnderBar;", 0x5F),
    ]
}
