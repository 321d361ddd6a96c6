/// Checks the extensions of one chunk byte by byte, from the first `;` to the CR.
///
/// ```
/// chunk-ext      = *( ";" chunk-ext-name [ "=" chunk-ext-val ] )
/// chunk-ext-name = token
/// chunk-ext-val  = token / quoted-string
/// ```
/// Source: RFC 9112 section 7.1.1. The blanks that it allows around `;` and `=` are refused: no
/// sender needs them, and readers that skip them differ in what they take for the line's end.
struct ChunkExtensionReader: Sendable {
    private var state = State.nameStart

    private enum State: UInt8 {
        case nameStart
        case name
        case valueStart
        case value
        case quoted
        /// Behind a backslash in a quoted string.
        case escaped
        case quotedEnd
    }

    /// Takes the byte behind the `;`, and those after it; false where it is not allowed.
    mutating func read(_ byte: UInt8) -> Bool {
        switch state {
        case .nameStart:
            state = .name
            return byte.isToken
        case .name:
            if byte == .semicolon {
                state = .nameStart
                return true
            }
            if byte == .equals {
                state = .valueStart
                return true
            }
            return byte.isToken
        case .valueStart:
            state = byte == .quote ? .quoted : .value
            return byte == .quote || byte.isToken
        case .value, .quotedEnd:
            if byte == .semicolon {
                state = .nameStart
                return true
            }
            return state == .value && byte.isToken
        case .quoted:
            if byte == .quote { state = .quotedEnd }
            if byte == .backslash { state = .escaped }
            return byte.isFieldByte
        case .escaped:
            state = .quoted
            return byte.isFieldByte
        }
    }

    /// Whether the line may end here.
    var isAtEnd: Bool {
        switch state {
        case .name, .value, .quotedEnd: true
        case .nameStart, .valueStart, .quoted, .escaped: false
        }
    }
}
