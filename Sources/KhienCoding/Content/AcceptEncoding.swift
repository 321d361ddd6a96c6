import KhienModel

/// Rewrites a client's Accept-Encoding, so that the origin sends only what is decoded here.
///
/// - A coding that is decoded keeps its weight; `x-gzip` is written as gzip, `identity` is kept.
/// - Any other coding is left out.
/// - `*` with a weight becomes the decoded codings that are not named, with that weight, since it
///   would allow the others as well. `*;q=0`, which forbids, is kept.
/// - Where nothing is left, or the client sent no such field, the value is `identity`: without the
///   field an origin may choose any coding (RFC 9110 section 12.5.3).
///
/// What is malformed (a weight that is none) is left out with its element.
///
/// Source: RFC 9110 sections 12.4.2 and 12.5.3.
public struct AcceptEncoding: Sendable {
    /// The weights in thousandths, -1 where the client named none: the codings by raw value, then
    /// `identity`, then `*`. Of a coding named twice the first counts.
    private var weights: InlineArray<6, Int16> = [-1, -1, -1, -1, -1, -1]
    private var elements = 0
    private static let identity = 4
    private static let any = 5

    public init() {}

    /// Adds the value of one Accept-Encoding field; several fields are added in their order.
    ///
    /// - Complexity: O(*n*); allocates nothing.
    public mutating func add(_ value: Span<UInt8>) {
        var list = FieldElements()
        while elements < Limits.Coding.elementsMax,
            let element = list.next(in: value, atMost: Limits.Coding.elementsMax)
        {
            elements += 1
            var nameEnd = element.lowerBound
            while nameEnd < element.upperBound, value[nameEnd] != UInt8(ascii: ";") { nameEnd += 1 }
            let name = value.trimmed(element.lowerBound..<nameEnd)
            guard let slot = Self.slot(value, name),
                let weight = Self.weight(value, nameEnd..<element.upperBound)
            else { continue }
            if weights[slot] < 0 { weights[slot] = weight }
        }
    }

    private static func slot(_ value: Span<UInt8>, _ name: Range<Int>) -> Int? {
        if let coding = ContentCoding(token: value, name) { return Int(coding.rawValue) }
        if value.equalsIgnoringCase(name, "identity") { return identity }
        return value.equalsIgnoringCase(name, "*") ? any : nil
    }

    /// The weight in thousandths that `;q=0.5` gives; 1000 where there is none, nil where it is
    /// malformed.
    private static func weight(_ value: Span<UInt8>, _ range: Range<Int>) -> Int16? {
        if range.isEmpty { return 1000 }
        let text = value.trimmed(range.lowerBound + 1..<range.upperBound)
        guard text.count >= 3, value.matchesIgnoringCase("q=", at: text.lowerBound) else {
            return nil
        }
        let first = value[text.lowerBound + 2]
        guard first == 0x30 || first == 0x31 else { return nil }
        var result = Int16(first - 0x30) * 1000
        if text.count == 3 { return result }
        guard value[text.lowerBound + 3] == UInt8(ascii: "."), text.count <= 7 else { return nil }
        var unit: Int16 = 100
        for index in text.lowerBound + 4..<text.upperBound {
            let digit = value[index] &- 0x30
            guard digit < 10 else { return nil }
            result += Int16(digit) * unit
            unit /= 10
        }
        return result <= 1000 ? result : nil
    }

    /// Appends the value for the origin.
    ///
    /// - Complexity: at most 80 bytes; allocates nothing where `output` has room.
    public func write(to output: inout [UInt8]) {
        let start = output.count
        func append(_ text: StaticString) {
            for index in 0..<text.utf8CodeUnitCount { output.append(text.byte(index)) }
        }
        func element(_ name: StaticString, _ weight: Int16) {
            if output.count > start { append(", ") }
            append(name)
            if weight == 1000 { return }
            append(";q=0")
            if weight == 0 { return }
            append(".")
            var (rest, unit) = (weight, Int16(100))
            while rest > 0 {
                output.append(0x30 + UInt8(rest / unit))
                (rest, unit) = (rest % unit, unit / 10)
            }
        }
        let rest = weights[Self.any]
        for coding in ContentCoding.allCases {
            let weight = weights[Int(coding.rawValue)]
            if weight >= 0 {
                element(coding.token, weight)
            } else if rest > 0 {
                element(coding.token, rest)
            }
        }
        if weights[Self.identity] >= 0 { element("identity", weights[Self.identity]) }
        if rest == 0, output.count > start { element("*", 0) }
        if output.count == start { append("identity") }
    }
}
