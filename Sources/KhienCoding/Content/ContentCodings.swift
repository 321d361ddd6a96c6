import KhienModel

/// The codings of one body, as its Content-Encoding fields name them.
public struct ContentCodings: Hashable, Sendable {
    /// In the order in which they were applied; the last is undone first.
    private var slots: (ContentCoding?, ContentCoding?, ContentCoding?) = (nil, nil, nil)
    /// How many there are; `identity` is none.
    public private(set) var count = 0

    /// No coding at all.
    public init() {}

    /// The codings that one field's value names.
    public init(_ value: Span<UInt8>) throws(ContentError) {
        try add(value)
    }

    public init(_ codings: [ContentCoding]) throws(ContentError) {
        for coding in codings { try append(coding) }
    }

    /// Whether the body is as it was sent.
    public var isIdentity: Bool { count == 0 }

    /// Whether one of them takes a window that the body chooses.
    public var takesSharedMemory: Bool {
        (0..<count).contains { self[$0] == .brotli || self[$0] == .zstd }
    }

    /// The coding at `index`, below `count`; nil elsewhere.
    public subscript(index: Int) -> ContentCoding? {
        switch index {
        case 0: slots.0
        case 1: slots.1
        case 2: slots.2
        default: nil
        }
    }

    /// Adds the value of one Content-Encoding field; several fields are added in their order.
    ///
    /// Tokens match in either case; `x-gzip` is gzip; `identity` and empty elements count as
    /// nothing.
    ///
    /// - Throws: `unknownCoding` for a token that is not decoded, `tooManyCodings` past
    ///   `Limits.Coding.stackedCodingsMax`.
    /// - Complexity: O(*n*); allocates nothing.
    ///
    /// Source: RFC 9110 section 8.4.
    public mutating func add(_ value: Span<UInt8>) throws(ContentError) {
        var elements = FieldElements()
        while let element = elements.next(in: value, atMost: Int.max) {
            if value.equalsIgnoringCase(element, "identity") { continue }
            guard let coding = ContentCoding(token: value, element) else {
                throw ContentError(.unknownCoding)
            }
            try append(coding)
        }
    }

    private mutating func append(_ coding: ContentCoding) throws(ContentError) {
        switch count {
        case 0: slots.0 = coding
        case 1: slots.1 = coding
        case 2: slots.2 = coding
        default:
            throw ContentError(
                .tooManyCodings, coding: coding, limit: Limits.Coding.stackedCodingsMax)
        }
        count += 1
    }

    public static func == (left: ContentCodings, right: ContentCodings) -> Bool {
        left.slots == right.slots
    }

    public func hash(into hasher: inout Hasher) {
        for index in 0..<count { hasher.combine(self[index]) }
    }
}
