/// White space of JavaScript beyond ASCII, as its bytes come in: U+00A0, U+FEFF, those of the category Zs, and the
/// ends of lines U+2028 and U+2029.
///
/// Source: ECMA-262, sections 12.2 and 12.3; Unicode 15's category Zs.
struct ScriptSpace {
    enum Kind { case space, line, begin, none }

    /// The bytes that may be the begin of one, the newest in the lowest byte; zero for none.
    private var bytes: UInt32 = 0

    var isEmpty: Bool { bytes == 0 }

    /// Takes the next byte: what it makes of those before. `begin` keeps it, all else keeps none.
    mutating func take(_ byte: UInt8) -> Kind {
        bytes = bytes << 8 | UInt32(byte)
        let kind = Self.kind(bytes)
        if kind != .begin { bytes = 0 }
        return kind
    }

    /// Hands out the bytes that are kept and keeps none.
    mutating func release() -> (bytes: InlineArray<2, UInt8>, count: Int) {
        defer { bytes = 0 }
        let last = UInt8(truncatingIfNeeded: bytes)
        let first = UInt8(truncatingIfNeeded: bytes >> 8)
        return first == 0 ? ([last, 0], bytes == 0 ? 0 : 1) : ([first, last], 2)
    }

    private static func kind(_ bytes: UInt32) -> Kind {
        switch bytes {
        case 0xC2A0, 0xE1_9A80, 0xE2_8080...0xE2_808A, 0xE2_80AF, 0xE2_819F, 0xE3_8080, 0xEF_BBBF:
            .space
        case 0xE2_80A8, 0xE2_80A9: .line
        case 0xC2, 0xE1, 0xE2, 0xE3, 0xEF, 0xE19A, 0xE280, 0xE281, 0xE380, 0xEFBB: .begin
        default: .none
        }
    }
}
