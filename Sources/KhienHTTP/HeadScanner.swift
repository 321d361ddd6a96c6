/// Splits a head into lines and field lines, whatever kind of message it is.
///
/// ```
/// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
/// field-line   = field-name ":" OWS field-value OWS
/// field-name   = token
/// field-value  = *( VCHAR / obs-text / SP / HTAB )
/// ```
/// Source: RFC 9112 sections 2.1 and 5, RFC 9110 section 5.5. Refused though some recipients are
/// lenient: a bare LF as line end (section 2.2 allows it), obs-fold (5.2), blanks before the colon
/// (5.1), and every control character but HTAB in a value.
///
/// It remembers where it got to: each byte is looked at a constant number of times however the
/// input is cut. Whether and where an error is found does not depend on the cuts either, because
/// each test concerns one byte and its distance from the line's and the head's start.
struct HeadScanner: Sendable {
    let limits: HTTPLimits
    let fault: HTTPError.Fault
    private var stage: Stage
    /// Where scanning goes on.
    private var cursor: Int
    private var lineStart: Int
    private var nameEnd: Int
    private var emptyLines: Int
    /// Bytes looked at since `reset`; a measure of work for tests.
    private(set) var bytesScanned: Int

    private enum Stage: UInt8 {
        /// Before the start line, where empty lines may stand.
        case begin
        case startLine
        /// At the first byte of a field line or of the empty line.
        case lineStart
        case name
        case value
        /// At the CR of the empty line at the end.
        case end
    }

    /// What `scan` stopped for.
    enum Step {
        case needsMore
        /// The start line without its CRLF. Call again to go on.
        case startLine(ByteRange)
        /// The whole head, with its length in bytes.
        case complete(Int)
    }

    init(limits: HTTPLimits, fault: HTTPError.Fault) {
        self.limits = limits.representable
        self.fault = fault
        stage = .begin
        cursor = 0
        lineStart = 0
        nameEnd = 0
        emptyLines = 0
        bytesScanned = 0
    }

    /// Prepares for the next message.
    mutating func reset() {
        stage = .begin
        cursor = 0
        lineStart = 0
        nameEnd = 0
        emptyLines = 0
        bytesScanned = 0
    }

    /// Goes on with a head that begins at offset 0 of `bytes`, which holds at least what it held at
    /// the last call.
    mutating func scan(_ bytes: Span<UInt8>, into fields: inout FieldTable) throws(HTTPError)
        -> Step
    {
        while true {
            switch stage {
            case .begin:
                guard try beginMessage(bytes) else { return .needsMore }
            case .startLine:
                let longest = limits.methodBytesMax + limits.targetBytesMax + 10
                guard let end = try lineEnd(bytes, longest, .startLineTooLong) else {
                    return .needsMore
                }
                let line = ByteRange(lineStart, end)
                begin(.lineStart, at: end + 2)
                return .startLine(line)
            case .lineStart:
                scanWholeLines(bytes, into: &fields)
                guard try beginLine(bytes, isFirst: fields.count == 0) else { return .needsMore }
                if stage == .name, fields.count == limits.fieldCountMax {
                    throw error(.tooManyFields, at: lineStart, limit: limits.fieldCountMax)
                }
            case .name:
                guard try scanName(bytes) else { return .needsMore }
            case .value:
                guard let end = try lineEnd(bytes, limits.lineBytesMax, .lineTooLong) else {
                    return .needsMore
                }
                fields.append(field(bytes, from: lineStart, nameEnd: nameEnd, end: end))
                begin(.lineStart, at: end + 2)
            case .end:
                guard try isLineEnd(bytes, at: lineStart) else { return .needsMore }
                return .complete(lineStart + 2)
            }
        }
    }

    private mutating func begin(_ next: Stage, at offset: Int) {
        stage = next
        lineStart = offset
        cursor = offset
    }

    private func error(_ code: HTTPError.Code, at offset: Int, limit: Int = 0) -> HTTPError {
        HTTPError(code, fault: fault, at: offset, limit: limit)
    }

    /// Skips the empty lines that may precede a request line.
    ///
    /// Source: RFC 9112 section 2.2, "SHOULD ignore at least one empty line (CRLF)".
    private mutating func beginMessage(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
        guard cursor < bytes.count else { return false }
        guard bytes[cursor] == .carriageReturn else {
            begin(.startLine, at: cursor)
            return true
        }
        if emptyLines == limits.leadingEmptyLinesMax || fault == .origin {
            throw error(.tooManyEmptyLines, at: cursor, limit: limits.leadingEmptyLinesMax)
        }
        guard try isLineEnd(bytes, at: cursor) else { return false }
        emptyLines += 1
        cursor += 2
        bytesScanned += 2
        return true
    }

    /// Decides by its first byte what a line is.
    private mutating func beginLine(_ bytes: Span<UInt8>, isFirst: Bool) throws(HTTPError) -> Bool {
        if lineStart >= limits.headBytesMax {
            throw error(.headTooLarge, at: lineStart, limit: limits.headBytesMax)
        }
        guard lineStart < bytes.count else { return false }
        switch bytes[lineStart] {
        case .carriageReturn: stage = .end
        case .lineFeed: throw error(.bareLineFeed, at: lineStart)
        case .space, .tab: throw error(isFirst ? .leadingWhitespace : .foldedLine, at: lineStart)
        case .colon: throw error(.invalidFieldName, at: lineStart)
        default: stage = .name
        }
        return true
    }

    /// Finds the colon behind the field name.
    private mutating func scanName(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
        let lineBound = lineStart + limits.lineBytesMax
        let bound = min(bytes.count, lineBound, limits.headBytesMax)
        let start = cursor
        var index = start
        while index < bound, bytes[index].isToken { index += 1 }
        cursor = index
        bytesScanned += index - start + 1
        if index < bound {
            switch bytes[index] {
            case .colon: break
            case .space, .tab: throw error(.whitespaceBeforeColon, at: index)
            case .carriageReturn, .lineFeed: throw error(.missingColon, at: index)
            default: throw error(.invalidFieldName, at: index)
            }
            nameEnd = index
            cursor = index + 1
            stage = .value
            return true
        }
        if index == limits.headBytesMax { throw error(.headTooLarge, at: index, limit: index) }
        if index == lineBound {
            throw error(.lineTooLong, at: index, limit: limits.lineBytesMax)
        }
        return false
    }

    /// The offset of the CR that ends the current line, or nil where it is not there yet.
    private mutating func lineEnd(
        _ bytes: Span<UInt8>, _ lineBytesMax: Int, _ tooLong: HTTPError.Code
    ) throws(HTTPError) -> Int? {
        // One byte more than the longest line, which must be its CR.
        let lineBound = lineStart + lineBytesMax + 1
        let bound = min(bytes.count, lineBound, limits.headBytesMax)
        let start = cursor
        var index = start
        while true {
            index = bytes.firstControl(from: index, to: bound)
            guard index < bound, bytes[index] == .tab else { break }
            index += 1
        }
        cursor = index
        bytesScanned += index - start + 1
        if index < bound {
            switch bytes[index] {
            case .carriageReturn: return try isLineEnd(bytes, at: index) ? index : nil
            case .lineFeed: throw error(.bareLineFeed, at: index)
            default:
                let code: HTTPError.Code =
                    stage == .startLine ? .malformedStartLine : .invalidValueByte
                throw error(code, at: index)
            }
        }
        if index == limits.headBytesMax { throw error(.headTooLarge, at: index, limit: index) }
        if index == lineBound { throw error(tooLong, at: index, limit: lineBytesMax) }
        return nil
    }

    /// Whether the LF behind the CR at `index` has arrived.
    private func isLineEnd(_ bytes: Span<UInt8>, at index: Int) throws(HTTPError) -> Bool {
        if index + 1 >= limits.headBytesMax {
            throw error(.headTooLarge, at: index, limit: limits.headBytesMax)
        }
        guard index + 1 < bytes.count else { return false }
        if bytes[index + 1] != .lineFeed { throw error(.bareCarriageReturn, at: index) }
        return true
    }

    /// Takes the field lines that are there in full and in which nothing is unusual, from
    /// `lineStart` on. What this does not take, `scan` takes or refuses step by step; it must not
    /// accept what that would refuse.
    ///
    /// Measured: half the instructions of the way step by step.
    @inline(__always)
    private mutating func scanWholeLines(_ bytes: Span<UInt8>, into fields: inout FieldTable) {
        let bound = min(bytes.count, limits.headBytesMax)
        let start = lineStart
        var line = start
        var reached = start
        while fields.count < limits.fieldCountMax {
            let colon = bytes.firstUncommon(from: line, to: bound)
            reached = colon
            guard colon > line, colon < bound, bytes[colon] == .colon else { break }
            let end = bytes.firstControl(from: colon + 1, to: bound)
            reached = end
            guard end + 1 < bound, bytes[end] == .carriageReturn, bytes[end + 1] == .lineFeed,
                end - line <= limits.lineBytesMax
            else { break }
            fields.append(field(bytes, from: line, nameEnd: colon, end: end))
            line = end + 2
        }
        bytesScanned += reached - start
        lineStart = line
        cursor = line
    }

    /// The field line whose name, colon and CR are at these offsets.
    @inline(__always)
    private func field(_ bytes: Span<UInt8>, from start: Int, nameEnd: Int, end: Int)
        -> HeaderField
    {
        let value = bytes.trimmed(nameEnd + 1, end)
        return HeaderField(
            nameStart: UInt32(truncatingIfNeeded: start),
            valueStart: value.start,
            valueCount: UInt16(truncatingIfNeeded: value.count),
            nameCount: UInt16(truncatingIfNeeded: nameEnd - start),
            id: HeaderID.identify(bytes, at: start, count: nameEnd - start),
            isNominated: false)
    }
}
