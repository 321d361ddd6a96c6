import CBrotli
import KhienModel

/// The brotli decoder.
///
/// Bytes behind the end mark are passed over with a note, as browsers do.
///
/// SAFETY: the state is created in `init` and released in `deinit`, before `memory`, which this
/// object keeps alive. The library is given pointers into the two spans with their true lengths,
/// inside closures that keep both alive; it keeps neither.
@safe final class BrotliStage {
    private let memory = LibraryMemory(bytesMax: Limits.Coding.brotliMemoryBytesMax)
    private let decoder: OpaquePointer
    private var isFinished = false
    private var hasInput = false
    private(set) var notes: ContentNotes = []

    init() throws(ContentError) {
        guard
            let created = unsafe BrotliDecoderCreateInstance(
                { unsafe LibraryMemory.allocate($0, $1) }, { unsafe LibraryMemory.release($0, $1) },
                memory.opaque)
        else { throw ContentError(.memoryOverLimit, coding: .brotli) }
        unsafe decoder = created
    }

    deinit { unsafe BrotliDecoderDestroyInstance(decoder) }

    var memoryBytes: Int { memory.bytes }
    var memoryPeakBytes: Int { memory.peakBytes }

    /// Reads `input` from `start` and writes to `output` from `target`, as far as either goes.
    func step(
        _ input: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at target: Int
    ) -> StageStep {
        if start < input.count { hasInput = true }
        if isFinished {
            if start < input.count { notes.insert(.trailingBytes) }
            return StageStep(read: input.count - start, written: 0, state: .running)
        }
        var place = start
        var written = target
        var result = BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
        repeat {
            let end = min(place + Limits.Coding.brotliPieceBytes, input.count)
            result = decode(input, &place, end, into: &output, at: &written)
        } while result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && place < input.count
        var state = StageStep.State.running
        if result == BROTLI_DECODER_RESULT_SUCCESS {
            isFinished = true
            state = .finished
        } else if result == BROTLI_DECODER_RESULT_ERROR {
            state = .failed(memory.wasRefused ? .memoryOverLimit : .damaged)
        }
        return StageStep(read: place - start, written: written - target, state: state)
    }

    /// Gives the decoder the input from `place` to `end`.
    private func decode(
        _ input: Span<UInt8>, _ place: inout Int, _ end: Int,
        into output: inout MutableSpan<UInt8>, at written: inout Int
    ) -> BrotliDecoderResult {
        var left = end - place
        var room = output.count - written
        let (start, target) = (place, written)
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { sink in
                var next = unsafe source.baseAddress.map { unsafe $0 + start }
                var free = unsafe sink.baseAddress.map { unsafe $0 + target }
                return unsafe BrotliDecoderDecompressStream(
                    decoder, &left, &next, &room, &free, nil)
            }
        }
        place = end - left
        written = output.count - room
        return result
    }

    /// The end of the body.
    func finish() {
        if hasInput, !isFinished { notes.insert(.truncated) }
    }
}
