import CIntrinsics
import KhienModel

/// A run of bytes of a mapped image, read with bounds checks.
///
/// It is a plain address and a count, so that copying it costs no reference counting on the data
/// path. Whoever keeps one keeps its `Image` too.
@safe
public struct ImageBytes: @unchecked Sendable {
    // SAFETY (Sendable): the memory is immutable for as long as the owning `Image` lives.
    public let base: UnsafeRawPointer
    public let count: Int

    /// - Precondition: `base` points to `count` readable, immutable bytes that outlive the value.
    @unsafe @inlinable public init(base: UnsafeRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The part from `offset`, `count` bytes long. Traps when it does not lie inside.
    @inlinable public func slice(_ offset: Int, _ count: Int) -> ImageBytes {
        precondition(offset >= 0 && count >= 0 && offset <= self.count - count)
        // SAFETY: inside the checked bounds.
        return unsafe ImageBytes(base: base + offset, count: count)
    }

    /// Where `part` begins in these bytes; nil where it does not lie inside.
    func offset(of part: ImageBytes) -> Int? {
        let start = unsafe part.base - base
        return start >= 0 && start <= count - part.count ? start : nil
    }

    /// How far before a pass over an image memory is asked for. The processor's own guesses end at each
    /// page of 4 KiB and hide less: a checksum of 190 MB took 34 ms without, 25 ms with 1 KiB, 21 ms
    /// with 2 KiB, 22 ms with 4 KiB.
    static let passAheadByteCount = 2048

    /// Asks for the cache line of a byte, without waiting for it.
    @inlinable @inline(__always) public func prefetch(at offset: Int) {
        // SAFETY: a prefetch reads nothing and cannot fault, wherever it points.
        unsafe khien_prefetch(base + offset)
    }

    @inlinable public subscript(offset: Int) -> UInt8 {
        @inline(__always) get {
            precondition(UInt(bitPattern: offset) < UInt(bitPattern: count))
            // SAFETY: checked in the line above.
            return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
        }
    }

    @inlinable @inline(__always) public func uint16(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && count &- offset >= 2)
        // SAFETY: checked in the line above.
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    }

    @inlinable @inline(__always) public func uint32(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && count &- offset >= 4)
        // SAFETY: checked in the line above.
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    @inlinable @inline(__always) public func uint64(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && count &- offset >= 8)
        // SAFETY: checked in the line above.
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The first and the third of three words of 32 bits from `offset`.
    @inline(__always) func firstAndThirdWord(at offset: Int) -> (UInt32, UInt32) {
        precondition(offset >= 0 && count &- offset >= 12)
        // SAFETY: checked in the line above.
        return unsafe (
            base.loadUnaligned(fromByteOffset: offset, as: UInt32.self),
            base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt32.self)
        )
    }

    /// One bit for each of the 18 words of 16 bits from `offset` that is `wanted`, the first in bit 0.
    ///
    /// Reads 40 bytes, and does not branch on them. (In Swift, four words at a time in `UInt64`, this
    /// took 60 instructions; a bucket's answer now takes 15.)
    @inlinable @inline(__always) public func lanes18(_ wanted: UInt16, at offset: Int) -> UInt32 {
        precondition(offset >= 0 && count &- offset >= 40)
        // SAFETY: checked in the line above.
        return unsafe khien_lanes18(base + offset, wanted)
    }

    /// Not 0 where one of the 32 words of 16 bits in the 64 bytes from `offset` is `wanted`.
    ///
    /// Four words at a time: where a word of the exclusive-or is zero, taking one from it borrows
    /// into its top bit, which was clear. Source: H. S. Warren, "Hacker's Delight", section 6-1.
    @inlinable @inline(__always) public func lanes(
        _ wanted: UInt16, inLineAt offset: Int
    ) -> UInt64 {
        precondition(offset >= 0 && offset <= count - 64)
        let ones: UInt64 = 0x0001_0001_0001_0001
        let broadcast = UInt64(wanted) &* ones
        var zeros: UInt64 = 0
        for word in 0..<8 {
            // SAFETY: checked in the first line; 64 bytes of plain integers.
            let lanes = unsafe base.loadUnaligned(
                fromByteOffset: offset &+ word &* 8, as: UInt64.self)
            let difference = lanes ^ broadcast
            zeros |= (difference &- ones) & ~difference
        }
        return zeros & (ones << 15)
    }

    /// Whether the bytes from `offset` equal those of `other` in `range`; false when they do not
    /// fit.
    @inlinable @inline(__always) public func equals(
        at offset: Int, _ other: Span<UInt8>, _ range: Range<Int>
    ) -> Bool {
        let length = range.upperBound &- range.lowerBound
        guard offset >= 0, count &- offset >= length else { return false }
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count)
        // SAFETY: both runs of `length` bytes were checked to lie inside in the lines above.
        return unsafe other.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe khien_equal(base + offset, start + range.lowerBound, length) != 0
        }
    }

    /// Calls `body` with the bytes as a span.
    @inlinable public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: `base` and `count` describe immutable bytes that outlive the call.
        let buffer = unsafe UnsafeBufferPointer(
            start: base.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(unsafe buffer.span)
    }

    /// The bytes as text; invalid UTF-8 is replaced. Allocates.
    public func text() -> String {
        withSpan { span in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(span.count)
            for index in span.indices { bytes.append(span[index]) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Span where Element == UInt8 {
    /// One bit for each byte of `range` that is `wanted`, the first in bit 0.
    ///
    /// - Precondition: `range` lies inside and has at most 64 bytes.
    @inlinable @inline(__always) public func bits(of wanted: UInt8, in range: Range<Int>) -> UInt64
    {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= 64)
        // SAFETY: the range was checked in the line above.
        return unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe khien_bytes64(base + range.lowerBound, range.count, wanted)
        }
    }
}
