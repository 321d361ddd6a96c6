import KhienModel

/// The words of a URL as a person reads them: escapes undone, `ca-do_bong+da` three spaces, what
/// parts a path or a query a break.
public enum URLWords {
    /// Appends the words of `url`, as the URL Standard serialises it, to `output`; the host is left
    /// in its ASCII form. At most `Limits.Page.urlBytesMax` bytes of it are read.
    ///
    /// - Complexity: O(*n*); allocates nothing where `output` has room.
    public static func append(_ url: Span<UInt8>, to output: inout [UInt8]) {
        let end = min(url.count, Limits.Page.urlBytesMax)
        var index = afterScheme(url, end)
        while index < end {
            var byte = url[index]
            if byte == UInt8(ascii: "%"), index + 2 < end,
                let high = digit(url[index + 1]), let low = digit(url[index + 2])
            {
                byte = high << 4 | low
                index += 2
            }
            index += 1
            output.append(word(byte))
        }
    }

    private static func afterScheme(_ url: Span<UInt8>, _ end: Int) -> Int {
        var index = 0
        while index < end, url[index] != UInt8(ascii: ":") { index += 1 }
        guard index + 2 < end, url[index + 1] == UInt8(ascii: "/") else { return 0 }
        return index + 3
    }

    private static func word(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"): 0x20
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="),
            UInt8(ascii: "#"), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), 0:
            0
        default: byte
        }
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
