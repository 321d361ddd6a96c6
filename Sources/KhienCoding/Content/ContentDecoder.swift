import KhienModel

/// How far one call of a decoder went.
public struct DecodeProgress: Hashable, Sendable {
    /// Bytes of the input that were read.
    public var read: Int
    /// Bytes of the output that were written, from its start.
    public var written: Int
    /// Whether to call again with the rest of the input, be it empty: there is more to write than
    /// there was room for, or an error to throw behind what was written.
    public var hasMore: Bool
}

/// Undoes the content codings of one body, slice by slice.
///
/// The body may be cut anywhere; the output is the same. Nothing of it is kept but what the formats
/// refer back to (their windows). Once built, it allocates only inside the libraries, under
/// `Limits.Coding`.
///
///     var offset = 0
///     repeat {
///         let step = try decoder.decode(input.extracting(offset...), into: &output)
///         offset += step.read
///         // the first step.written bytes of output are content
///     } while step.hasMore
///
/// After the body's last slice, `finish()` completes `notes`.
public struct ContentDecoder: ~Copyable {
    /// The codings, the one undone first at 0.
    private var stages: [ContentStage]
    /// What stands between a stage and the next.
    private var between: [StageBuffer]
    private let limits: ContentLimits
    /// Of what decoders share; nil: it is not counted, or no coding of the body takes of it.
    private var share: DecoderShare?
    /// Comes out of the next call, once all that was decoded before it has been taken.
    private var failure: ContentError?
    /// Bytes of the body that were read.
    public private(set) var inputBytes = 0
    /// Bytes of content that were written.
    public private(set) var outputBytes = 0
    /// What was odd and let pass; complete after `finish()`.
    public private(set) var notes: ContentNotes = []

    /// A decoder of `codings`; with none it copies.
    ///
    /// - Parameter share: what br and zstd hold is counted there while the decoder lives.
    /// - Throws: `memoryOverLimit` where a library cannot start.
    /// - Complexity: some ten allocations, 40 KiB for gzip and deflate; brotli and zstd take their
    ///   window when they see its size.
    public init(
        _ codings: ContentCodings, limits: ContentLimits = ContentLimits(),
        share: DecoderShare? = nil
    ) throws(ContentError) {
        self.limits = limits
        self.share = share
        stages = []
        between = []
        for index in (0..<codings.count).reversed() {
            guard let coding = codings[index] else { continue }
            if !stages.isEmpty { between.append(StageBuffer()) }
            stages.append(try ContentStage(coding))
        }
    }

    /// The most memory that the libraries held so far, and the buffers between stacked codings.
    public var memoryPeakBytes: Int {
        stages.reduce(between.count * Limits.Coding.stageBytes) { $0 + $1.memoryPeakBytes }
    }

    /// Decodes `input` into `output`.
    ///
    /// - Parameter output: at least one byte. What is in it before does not matter.
    /// - Returns: how far it went. Call again while `hasMore`.
    /// - Throws: the body is damaged or over a limit. All that was decoded before has come out of
    ///   earlier calls; this call wrote nothing, and each later one throws the same.
    public mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) throws(ContentError) -> DecodeProgress {
        precondition(output.count > 0, "a decoder needs room")
        if let failure { throw failure }
        if stages.isEmpty { return copy(input, into: &output) }
        var read = 0
        var written = 0
        var isMoving = true
        while isMoving, failure == nil, written < output.count {
            isMoving = false
            // The last stage first, so that what stands between stages is bounded.
            for index in stages.indices.reversed() where failure == nil {
                let step: StageStep
                if index == 0 {
                    step = run(0, input, &read, &output, &written)
                } else {
                    let source = between[index - 1]
                    let bytes = source.bytes
                    step = run(
                        index, bytes.span.extracting(..<source.end), &source.start, &output,
                        &written)
                }
                if step.read > 0 || step.written > 0 { isMoving = true }
            }
        }
        outputBytes += written
        if let failure, written == 0 { throw failure }
        let hasMore = failure != nil || written == output.count
        return DecodeProgress(read: read, written: written, hasMore: hasMore)
    }

    /// Lets one stage go as far as it can, and looks at its limits.
    private mutating func run(
        _ index: Int, _ input: Span<UInt8>, _ position: inout Int,
        _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) -> StageStep {
        let step: StageStep
        if index == stages.count - 1 {
            step = stages[index].step(input, from: position, into: &output, at: written)
            written += step.written
        } else {
            let sink = between[index]
            guard sink.start == sink.end else {
                return StageStep(read: 0, written: 0, state: .running)
            }
            // Taken out while it is written, so that it is nobody else's and is not copied.
            var bytes: [UInt8] = []
            swap(&bytes, &sink.bytes)
            var span = bytes.mutableSpan
            step = stages[index].step(input, from: position, into: &span, at: 0)
            swap(&bytes, &sink.bytes)
            (sink.start, sink.end) = (0, step.written)
        }
        position += step.read
        if index == 0 { inputBytes += step.read }
        if case .failed(let code) = step.state {
            failure = ContentError(code, coding: stages[index].coding, inputOffset: inputBytes)
        } else {
            failure = objection(to: stages[index]) ?? sharing(stages[index])
        }
        return step
    }

    /// Counts what the stages hold; the error where that is too much with what others hold.
    private func sharing(_ stage: ContentStage) -> ContentError? {
        guard let share,
            let code = share.hold(stages.reduce(0) { $0 + $1.sharedBytes })
        else { return nil }
        return ContentError(code, coding: stage.coding, inputOffset: inputBytes)
    }

    private func objection(to stage: ContentStage) -> ContentError? {
        let bytes = stage.outputBytes
        if bytes > limits.outputBytesMax {
            return ContentError(
                .outputTooLarge, coding: stage.coding, inputOffset: inputBytes,
                limit: limits.outputBytesMax)
        }
        if bytes > limits.expansionFreeBytesMax,
            bytes / limits.expansionRatioMax >= max(inputBytes, 1)
        {
            return ContentError(
                .bomb, coding: stage.coding, inputOffset: inputBytes,
                limit: limits.expansionRatioMax)
        }
        return nil
    }

    private mutating func copy(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        let count = min(input.count, output.count)
        output.copy(input, 0..<count, at: 0)
        inputBytes += count
        outputBytes += count
        return DecodeProgress(read: count, written: count, hasMore: count < input.count)
    }

    /// The end of the body: completes `notes`.
    public mutating func finish() {
        for stage in stages {
            stage.finish()
            notes.formUnion(stage.notes)
        }
    }
}

/// What one stage wrote and the next has not read.
private final class StageBuffer {
    var bytes = [UInt8](repeating: 0, count: Limits.Coding.stageBytes)
    var start = 0
    var end = 0
}
