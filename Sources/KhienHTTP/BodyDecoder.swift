import KhienModel

/// What a span of received bytes holds of a body.
public struct BodyProgress: Hashable, Sendable {
    /// The bytes from the start of the span that belong to this body, framing included.
    public var consumed: Int
    /// Whether the body ends with them. Where it does not, all bytes were consumed.
    public var isFinished: Bool
}

/// One thing found in a body by `BodyDecoder.next`.
public enum BodyStep: Hashable, Sendable {
    /// Content, as a range of the span. Go on behind it.
    case payload(Range<Int>)
    /// The span is used up.
    case needsMore
    /// The body ends before this offset of the span.
    case finished(end: Int)
}

/// Tracks exactly where a body ends while its bytes are passed on as they came. It keeps no bytes
/// and allocates nothing.
///
/// ```
/// chunked-body    = *chunk last-chunk trailer-section CRLF
/// chunk           = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
/// chunk-size      = 1*HEXDIG
/// last-chunk      = 1*("0") [ chunk-ext ] CRLF
/// chunk-ext       = see `ChunkExtensionReader`
/// trailer-section = *( field-line CRLF )
/// ```
/// Source: RFC 9112 section 7.1. Content is skipped without looking at it; only size lines,
/// extensions and trailers cost work per byte.
public struct BodyDecoder: Sendable {
    let limits: HTTPLimits
    let fault: HTTPError.Fault
    var state: State
    /// Content still to come: of the body with a length, of the chunk when chunked.
    var remaining: UInt64 = 0
    /// Content of the chunks so far.
    private var chunkedTotal: UInt64 = 0
    private var sizeDigits = 0
    private var extensionReader = ChunkExtensionReader()
    private var extensionBytes = 0
    private var extensionsBytes = 0
    var trailer = TrailerReader()

    enum State: UInt8 {
        case finished
        case failed
        case untilClose
        case length
        /// At or in a chunk size.
        case size
        case chunkExtension
        /// At the LF of a chunk-size line.
        case sizeLineFeed
        case data
        case dataCarriageReturn
        case dataLineFeed
        /// In the trailer section or the empty line behind it.
        case trailers
    }

    /// - Parameters:
    ///   - framing: the framing that the head gave; `tunnel` never ends, as `untilClose`.
    ///   - fault: who sends the body. `bodyBytesMax` holds for the client's only.
    public init(_ framing: BodyFraming, limits: HTTPLimits = HTTPLimits(), fault: HTTPError.Fault) {
        self.limits = limits.representable
        self.fault = fault
        switch framing {
        case .none, .length(0): state = .finished
        case .length(let length):
            state = .length
            remaining = length
        case .chunked: state = .size
        case .untilClose, .tunnel: state = .untilClose
        }
    }

    /// Whether the body has ended; true from the start where the message has none.
    public var isFinished: Bool { state == .finished }

    /// Goes over the next bytes of the connection.
    /// - Throws: where the framing is broken; the offset is that of the span. The decoder then
    ///   throws the same at every further call.
    /// - Complexity: linear in framing bytes and the number of chunks, not in the content.
    public mutating func consume(_ bytes: Span<UInt8>) throws(HTTPError) -> BodyProgress {
        var offset = 0
        while true {
            switch try next(bytes, from: offset) {
            case .payload(let range): offset = range.upperBound
            case .needsMore: return BodyProgress(consumed: bytes.count, isFinished: false)
            case .finished(let end): return BodyProgress(consumed: end, isFinished: true)
            }
        }
    }

    /// As `consume`, and calls `body` with each range of the span that is content, in order.
    public mutating func forEachPayload(_ bytes: Span<UInt8>, _ body: (Range<Int>) -> Void)
        throws(HTTPError) -> BodyProgress
    {
        var offset = 0
        while true {
            switch try next(bytes, from: offset) {
            case .payload(let range):
                body(range)
                offset = range.upperBound
            case .needsMore: return BodyProgress(consumed: bytes.count, isFinished: false)
            case .finished(let end): return BodyProgress(consumed: end, isFinished: true)
            }
        }
    }

    /// Tells that the sender's connection has ended.
    /// - Throws: `truncatedBody` where the body had not.
    public mutating func connectionClosed() throws(HTTPError) {
        if state == .untilClose { state = .finished }
        if state != .finished { throw error(.truncatedBody, at: 0) }
    }

    /// The next thing in `bytes` from `offset` on: 0 for a new span, then the end of the payload
    /// that the last call gave.
    public mutating func next(_ bytes: Span<UInt8>, from offset: Int) throws(HTTPError) -> BodyStep
    {
        var index = offset
        while true {
            if state == .finished { return .finished(end: index) }
            guard index < bytes.count else { return .needsMore }
            switch state {
            case .untilClose: return .payload(index..<bytes.count)
            case .length, .data:
                let available = bytes.count - index
                let taken = remaining < UInt64(available) ? Int(remaining) : available
                remaining -= UInt64(taken)
                if remaining == 0 { state = state == .length ? .finished : .dataCarriageReturn }
                return .payload(index..<index + taken)
            default:
                do throws(HTTPError) {
                    try readFraming(bytes[index], at: index)
                } catch {
                    state = .failed
                    throw error
                }
                index += 1
            }
        }
    }

    func error(_ code: HTTPError.Code, at offset: Int, limit: Int = 0) -> HTTPError {
        HTTPError(code, fault: fault, at: offset, limit: limit)
    }

    /// One byte outside the content of a chunked body.
    private mutating func readFraming(_ byte: UInt8, at offset: Int) throws(HTTPError) {
        switch state {
        case .size: try readSize(byte, at: offset)
        case .chunkExtension: try readExtension(byte, at: offset)
        case .sizeLineFeed:
            guard byte == .lineFeed else { throw error(.bareCarriageReturn, at: offset) }
            try endSizeLine(at: offset)
        case .dataCarriageReturn:
            guard byte == .carriageReturn else { throw error(.missingChunkEnd, at: offset) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw error(.missingChunkEnd, at: offset) }
            state = .size
        case .trailers:
            if try trailer.read(byte, at: offset, limits: limits, fault: fault) {
                state = .finished
            }
        default: throw error(.invalidChunkSize, at: offset)
        }
    }

    private mutating func readSize(_ byte: UInt8, at offset: Int) throws(HTTPError) {
        if byte.isHexDigit {
            if sizeDigits == Limits.HTTP.chunkSizeDigitsMax {
                throw error(
                    .chunkSizeTooLong, at: offset, limit: Limits.HTTP.chunkSizeDigitsMax)
            }
            sizeDigits += 1
            let digit = byte.isDigit ? byte - 0x30 : (byte | 0x20) - 0x57
            remaining = remaining << 4 | UInt64(digit)
            return
        }
        if sizeDigits == 0 { throw error(.invalidChunkSize, at: offset) }
        switch byte {
        case .carriageReturn: state = .sizeLineFeed
        case .semicolon:
            state = .chunkExtension
            extensionReader = ChunkExtensionReader()
            extensionBytes = 0
            try countExtensionByte(at: offset)
        case .lineFeed: throw error(.bareLineFeed, at: offset)
        default: throw error(.invalidChunkSize, at: offset)
        }
    }

    private mutating func readExtension(_ byte: UInt8, at offset: Int) throws(HTTPError) {
        if byte == .carriageReturn {
            if !extensionReader.isAtEnd { throw error(.invalidChunkExtension, at: offset) }
            state = .sizeLineFeed
            return
        }
        if byte == .lineFeed { throw error(.bareLineFeed, at: offset) }
        if !extensionReader.read(byte) { throw error(.invalidChunkExtension, at: offset) }
        try countExtensionByte(at: offset)
    }

    private mutating func countExtensionByte(at offset: Int) throws(HTTPError) {
        extensionBytes += 1
        extensionsBytes += 1
        if extensionBytes > limits.chunkExtensionBytesMax {
            throw error(.chunkExtensionTooLong, at: offset, limit: limits.chunkExtensionBytesMax)
        }
        if extensionsBytes > limits.chunkExtensionsBytesMax {
            throw error(.chunkExtensionTooLong, at: offset, limit: limits.chunkExtensionsBytesMax)
        }
    }

    private mutating func endSizeLine(at offset: Int) throws(HTTPError) {
        sizeDigits = 0
        if remaining == 0 {
            state = .trailers
            return
        }
        // Both are below 2^64; the total is kept below 2^63.
        let (total, overflow) = chunkedTotal.addingReportingOverflow(remaining)
        if overflow || total > UInt64(Int64.max) { throw error(.invalidChunkSize, at: offset) }
        if fault == .client, total > limits.bodyBytesMax {
            throw error(.bodyTooLarge, at: offset, limit: Int(limits.bodyBytesMax))
        }
        chunkedTotal = total
        state = .data
    }
}
