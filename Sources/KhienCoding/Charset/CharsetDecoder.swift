import KhienModel

/// Why a charset cannot be decoded.
public struct CharsetError: Error, Hashable, Sendable {
    public var code: Code
    public var charset: Charset

    public enum Code: String, Hashable, Sendable {
        /// The C library of this machine has no converter for it.
        case unavailable
    }

    init(_ code: Code, charset: Charset) {
        self.code = code
        self.charset = charset
    }
}

/// Turns the bytes of a text into UTF-8, slice by slice.
///
/// The text may be cut anywhere; the output is the same. Malformed bytes become U+FFFD as the
/// Encoding Standard says. A byte order mark of the charset itself is dropped. The output is not
/// normalised: windows-1258 gives letters with combining tones.
///
/// Bytes that stand for themselves need no copying:
///
///     let plain = decoder.passThrough(input)
///     // input[..<plain] is the text as it is
///     var offset = plain
///     while offset < input.count {
///         let step = decoder.decode(input.extracting(offset...), into: &output)
///         offset += step.read
///         // then the first step.written bytes of output
///     }
///
/// and once, behind the last slice, `finish(into:)`.
public struct CharsetDecoder: ~Copyable {
    public let charset: Charset
    private var kind: Kind

    private enum Kind {
        case utf8(Utf8Decoder)
        case utf16(Utf16Decoder)
        case singleByte(SingleByteDecoder)
        case vni(VniDecoder)
        case library(IconvDecoder)
        case userDefined
        case fields(FieldDecoder)
        /// One U+FFFD for the whole text; whether it was written.
        case replacement(Bool)
    }

    /// - Throws: the C library has no converter for an East Asian charset.
    /// - Complexity: allocates only for these.
    public init(_ charset: Charset) throws(CharsetError) {
        self.charset = charset
        switch charset {
        case .utf8: kind = .utf8(Utf8Decoder())
        case .utf16LittleEndian: kind = .utf16(Utf16Decoder(isBigEndian: false))
        case .utf16BigEndian: kind = .utf16(Utf16Decoder(isBigEndian: true))
        case .replacement: kind = .replacement(false)
        case .userDefined: kind = .userDefined
        case .vni: kind = .vni(VniDecoder())
        default:
            if let decoder = SingleByteDecoder(charset) {
                kind = .singleByte(decoder)
            } else {
                kind = .library(try IconvDecoder(charset))
            }
        }
    }

    /// For fields of forms, whose charset no one tells: UTF-8, and where bytes are none, windows-1252.
    public static func ofFields() -> CharsetDecoder {
        CharsetDecoder(.utf8, .fields(FieldDecoder()))
    }

    private init(_ charset: Charset, _ kind: Kind) {
        self.charset = charset
        self.kind = kind
    }

    /// Loads the C library's converters, which lie in files, so that later none is opened: keep one
    /// decoder of each as long as the program runs.
    ///
    /// - Returns: decoders of the charsets that there are, and which are missing.
    public static func prepare() -> (loaded: LoadedCharsets, missing: [Charset]) {
        let loaded = LoadedCharsets()
        return (loaded, loaded.missing)
    }

    /// How many bytes at the start of `input` are their own UTF-8. They count as decoded: go on
    /// behind them. UTF-8 gives all that is valid, charsets that contain ASCII its ASCII prefix,
    /// others nothing.
    ///
    /// - Complexity: O(*n*); allocates nothing.
    public mutating func passThrough(_ input: Span<UInt8>) -> Int {
        switch kind {
        case .utf8(var decoder):
            let count = decoder.validPrefix(input)
            if count > 0 {
                decoder.skipped()
                kind = .utf8(decoder)
            }
            return count
        case .singleByte(let decoder):
            return decoder.isSupersetOfASCII ? input.firstNonASCII(from: 0, to: input.count) : 0
        case .library(let decoder):
            return decoder.isASCIIAtBoundary ? input.firstNonASCII(from: 0, to: input.count) : 0
        case .userDefined: return input.firstNonASCII(from: 0, to: input.count)
        case .fields(let decoder): return decoder.validPrefix(input)
        case .utf16, .vni, .replacement: return 0
        }
    }

    /// Decodes `input` into `output`.
    ///
    /// - Parameter output: at least `Limits.Coding.outputBytesMin` bytes. More than the bytes
    ///   written may be overwritten.
    /// - Returns: how far it went; call again with the rest while `hasMore`.
    /// - Complexity: O(*n*); allocates nothing.
    public mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        precondition(output.count >= Limits.Coding.outputBytesMin, "a decoder needs room")
        switch kind {
        case .utf8(var decoder):
            let progress = decoder.decode(input, into: &output)
            kind = .utf8(decoder)
            return progress
        case .utf16(var decoder):
            let progress = decoder.decode(input, into: &output)
            kind = .utf16(decoder)
            return progress
        case .singleByte(let decoder): return decoder.decode(input, into: &output)
        case .vni(var decoder):
            let progress = decoder.decode(input, into: &output)
            kind = .vni(decoder)
            return progress
        case .library(let decoder): return decoder.decode(input, into: &output)
        case .userDefined: return Self.decodeUserDefined(input, into: &output)
        case .fields(var decoder):
            let progress = decoder.decode(input, into: &output)
            kind = .fields(decoder)
            return progress
        case .replacement(let isDone):
            var written = 0
            if !isDone, input.count > 0 {
                output.writeReplacement(at: &written)
                kind = .replacement(true)
            }
            return DecodeProgress(read: input.count, written: written, hasMore: false)
        }
    }

    /// The end of the text: writes what was held back, U+FFFD for half a character.
    ///
    /// - Parameter output: at least `Limits.Coding.outputBytesMin` bytes.
    /// - Returns: how many bytes were written.
    public mutating func finish(into output: inout MutableSpan<UInt8>) -> Int {
        precondition(output.count >= Limits.Coding.outputBytesMin, "a decoder needs room")
        switch kind {
        case .utf8(var decoder):
            defer { kind = .utf8(decoder) }
            return decoder.finish(into: &output)
        case .utf16(var decoder):
            defer { kind = .utf16(decoder) }
            return decoder.finish(into: &output)
        case .vni(var decoder):
            defer { kind = .vni(decoder) }
            return decoder.finish(into: &output)
        case .fields(var decoder):
            defer { kind = .fields(decoder) }
            return decoder.finish(into: &output)
        case .library(let decoder): return decoder.finish(into: &output)
        case .singleByte, .userDefined, .replacement: return 0
        }
    }

    /// Bytes past ASCII are private-use characters.
    ///
    /// Source: Encoding Standard, section 14.5 "x-user-defined".
    private static func decodeUserDefined(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        while read < input.count, output.count - written >= 4 {
            let byte = UInt32(input[read])
            output.write(scalar: byte < 0x80 ? byte : 0xF780 + byte - 0x80, at: &written)
            read += 1
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }
}

/// Holds the C library's converters in memory.
public final class LoadedCharsets {
    private var decoders: [IconvDecoder] = []
    /// The charsets that this machine's C library lacks.
    public private(set) var missing: [Charset] = []

    init() {
        let all: [Charset] = [.gb18030, .gbk, .big5, .eucJP, .iso2022JP, .shiftJIS, .eucKR]
        for charset in all {
            do throws(CharsetError) {
                decoders.append(try IconvDecoder(charset))
            } catch {
                missing.append(charset)
            }
        }
    }
}
