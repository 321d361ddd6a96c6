/// A 64-bit checksum against damage (torn writes, flipped bits), not against forgery.
///
/// Four lanes of 64 x 64 bit multiplications over 32 bytes a step, so that a quarter of a gigabyte
/// is checked in a few dozen milliseconds when a daemon opens an image.
public enum Checksum {
    fileprivate static let first: UInt64 = 0xA076_1D64_78BD_642F
    fileprivate static let second: UInt64 = 0xE703_7ED1_A0B4_28DB
    fileprivate static let third: UInt64 = 0x8EBC_6AF0_9C88_C6E3
    fileprivate static let fourth: UInt64 = 0x5899_65CC_7537_4CC3

    @inline(__always)
    fileprivate static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The checksum of `bytes`.
    public static func of(_ bytes: ImageBytes) -> UInt64 {
        var sum = RunningChecksum()
        let whole = bytes.count & ~(RunningChecksum.step - 1)
        sum.add(bytes.slice(0, whole))
        return sum.closed(bytes.slice(whole, bytes.count - whole), of: bytes.count)
    }
}

/// A checksum that is taken piece by piece.
struct RunningChecksum {
    /// Bytes that are taken at once; a power of two.
    static let step = 32

    private var lanes = (Checksum.first, Checksum.second, Checksum.third, Checksum.fourth)

    /// - Parameter bytes: whole steps.
    mutating func add(_ bytes: ImageBytes) {
        var (a, b, c, d) = lanes
        var offset = 0
        while offset < bytes.count {
            bytes.prefetch(at: offset &+ ImageBytes.passAheadByteCount)
            a = Checksum.fold(a ^ bytes.uint64(at: offset), Checksum.second)
            b = Checksum.fold(b ^ bytes.uint64(at: offset + 8), Checksum.third)
            c = Checksum.fold(c ^ bytes.uint64(at: offset + 16), Checksum.fourth)
            d = Checksum.fold(d ^ bytes.uint64(at: offset + 24), Checksum.first)
            offset += Self.step
        }
        lanes = (a, b, c, d)
    }

    /// - Parameters:
    ///   - rest: the last bytes, less than a step.
    ///   - count: of all bytes.
    func closed(_ rest: ImageBytes, of count: Int) -> UInt64 {
        var tail = UInt64(count)
        for offset in 0..<rest.count {
            tail = Checksum.fold(tail ^ UInt64(rest[offset]) ^ Checksum.third, Checksum.fourth)
        }
        return Checksum.fold(
            Checksum.fold(lanes.0, lanes.1 | 1) ^ Checksum.fold(lanes.2, lanes.3 | 1), tail | 1)
            ^ tail
    }
}
