/// The hashes of windows of text by which the scanner's index is read.
///
/// A window is eight bytes from an even place; `b0` is its first. In a table without regard to case
/// bit 5 of every byte is set before. Sums and products are modulo 2^16, as `LiteralPass` takes them
/// of eight windows at a time.
public struct LiteralHash: Sendable {
    /// Odd: of `b0` and `b1`.
    public let first: UInt16
    /// Odd: of `b2`.
    public let second: UInt16

    @inlinable public init(first: UInt16, second: UInt16) {
        self.first = first
        self.second = second
    }

    /// Of `b0`, `b1` and `b2`: its top bits choose the cell.
    @inlinable @inline(__always) public func cell(_ window: UInt64) -> UInt16 {
        let hash =
            UInt16(truncatingIfNeeded: window) &* first
            &+ UInt16(truncatingIfNeeded: window >> 16 & 0xFF) &* second
        return hash ^ hash >> 8
    }

    /// The bit of the cell that stands for `b3`, 0 to 31.
    @inlinable @inline(__always) public func bit(_ window: UInt64) -> UInt16 {
        (UInt16(truncatingIfNeeded: window >> 24 & 0xFF) &+ cell(window)) & 31
    }

    /// Odd, random: of the first four bytes, and of two more. The upper bits of a hash are its best.
    @inlinable public static var factor: UInt32 { 0x9E37_79B1 }
    @inlinable public static var secondFactor: UInt32 { 0x85EB_CA77 }

    /// Of `b0` to `b5`.
    @inlinable @inline(__always) public static func six(_ window: UInt64) -> UInt32 {
        four(window) &+ UInt32(truncatingIfNeeded: window >> 32 & 0xFFFF) &* secondFactor
    }
    /// Of `b0` to `b3`.
    @inlinable @inline(__always) public static func four(_ window: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: window) &* factor
    }
    /// Of `b0` to `b2`.
    @inlinable @inline(__always) public static func head(_ window: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: window & 0xFF_FFFF) &* factor
    }
    /// Of `b1` to `b3`.
    @inlinable @inline(__always) public static func tail(_ window: UInt64) -> UInt32 {
        head(window >> 8)
    }
    /// Of a pair of bytes, the first the lower; of a byte alone and 2^16.
    @inlinable @inline(__always) public static func pair(_ pair: UInt32) -> UInt32 {
        pair &* factor
    }
}
