import KhienModel

/// Text in the code of a legacy Vietnamese font that was saved as Unicode: each byte of it as the
/// character of that number in Latin-1 (`§¸nh b¹c` for `đánh bạc`).
///
/// Characters past Latin-1 pass as they are.
public struct FontCodeDecoder: ~Copyable {
    private var decoder: CharsetDecoder
    /// Bytes of the font's code that wait to be decoded together.
    private var waiting: [UInt8] = []
    /// The first byte of a character of Latin-1, cut from its second; 0: none.
    private var lead: UInt8 = 0
    private var room = [UInt8](repeating: 0, count: 1024)

    /// - Throws: where the charset is none that is decoded here.
    public init(_ charset: Charset) throws(CharsetError) {
        decoder = try CharsetDecoder(charset)
    }

    /// Decodes UTF-8, cut anywhere, behind what `result` holds.
    ///
    /// - Complexity: linear; allocates only until buffers have grown.
    public mutating func decode(_ text: Span<UInt8>, into result: inout [UInt8]) {
        for index in text.indices { take(text[index], &result) }
        flush(&result)
    }

    /// The text is over.
    public mutating func finish(into result: inout [UInt8]) {
        if lead != 0 { pass(lead, &result) }
        lead = 0
        end(&result)
    }

    private mutating func take(_ byte: UInt8, _ result: inout [UInt8]) {
        if lead != 0 {
            let first = lead
            lead = 0
            if byte & 0xC0 == 0x80 {
                waiting.append((first & 3) << 6 | (byte & 0x3F))
                return
            }
            pass(first, &result)
        }
        // Below 0x20 some of these charsets have letters; pages have line ends there, and breaks.
        switch byte {
        case 0x20..<0x80: waiting.append(byte)
        case 0xC2, 0xC3: lead = byte
        default: pass(byte, &result)
        }
    }

    /// A byte that stands for itself.
    private mutating func pass(_ byte: UInt8, _ result: inout [UInt8]) {
        flush(&result)
        end(&result)
        result.append(byte)
    }

    private mutating func flush(_ result: inout [UInt8]) {
        if waiting.isEmpty { return }
        // Taken out while they are used, so that they are not copied.
        var (bytes, buffer): ([UInt8], [UInt8]) = ([], [])
        swap(&bytes, &waiting)
        swap(&buffer, &room)
        var offset = 0
        while offset < bytes.count {
            var output = buffer.mutableSpan
            let step = decoder.decode(bytes.span.extracting(offset...), into: &output)
            offset += step.read
            result.append(contentsOf: buffer[..<step.written])
        }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &waiting)
        swap(&buffer, &room)
    }

    /// Nothing may be marked any more by what follows.
    private mutating func end(_ result: inout [UInt8]) {
        var buffer: [UInt8] = []
        swap(&buffer, &room)
        var output = buffer.mutableSpan
        let written = decoder.finish(into: &output)
        result.append(contentsOf: buffer[..<written])
        swap(&buffer, &room)
    }
}

extension VietnameseGuess {
    /// The legacy charset whose bytes the Latin-1 letters of a text probably are.
    ///
    /// - Parameter text: UTF-8, without markup and character references.
    /// - Returns: nil where the letters make sense as they are, or in no legacy charset.
    /// - Complexity: O(*n*), and as `alternative`; allocates.
    public static func fontCode(of text: Span<UInt8>) -> Charset? {
        var bytes: [UInt8] = []
        var lead: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if lead != 0, byte & 0xC0 == 0x80 {
                bytes.append((lead & 3) << 6 | (byte & 0x3F))
                lead = 0
                continue
            }
            lead = 0
            switch byte {
            case 0xC2, 0xC3: lead = byte
            case ..<0x80: bytes.append(byte)
            // Of other letters one sign each, so that words are parted.
            case 0xC0...: bytes.append(0x20)
            default: break
            }
        }
        return alternative(to: .windows1252, in: bytes.span)
    }

    /// Whether a text past ASCII has nearly only letters of Latin-1, so that a font's code is worth
    /// looking for: those of the text and those that character references name. Cheap.
    ///
    /// - Parameter countsReferences: whether references count as letters.
    /// - Complexity: O(*n*); allocates nothing.
    public static func mayHaveFontCode(
        _ bytes: Span<UInt8>, countsReferences: Bool = true
    ) -> Bool {
        var (latin, other) = (0, 0)
        var index = 0
        while index + 8 <= bytes.count {
            let word = bytes.word(at: index)
            if word & UInt64.highBits == 0 {
                index = bytes.firstNonASCII(from: index + 8, to: bytes.count)
                continue
            }
            index += 8
            // First bytes of characters have both of their highest bits set.
            let leads = (word & word << 1 & UInt64.highBits).nonzeroBitCount
            let latins = (word & ~UInt64.everyByte).bytes(equalTo: 0xC2).nonzeroBitCount
            // Punctuation (U+2000 to U+2FFF) tells nothing.
            let signs = word.bytes(equalTo: 0xE2).nonzeroBitCount
            latin += latins
            other += leads - latins - signs
        }
        if other > Limits.Coding.fontLettersMin, latin < other { return false }
        if countsReferences { latin += references(in: bytes) }
        return latin >= Limits.Coding.fontLettersMin
            && latin * 100 >= (latin + other) * Limits.Coding.fontLettersPercentMin
    }

    /// Whether a part of a page may have such a code as characters. References are not counted, and of signs such as
    /// U+00A0 pages have many: letters from U+00C0 on must be among them, as in any text of these fonts.
    ///
    /// - Complexity: O(*n*); allocates nothing.
    public static func mayHaveFontLetters(_ bytes: Span<UInt8>) -> Bool {
        var letters = 0
        var index = bytes.first(0xC3, from: 0)
        while index < bytes.count, letters < Limits.Coding.fontLettersMin / 2 {
            letters += 1
            index = bytes.first(0xC3, from: index + 1)
        }
        return letters >= Limits.Coding.fontLettersMin / 2
            && mayHaveFontCode(bytes, countsReferences: false)
    }

    /// Character references that may be letters of Latin-1: `&#167;`, `&#xA7;`, and names other than
    /// those of the signs that every page has.
    private static func references(in bytes: Span<UInt8>) -> Int {
        var count = 0
        var next = bytes.first(UInt8(ascii: "&"), from: 0) + 1
        while next < bytes.count {
            let isLetter = bytes[next] & 0xC0 == 0x40 && !isCommonSign(bytes, next)
            if bytes[next] == UInt8(ascii: "#") || isLetter { count += 1 }
            next = bytes.first(UInt8(ascii: "&"), from: next) + 1
        }
        return count
    }

    /// `nbsp`, `amp`, `quot`, `lt`, `gt` and their like.
    private static func isCommonSign(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        for sign in commonSigns {
            var length = 0
            while length < sign.count, start + length < bytes.count,
                bytes[start + length] == sign[length]
            { length += 1 }
            if length == sign.count { return true }
        }
        return false
    }

    private static let commonSigns: [[UInt8]] = [
        "nbsp", "amp", "quot", "lt", "gt", "copy", "raquo", "laquo", "middot", "bull", "ndash",
        "mdash", "hellip", "rsquo", "lsquo", "ldquo", "rdquo", "times",
    ].map { Array($0.utf8) }
}
