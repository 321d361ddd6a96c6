import KhienModel

/// All orders of an image.
///
/// ```
/// record, 80 bytes
///  0  5 x string (offset u32, length u32): number, authority, legal basis, category, contact
/// 40  issued i64, effective i64, expires i64 (Int64.min: not given)
/// 64  action u8, reserved 15 bytes
/// ```
public struct OrderTable: Sendable {
    @inlinable public static var recordByteCount: Int { 80 }
    @inlinable public static var noDate: Int64 { .min }

    @usableFromInline let bytes: ImageBytes
    private let strings: ImageBytes
    public let count: Int

    public init(_ bytes: ImageBytes, strings: ImageBytes) throws(ImageError) {
        guard bytes.count % Self.recordByteCount == 0 else {
            throw ImageError(.badSection(.orders, "not whole records", offset: bytes.count))
        }
        self.bytes = bytes
        self.strings = strings
        count = bytes.count / Self.recordByteCount
        for index in 0..<count {
            let record = index * Self.recordByteCount
            guard (0..<5).allSatisfy({ strings.hasString(at: record + $0 * 8, in: bytes) }),
                Action(rawValue: bytes[record + 64]) != nil
            else {
                throw ImageError(.badSection(.orders, "a string or the action", offset: record))
            }
        }
    }

    /// Whether the order has force at `now`; allocates nothing.
    @inlinable public func isInForce(_ order: OrderIndex, at now: UnixTime) -> Bool {
        let record = Int(order.value) * Self.recordByteCount
        let effective = Int64(bitPattern: bytes.uint64(at: record + 48))
        let expires = Int64(bitPattern: bytes.uint64(at: record + 56))
        return now.seconds >= effective && (expires == Self.noDate || now.seconds < expires)
    }

    /// The order's record. Allocates.
    public subscript(index: OrderIndex) -> Order {
        let record = Int(index.value) * Self.recordByteCount
        func date(_ offset: Int) -> UnixTime? {
            let seconds = Int64(bitPattern: bytes.uint64(at: record + offset))
            return seconds == Self.noDate ? nil : UnixTime(seconds: seconds)
        }
        return Order(
            number: strings.string(at: record, in: bytes),
            authority: strings.string(at: record + 8, in: bytes),
            legalBasis: strings.string(at: record + 16, in: bytes),
            issued: date(40), effective: date(48), expires: date(56),
            category: strings.string(at: record + 24, in: bytes),
            action: Action(rawValue: bytes[record + 64]) ?? .block,
            contact: strings.string(at: record + 32, in: bytes))
    }
}
