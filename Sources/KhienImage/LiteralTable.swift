import KhienModel

/// What is asked of the signs beside an occurrence, and how a table is to be read.
public struct LiteralFlags: OptionSet, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No word goes on before an occurrence.
    @inlinable public static var startsWord: LiteralFlags { LiteralFlags(rawValue: 1) }
    /// No word goes on after an occurrence.
    @inlinable public static var endsWord: LiteralFlags { LiteralFlags(rawValue: 2) }
}

/// The literals that the scanner looks for, with its index of them: section 13, `literals`.
///
/// A literal's number is its place in the list that the table was made of.
///
/// ```
/// offset  size  field
///      0     4  literals (n), at most 2^20
///      4     4  flags: bit 0: ASCII letters match in either case
///      8     4  length of the longest literal; 0: there are none
///     12     4  reserved, 0
///     16     8  length of the text
///     24    40  reserved, 0
///     64  1028  first bytes: 257 u32: where the literals with this first byte begin in the order
///          4*n  order: numbers of literals, u32, by their first byte
///          8*n  literals: text offset u32, length u8, flags u8, reserved u16
///               text
/// ```
public struct LiteralTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var recordByteCount: Int { 8 }

    public let count: Int
    /// Whether ASCII letters match in either case; the literals are stored in lower case then.
    public let isCaseless: Bool
    /// Bytes of the longest literal; 0 where there is none.
    public let bytesMax: Int
    @usableFromInline let firsts: ImageBytes
    @usableFromInline let order: ImageBytes
    @usableFromInline let records: ImageBytes
    @usableFromInline let text: ImageBytes

    /// Reads and checks the section; all that a scanner follows was checked here.
    public init(_ bytes: ImageBytes) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.literals, what, offset: offset))
        }
        let firstsOffset = Self.headerByteCount
        let orderOffset = firstsOffset + 257 * 4
        guard bytes.count >= orderOffset else { throw fail("no header", bytes.count) }
        count = Int(bytes.uint32(at: 0))
        isCaseless = bytes.uint32(at: 4) & 1 != 0
        bytesMax = Int(bytes.uint32(at: 8))
        let recordsOffset = orderOffset + count * 4
        let textOffset = recordsOffset + count * Self.recordByteCount
        guard count <= Limits.Literals.countMax, textOffset <= bytes.count,
            Int(clamping: bytes.uint64(at: 16)) == bytes.count - textOffset
        else { throw fail("offsets do not fit its counts", 0) }
        firsts = bytes.slice(firstsOffset, 257 * 4)
        order = bytes.slice(orderOffset, count * 4)
        records = bytes.slice(recordsOffset, count * Self.recordByteCount)
        text = bytes.slice(textOffset, bytes.count - textOffset)
        var before = 0
        for index in 0..<257 {
            let first = Int(firsts.uint32(at: index * 4))
            guard first >= before, first <= count else { throw fail("first byte \(index)", index) }
            before = first
        }
        var longest = 0
        for index in 0..<count {
            let length = Int(records[index * Self.recordByteCount + 4])
            guard Int(order.uint32(at: index * 4)) < count, length > 0,
                Int(records.uint32(at: index * Self.recordByteCount)) + length <= text.count
            else { throw fail("literal \(index)", index) }
            longest = max(longest, length)
        }
        guard longest == bytesMax else { throw fail("the longest has \(longest) bytes", 8) }
    }

    /// The bytes of a literal. Traps where there is none.
    @inlinable public func bytes(of literal: UInt32) -> ImageBytes {
        let record = Int(literal) * Self.recordByteCount
        return text.slice(Int(records.uint32(at: record)), Int(records[record + 4]))
    }

    /// The flags of a literal. Traps where there is none.
    @inlinable public func flags(of literal: UInt32) -> LiteralFlags {
        LiteralFlags(rawValue: records[Int(literal) * Self.recordByteCount + 5])
    }

    /// The literals with a first byte, as places in the order.
    public func range(first: UInt8) -> Range<Int> {
        Int(firsts.uint32(at: Int(first) * 4))..<Int(firsts.uint32(at: Int(first) * 4 + 4))
    }

    public func literal(at place: Int) -> UInt32 { order.uint32(at: place * 4) }
}
