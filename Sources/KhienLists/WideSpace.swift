/// White space past ASCII, and characters that nobody sees: in a target neither is meant at an end, and as a part
/// of a URL or name neither is ever met.
///
/// | UTF-8 | characters |
/// | --- | --- |
/// | `C2 85`, `C2 A0`, `C2 AD` | next line, no-break space, soft hyphen |
/// | `E1 9A 80`, `E1 A0 8E` | ogham space, Mongolian vowel separator |
/// | `E2 80 80` to `8F`, `A8` to `AF` | spaces of all widths, zero-width space and joiners, marks of direction, line ends |
/// | `E2 81 9F` to `AF` | mathematical space, word joiner, invisible operators, marks of direction |
/// | `E3 80 80`, `EF BB BF` | ideographic space, zero-width no-break space (byte order mark) |
enum WideSpace {
    /// How many bytes such a character, or a space or tab, has at `start`; 0: another stands there.
    static func length(_ bytes: Span<UInt8>, at start: Int, before end: Int) -> Int {
        let first = bytes[start]
        if Byte.isBlank(first) { return 1 }
        guard first >= 0xC2, start + 1 < end else { return 0 }
        let second = bytes[start + 1]
        if first == 0xC2 { return second == 0x85 || second == 0xA0 || second == 0xAD ? 2 : 0 }
        guard start + 2 < end else { return 0 }
        let third = bytes[start + 2]
        let isSpace =
            switch (first, second) {
            case (0xE1, 0x9A), (0xE3, 0x80): third == 0x80
            case (0xE1, 0xA0): third == 0x8E
            case (0xE2, 0x80): third < 0x90 || (0xA8...0xAF).contains(third)
            case (0xE2, 0x81): (0x9F...0xAF).contains(third)
            case (0xEF, 0xBB): third == 0xBF
            default: false
            }
        return isSpace ? 3 : 0
    }
}
