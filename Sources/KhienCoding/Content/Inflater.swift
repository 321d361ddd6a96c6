import CZlib
import KhienModel

/// zlib's decoder of bare deflate data. Header and trailer are the business of `FlateStage`.
///
/// SAFETY: the stream stands at one address, as zlib demands, from `init` to `deinit`, and is
/// released there. The library is given pointers into the two spans with their true lengths, inside
/// closures that keep both alive; it keeps neither.
@safe final class Inflater {
    let memory = LibraryMemory(bytesMax: Limits.Coding.inflateMemoryBytesMax)
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(ContentError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe stream.pointee.opaque = memory.opaque
        unsafe stream.pointee.zalloc = { opaque, items, size in
            unsafe LibraryMemory.allocate(opaque, Int(items) * Int(size))
        }
        unsafe stream.pointee.zfree = { unsafe LibraryMemory.release($0, $1) }
        // -15: neither header nor trailer, the largest window of the format.
        let opened = unsafe inflateInit2_(
            stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard opened == Z_OK else { throw ContentError(.memoryOverLimit) }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Makes ready for another stream.
    func reset() { unsafe inflateReset(stream) }

    /// Reads `input` from `start` and writes to `output` from `target`.
    func step(
        _ input: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at target: Int
    ) -> StageStep {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { sink in
                let offered = UInt32(clamping: source.count - start)
                let room = UInt32(clamping: sink.count - target)
                // The library does not write to its input; its pointer is not const for C's sake.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress.map { unsafe $0 + start })
                unsafe stream.pointee.avail_in = offered
                unsafe stream.pointee.next_out = sink.baseAddress.map { unsafe $0 + target }
                unsafe stream.pointee.avail_out = room
                let code = unsafe inflate(stream, Z_NO_FLUSH)
                let read = unsafe Int(offered - stream.pointee.avail_in)
                let written = unsafe Int(room - stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
                let state: StageStep.State =
                    switch code {
                    case Z_OK, Z_BUF_ERROR: .running
                    case Z_STREAM_END: .finished
                    case Z_MEM_ERROR: .failed(.memoryOverLimit)
                    default: .failed(.damaged)
                    }
                return StageStep(read: read, written: written, state: state)
            }
        }
    }

    /// The CRC-32 of `output[range]` behind that of what came before.
    static func cyclicSum(
        _ sum: UInt32, _ output: borrowing MutableSpan<UInt8>, _ range: Range<Int>
    ) -> UInt32 {
        unsafe output.withUnsafeBufferPointer { buffer in
            let part = unsafe UnsafeBufferPointer(rebasing: buffer[range])
            return unsafe UInt32(
                truncatingIfNeeded: crc32(UInt(sum), part.baseAddress, UInt32(part.count)))
        }
    }

    /// The Adler-32 of `output[range]` behind that of what came before.
    static func adlerSum(
        _ sum: UInt32, _ output: borrowing MutableSpan<UInt8>, _ range: Range<Int>
    ) -> UInt32 {
        unsafe output.withUnsafeBufferPointer { buffer in
            let part = unsafe UnsafeBufferPointer(rebasing: buffer[range])
            return unsafe UInt32(
                truncatingIfNeeded: adler32(UInt(sum), part.baseAddress, UInt32(part.count)))
        }
    }
}
