import KhienModel

/// gzip and deflate: header, deflate data, trailer.
///
/// What is decided as browsers do it:
/// - `deflate` is zlib's format where the first two bytes are its header, else bare deflate data. No
///   encoder writes bare data that begins so: the low bits say "stored block" with padding set.
/// - A wrong checksum or length is a note. Browsers show such pages.
/// - A body that ends early is a note; its text was given.
/// - Bytes behind the end are passed over with a note, except gzip members, which are all read:
///   some clients show them, some do not, and what one might show is judged. What is damaged in a
///   later member counts as such bytes.
final class FlateStage {
    private let inflater: Inflater
    private let isGzip: Bool
    private var state: State
    private var header = GzipHeader()
    private var members = 0
    /// Whether the deflate data stands in zlib's format.
    private var isWrapped = false
    private var sum: UInt32 = 0
    private var outputBytes: UInt32 = 0
    private var trailer: UInt64 = 0
    private(set) var notes: ContentNotes = []
    private var hasInput = false

    private enum State: Equatable {
        case gzipHeader
        /// Nothing is known yet of a `deflate` body.
        case sniffing
        /// This first byte may be that of a zlib header.
        case sniffed(UInt8)
        /// This byte turned out to be deflate data.
        case replay(UInt8)
        case body
        /// So many bytes of the trailer are to come.
        case trailer(Int)
        case between
        case ignoring
    }

    init(isGzip: Bool) throws(ContentError) {
        inflater = try Inflater()
        self.isGzip = isGzip
        state = isGzip ? .gzipHeader : .sniffing
    }

    var memoryPeakBytes: Int { inflater.memory.peakBytes }

    /// Reads `input` from `start` and writes to `output` from `target`, as far as either goes.
    func step(
        _ input: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at target: Int
    ) -> StageStep {
        var position = start
        var end = target
        var failure: ContentError.Code?
        if start < input.count { hasInput = true }
        while failure == nil {
            if case .replay(let byte) = state {
                failure = replay(byte, into: &output, at: &end)
                continue
            }
            if state == .body {
                let step = inflater.step(input, from: position, into: &output, at: end)
                position += step.read
                failure = account(step, of: &output, at: &end)
                if step.state == .running { break }
                continue
            }
            guard position < input.count else { break }
            if state == .ignoring {
                notes.insert(.trailingBytes)
                position = input.count
                break
            }
            if readFraming(input[position], &failure) { position += 1 }
        }
        let result: StageStep.State = failure.map { .failed($0) } ?? .running
        return StageStep(read: position - start, written: end - target, state: result)
    }

    /// Feeds the byte that was looked at to tell the two kinds of `deflate` apart.
    private func replay(
        _ byte: UInt8, into output: inout MutableSpan<UInt8>, at end: inout Int
    ) -> ContentError.Code? {
        let single: InlineArray<1, UInt8> = [byte]
        state = .body
        let step = inflater.step(single.span, from: 0, into: &output, at: end)
        return account(step, of: &output, at: &end)
    }

    /// Takes in what the library did.
    private func account(
        _ step: StageStep, of output: inout MutableSpan<UInt8>, at end: inout Int
    ) -> ContentError.Code? {
        if step.written > 0 {
            let range = end..<end + step.written
            if isGzip {
                sum = Inflater.cyclicSum(sum, output, range)
            } else if isWrapped {
                sum = Inflater.adlerSum(sum, output, range)
            }
            outputBytes &+= UInt32(truncatingIfNeeded: step.written)
            end += step.written
        }
        switch step.state {
        case .running: return nil
        case .finished:
            members += 1
            trailer = 0
            state = isGzip ? .trailer(8) : isWrapped ? .trailer(4) : .ignoring
            return nil
        case .failed(let code):
            if members > 0, code == .damaged {
                state = .ignoring
                notes.insert(.trailingBytes)
                return nil
            }
            return code
        }
    }

    /// Reads one byte outside the deflate data; false where it is left for the next state.
    private func readFraming(_ byte: UInt8, _ failure: inout ContentError.Code?) -> Bool {
        switch state {
        case .gzipHeader:
            switch header.read(byte) {
            case .more: break
            case .done:
                if members > 0 { notes.insert(.severalMembers) }
                state = .body
            case .failed(let code):
                if members > 0 {
                    notes.insert(.trailingBytes)
                    state = .ignoring
                } else {
                    failure = code
                }
            }
        case .sniffing:
            guard byte & 0x0F == 8, byte >> 4 <= 7 else {
                state = .body
                return false
            }
            state = .sniffed(byte)
        case .sniffed(let first):
            guard (Int(first) << 8 | Int(byte)) % 31 == 0 else {
                state = .replay(first)
                return false
            }
            if byte & 0x20 != 0 { failure = .dictionaryNeeded }
            isWrapped = true
            sum = 1
            state = .body
        case .trailer(let left):
            trailer = isGzip ? trailer | UInt64(byte) << (8 * UInt64(8 - left)) : trailer << 8
            if !isGzip { trailer |= UInt64(byte) }
            state = .trailer(left - 1)
            if left == 1 { endMember() }
        case .between:
            guard byte == 0x1F else {
                state = .ignoring
                return false
            }
            inflater.reset()
            (sum, outputBytes, header) = (0, 0, GzipHeader())
            state = .gzipHeader
            return false
        case .replay, .body, .ignoring: return false
        }
        return true
    }

    private func endMember() {
        let expected = isGzip ? UInt64(outputBytes) << 32 | UInt64(sum) : UInt64(sum)
        if trailer != expected { notes.insert(.checksumMismatch) }
        state = isGzip ? .between : .ignoring
    }

    /// The end of the body.
    func finish() {
        switch state {
        case .between, .ignoring: break
        case .gzipHeader where members > 0: notes.insert(.trailingBytes)
        case .gzipHeader, .sniffing, .sniffed, .replay, .body, .trailer:
            // A body of no bytes at all is an empty page, whatever its coding.
            if hasInput { notes.insert(.truncated) }
        }
    }
}
