import KhienHTTP
import KhienModel
import NIOCore

/// Bytes of a body that are held, in order and as they came, framing included. They leave by content:
/// asked for so many bytes of it, the front goes up to exactly there.
///
/// ```
///   received     5 CRLF hello CRLF 3 CRLF you CRLF 0 CRLF CRLF
///   content             |||||             |||
///   take 6       -----------------------------| leave, the rest stays
/// ```
/// Which bytes are framing is not noted when they come: a second decoder walks over them when they
/// leave. So what is held costs no more memory than its bytes, however small its chunks are. The bytes
/// have passed the first decoder without an error, so the second one meets none.
struct HeldBytes {
    private var pieces: [ByteBuffer] = []
    /// The first piece that has not left.
    private var first = 0
    /// The last piece was made here and may be written to.
    private var lastIsOwn = false
    private var walker: BodyDecoder
    /// Bytes held, framing included.
    private(set) var count = 0
    /// Bytes of content that have left.
    private(set) var contentTaken = 0

    /// - Parameters:
    ///   - framing: that of the bytes that are given.
    ///   - limits: those of the first decoder.
    init(_ framing: BodyFraming, limits: HTTPLimits, fault: HTTPError.Fault) {
        walker = BodyDecoder(framing, limits: limits, fault: fault)
    }

    /// Holds more bytes. A buffer that is mostly empty is copied, so that a peer who sends byte by byte
    /// does not make us hold a buffer for each.
    mutating func append(_ buffer: ByteBuffer) {
        let added = buffer.readableBytes
        guard added > 0 else { return }
        count += added
        if added * 2 >= buffer.storageCapacity {
            pieces.append(buffer)
            lastIsOwn = false
        } else if lastIsOwn, let last = pieces.indices.last, last >= first,
            pieces[last].readableBytes + added <= Limits.Proxy.heldPieceBytesMax
        {
            pieces[last].writeImmutableBuffer(buffer)
        } else {
            var own = ByteBufferAllocator().buffer(capacity: added)
            own.writeImmutableBuffer(buffer)
            pieces.append(own)
            lastIsOwn = true
        }
    }

    /// Gives out the bytes up to the byte of content with this number, counted from the body's start.
    mutating func take(upTo content: Int, _ pass: (ByteBuffer) -> Void) {
        while contentTaken < content, first < pieces.count {
            let step = walk(pieces[first], upTo: content - contentTaken)
            guard step.bytes > 0 else { return }
            contentTaken += step.content
            leave(step.bytes, pass)
        }
    }

    /// Gives out bytes from the front until no more than `limit` are held.
    mutating func take(downTo limit: Int, _ pass: (ByteBuffer) -> Void) {
        while count > limit, first < pieces.count {
            let excess = count - limit
            var piece = pieces[first]
            guard let part = piece.readSlice(length: min(excess, piece.readableBytes)) else {
                return
            }
            let step = walk(part, upTo: .max)
            guard step.bytes > 0 else { return }
            contentTaken += step.content
            leave(step.bytes, pass)
        }
    }

    /// Gives out everything.
    mutating func takeAll(_ pass: (ByteBuffer) -> Void) {
        for index in first..<pieces.count { pass(pieces[index]) }
        removeAll()
    }

    mutating func removeAll() {
        pieces = []
        first = 0
        count = 0
        lastIsOwn = false
    }

    /// Walks over the bytes of a piece until so much content has been met.
    private mutating func walk(
        _ piece: ByteBuffer, upTo content: Int
    ) -> (bytes: Int, content: Int) {
        let span = piece.readableBytesUInt8Span
        var offset = 0
        var found = 0
        do throws(HTTPError) {
            while found < content {
                let before = walker
                switch try walker.next(span, from: offset) {
                case .needsMore: return (span.count, found)
                case .finished(let end): return (end, found)
                case .payload(let range):
                    let wanted = content - found
                    if range.count > wanted {
                        // Once more, without the content that stays here.
                        walker = before
                        let end = range.lowerBound + wanted
                        _ = try walker.next(span.extracting(0..<end), from: offset)
                        return (end, content)
                    }
                    found += range.count
                    offset = range.upperBound
                }
            }
        } catch {
            // Never after the first decoder; if it were, nothing more would leave.
            return (0, 0)
        }
        return (offset, found)
    }

    private mutating func leave(_ bytes: Int, _ pass: (ByteBuffer) -> Void) {
        count -= bytes
        if bytes == pieces[first].readableBytes {
            let whole = pieces[first]
            // Let go of, so that a buffer that has been sent is not kept by the list.
            pieces[first] = ByteBuffer()
            first += 1
            pass(whole)
        } else if let part = pieces[first].readSlice(length: bytes) {
            // What is left shares its memory with what was given out: written to, it would be copied.
            if first == pieces.count - 1 { lastIsOwn = false }
            pass(part)
        }
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
            lastIsOwn = false
        } else if first > 32 {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
