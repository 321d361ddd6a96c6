/// Reads a trailer section byte by byte: its bytes are passed on, not kept.
///
/// ```
/// trailer-section = *( field-line CRLF )    then CRLF
/// ```
/// Source: RFC 9112 section 7.1.2; a field line is as in a head (`HeadScanner`).
struct TrailerReader: Sendable {
    private var state = State.lineStart
    private var bytesRead = 0
    private var fieldCount = 0
    /// The name of the current line as far as a known name is long.
    private var name = InlineArray<24, UInt8>(repeating: 0)
    private var nameCount = 0

    private enum State: UInt8 {
        case lineStart
        case name
        case value
        case valueLineFeed
        case endLineFeed
    }

    /// Takes one byte; returns true where it ends the section.
    mutating func read(
        _ byte: UInt8, at offset: Int, limits: HTTPLimits, fault: HTTPError.Fault
    ) throws(HTTPError) -> Bool {
        bytesRead += 1
        if bytesRead > limits.trailersBytesMax {
            throw HTTPError(
                .trailersTooLarge, fault: fault, at: offset, limit: limits.trailersBytesMax)
        }
        switch state {
        case .lineStart:
            if byte == .carriageReturn {
                state = .endLineFeed
                return false
            }
            if fieldCount == limits.trailerCountMax {
                throw HTTPError(
                    .trailersTooLarge, fault: fault, at: offset, limit: limits.trailerCountMax)
            }
            fieldCount += 1
            nameCount = 0
            guard byte.isToken else {
                throw HTTPError(firstByteComplaint(byte), fault: fault, at: offset)
            }
            state = .name
            keep(byte)
        case .name: try readName(byte, at: offset, fault: fault)
        case .value: try readValue(byte, at: offset, fault: fault)
        case .valueLineFeed, .endLineFeed:
            guard byte == .lineFeed else {
                throw HTTPError(.bareCarriageReturn, fault: fault, at: offset)
            }
            if state == .endLineFeed { return true }
            state = .lineStart
        }
        return false
    }

    private func firstByteComplaint(_ byte: UInt8) -> HTTPError.Code {
        switch byte {
        case .lineFeed: .bareLineFeed
        case .space, .tab: fieldCount == 1 ? .leadingWhitespace : .foldedLine
        default: .invalidFieldName
        }
    }

    private mutating func keep(_ byte: UInt8) {
        if nameCount < name.count { name[nameCount] = byte }
        nameCount += 1
    }

    private mutating func readName(_ byte: UInt8, at offset: Int, fault: HTTPError.Fault)
        throws(HTTPError)
    {
        if byte.isToken {
            keep(byte)
            return
        }
        switch byte {
        case .colon: break
        case .space, .tab: throw HTTPError(.whitespaceBeforeColon, fault: fault, at: offset)
        case .carriageReturn, .lineFeed: throw HTTPError(.missingColon, fault: fault, at: offset)
        default: throw HTTPError(.invalidFieldName, fault: fault, at: offset)
        }
        // A name longer than the buffer is longer than every known one.
        let id = HeaderID.identify(name.span, at: 0, count: nameCount)
        if id.isForbiddenInTrailer { throw HTTPError(.forbiddenTrailer, fault: fault, at: offset) }
        state = .value
    }

    private mutating func readValue(_ byte: UInt8, at offset: Int, fault: HTTPError.Fault)
        throws(HTTPError)
    {
        if byte.isFieldByte { return }
        switch byte {
        case .carriageReturn: state = .valueLineFeed
        case .lineFeed: throw HTTPError(.bareLineFeed, fault: fault, at: offset)
        default: throw HTTPError(.invalidValueByte, fault: fault, at: offset)
        }
    }
}
