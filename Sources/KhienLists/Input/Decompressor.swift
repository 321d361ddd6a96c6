import CLZMA
import CZlib
import CZstd
import KhienModel

/// Expands gzip, xz and zstd, piece by piece, under the limits of `ExpansionGuard`.
///
/// SAFETY: of all three libraries. Each is given pointers to the input array and to one output piece
/// with their true lengths, inside closures that keep both alive, and nothing keeps a pointer
/// afterwards. Each library's state is created and released in the same function.
enum Decompressor {
    /// Output is taken in pieces of this size.
    private static let pieceBytes = 256 << 10

    static func expand(
        _ bytes: [UInt8], _ form: Compression, guardedBy expansion: ExpansionGuard
    ) throws(DecompressionFault) -> [UInt8] {
        switch form {
        case .gzip: try expandGzip(bytes, expansion)
        case .xz: try expandXZ(bytes, expansion)
        case .zstd: try expandZstd(bytes, expansion)
        }
    }

    /// `LZMA_CONCATENATED` of lzma/container.h, a macro that Swift does not see: streams may follow
    /// each other.
    private static let concatenated: UInt32 = 0x08

    /// One step of a library: how much it read and wrote, and how it stands.
    private struct Step {
        var read: Int
        var written: Int
        var state: State
    }

    private enum State: Equatable {
        case running
        case finished
        case failed(DecompressionFault)
    }

    /// Calls `step` with the unread input and an empty piece until the input is used up.
    private static func run(
        _ bytes: [UInt8], _ expansion: ExpansionGuard,
        _ step: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Step
    ) throws(DecompressionFault) -> [UInt8] {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        var position = 0
        while true {
            let result = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe piece.withUnsafeMutableBufferPointer { target in
                    unsafe step(UnsafeBufferPointer(rebasing: input[position...]), target)
                }
            }
            position += result.read
            output.append(contentsOf: piece[..<result.written])
            if let fault = expansion.objection(to: output.count) { throw fault }
            switch result.state {
            case .failed(let fault): throw fault
            case .finished: return output
            case .running:
                if result.read == 0, result.written == 0 {
                    throw position == bytes.count ? .truncated : .damaged
                }
            }
        }
    }

    private static func expandGzip(
        _ bytes: [UInt8], _ expansion: ExpansionGuard
    ) throws(DecompressionFault) -> [UInt8] {
        var stream = unsafe z_stream()
        // 16 + 15: gzip only, the largest window.
        let opened = unsafe inflateInit2_(
            &stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard opened == Z_OK else { throw .memory }
        defer { unsafe inflateEnd(&stream) }
        return try unsafe run(bytes, expansion) { input, target in
            // The library does not write to its input; its pointer is not const for C's sake.
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.avail_in = UInt32(clamping: input.count)
            unsafe stream.next_out = target.baseAddress
            unsafe stream.avail_out = UInt32(clamping: target.count)
            let offered = unsafe Int(stream.avail_in)
            let code = unsafe inflate(&stream, Z_NO_FLUSH)
            let read = unsafe offered - Int(stream.avail_in)
            let written = unsafe target.count - Int(stream.avail_out)
            switch code {
            case Z_OK, Z_BUF_ERROR: return Step(read: read, written: written, state: .running)
            case Z_STREAM_END:
                // Another member may follow; zeros after the last are padding.
                let rest = unsafe input[read...]
                if unsafe rest.allSatisfy({ $0 == 0 }) {
                    return Step(read: read, written: written, state: .finished)
                }
                let reset = unsafe inflateReset(&stream)
                return Step(
                    read: read, written: written,
                    state: reset == Z_OK ? .running : .failed(.damaged))
            default: return Step(read: read, written: written, state: .failed(.damaged))
            }
        }
    }

    private static func expandXZ(
        _ bytes: [UInt8], _ expansion: ExpansionGuard
    ) throws(DecompressionFault) -> [UInt8] {
        var stream = unsafe lzma_stream()
        let opened = unsafe lzma_stream_decoder(
            &stream, UInt64(Limits.Lists.xzMemoryBytesMax), concatenated)
        guard opened == LZMA_OK else { throw .memory }
        defer { unsafe lzma_end(&stream) }
        return try unsafe run(bytes, expansion) { input, target in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = input.count
            unsafe stream.next_out = target.baseAddress
            unsafe stream.avail_out = target.count
            // All input is at hand, so the decoder may always finish.
            let code = unsafe lzma_code(&stream, LZMA_FINISH)
            let read = unsafe input.count - stream.avail_in
            let written = unsafe target.count - stream.avail_out
            let state: State =
                switch code {
                case LZMA_OK: .running
                case LZMA_STREAM_END: .finished
                case LZMA_BUF_ERROR: .failed(.truncated)
                case LZMA_MEM_ERROR, LZMA_MEMLIMIT_ERROR: .failed(.memory)
                default: .failed(.damaged)
                }
            return Step(read: read, written: written, state: state)
        }
    }

    private static func expandZstd(
        _ bytes: [UInt8], _ expansion: ExpansionGuard
    ) throws(DecompressionFault) -> [UInt8] {
        guard let stream = unsafe ZSTD_createDStream() else { throw .memory }
        defer { unsafe ZSTD_freeDStream(stream) }
        let set = unsafe ZSTD_DCtx_setParameter(
            stream, ZSTD_d_windowLogMax, Int32(Limits.Lists.zstdWindowLogMax))
        guard ZSTD_isError(set) == 0 else { throw .memory }
        return try unsafe run(bytes, expansion) { input, target in
            var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            var result = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            let code = unsafe ZSTD_decompressStream(stream, &result, &source)
            let read = unsafe source.pos
            let written = unsafe result.pos
            if ZSTD_isError(code) != 0 {
                let isMemory = ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge
                return Step(
                    read: read, written: written, state: .failed(isMemory ? .memory : .damaged))
            }
            // 0: a frame is complete and flushed. More input is another frame.
            let isFinished = code == 0 && read == input.count
            return Step(read: read, written: written, state: isFinished ? .finished : .running)
        }
    }
}
