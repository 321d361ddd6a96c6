import CZstd
import KhienModel

/// The zstd decoder.
///
/// Frames may follow each other (RFC 8878 section 3), skippable ones too. Behind the first, bytes
/// that begin no frame are passed over with a note. A wrong checksum is damage: browsers, which use
/// the same library, show nothing then.
///
/// SAFETY: the state is created in `init` and released in `deinit`. The library is given pointers
/// into the two spans with their true lengths, inside closures that keep both alive; it keeps
/// neither.
@safe final class ZstdStage {
    private let decoder: OpaquePointer
    private var frames = 0
    /// Bytes read since the last frame ended.
    private var frameBytes = 0
    private var isIgnoring = false
    /// Whether the last call filled its output, so that more may be held back.
    private var mayHoldOutput = false
    private(set) var notes: ContentNotes = []
    private(set) var memoryBytes = 0
    private(set) var memoryPeakBytes = 0

    /// A frame's magic number and the first byte of its header: what the library waits for.
    private static let frameStartBytes = 5

    init() throws(ContentError) {
        guard let created = unsafe ZSTD_createDStream() else {
            throw ContentError(.memoryOverLimit, coding: .zstd)
        }
        unsafe decoder = created
        let set = unsafe ZSTD_DCtx_setParameter(
            decoder, ZSTD_d_windowLogMax, Int32(Limits.Coding.zstdWindowLogMax))
        guard ZSTD_isError(set) == 0 else {
            unsafe ZSTD_freeDStream(created)
            throw ContentError(.windowTooLarge, coding: .zstd)
        }
    }

    deinit { unsafe ZSTD_freeDStream(decoder) }

    /// Reads `input` from `start` and writes to `output` from `target`, as far as either goes.
    func step(
        _ input: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at target: Int
    ) -> StageStep {
        if isIgnoring {
            if start < input.count { notes.insert(.trailingBytes) }
            return StageStep(read: input.count - start, written: 0, state: .running)
        }
        // Calls without input are an error to the library when there are many.
        if start == input.count, !mayHoldOutput {
            return StageStep(read: 0, written: 0, state: .running)
        }
        var read = 0
        var written = 0
        let code = unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { sink in
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: start)
                var to = unsafe ZSTD_outBuffer(dst: sink.baseAddress, size: sink.count, pos: target)
                let code = unsafe ZSTD_decompressStream(decoder, &to, &from)
                read = unsafe from.pos - start
                written = unsafe to.pos - target
                return code
            }
        }
        frameBytes += read
        mayHoldOutput = target + written == output.count
        memoryBytes = unsafe ZSTD_sizeof_DStream(decoder)
        memoryPeakBytes = max(memoryPeakBytes, memoryBytes)
        if ZSTD_isError(code) != 0 {
            let state = failure(ZSTD_getErrorCode(code))
            if isIgnoring { read = input.count - start }
            return StageStep(read: read, written: written, state: state)
        }
        if memoryPeakBytes > Limits.Coding.zstdMemoryBytesMax {
            return StageStep(read: read, written: written, state: .failed(.memoryOverLimit))
        }
        guard code == 0, frameBytes > 0 else {
            return StageStep(read: read, written: written, state: .running)
        }
        frames += 1
        frameBytes = 0
        if frames > 1 { notes.insert(.severalMembers) }
        return StageStep(read: read, written: written, state: .finished)
    }

    private func failure(_ code: ZSTD_ErrorCode) -> StageStep.State {
        switch code {
        case ZSTD_error_prefix_unknown where frames > 0:
            notes.insert(.trailingBytes)
            isIgnoring = true
            return .finished
        case ZSTD_error_frameParameter_windowTooLarge: return .failed(.windowTooLarge)
        case ZSTD_error_memory_allocation: return .failed(.memoryOverLimit)
        case ZSTD_error_dictionary_wrong: return .failed(.dictionaryNeeded)
        default: return .failed(.damaged)
        }
    }

    /// The end of the body.
    func finish() {
        if isIgnoring || frameBytes == 0 { return }
        let isStrayEnd = frames > 0 && frameBytes < Self.frameStartBytes
        notes.insert(isStrayEnd ? .trailingBytes : .truncated)
    }
}
