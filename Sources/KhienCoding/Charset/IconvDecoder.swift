import KhienModel

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The East Asian charsets, through the C library's iconv.
///
/// Why iconv: its tables (some 300 KiB for seven charsets) are there, are maintained with the system
/// and are shared by all processes. Its state is a few words; its limits are these:
/// - The first decoder of a charset loads a module from the file system. `prepare()` does that at
///   start, so that no event loop does.
/// - Where it differs from the Encoding Standard: a few vendor characters, 0xA0 and 0xFD to 0xFF of
///   Shift_JIS, JIS X 0201 katakana by escape in ISO-2022-JP, and how many U+FFFD a malformed
///   four-byte sequence of gb18030 becomes.
/// - Malformed bytes: one U+FFFD for a lead byte and what follows it, unless that is ASCII, which is
///   read anew, so that no `<` is swallowed.
///
/// SAFETY: the descriptor is opened in `init` and closed in `deinit`. iconv is given pointers into
/// the input, the carried bytes and the output with their true lengths, inside closures that keep
/// them alive; it keeps none.
@safe
final class IconvDecoder {
    private let charset: Charset
    private let descriptor: iconv_t
    /// The beginning of a character whose rest has not come.
    private var carried: InlineArray<16, UInt8> = .init(repeating: 0)
    private var carriedCount = 0

    /// The C library's name of a charset; nil where it is decoded otherwise.
    private static func libraryName(_ charset: Charset) -> StaticString? {
        switch charset {
        case .gb18030, .gbk: "GB18030"
        case .big5: "BIG5-HKSCS"
        case .eucJP: "EUC-JP-MS"
        case .iso2022JP: "ISO-2022-JP"
        case .shiftJIS: "CP932"
        case .eucKR: "UHC"
        default: nil
        }
    }

    init(_ charset: Charset) throws(CharsetError) {
        self.charset = charset
        guard let name = Self.libraryName(charset) else {
            throw CharsetError(.unavailable, charset: charset)
        }
        let target: StaticString = "UTF-8"
        // Literals end with a zero byte.
        let opened = unsafe name.utf8Start.withMemoryRebound(
            to: CChar.self, capacity: name.utf8CodeUnitCount + 1
        ) { from in
            unsafe target.utf8Start.withMemoryRebound(
                to: CChar.self, capacity: target.utf8CodeUnitCount + 1
            ) { to in unsafe iconv_open(to, from) }
        }
        // (iconv_t)-1
        guard let opened = unsafe opened, UInt(bitPattern: opened) != UInt.max else {
            throw CharsetError(.unavailable, charset: charset)
        }
        unsafe descriptor = opened
    }

    deinit { unsafe iconv_close(descriptor) }

    /// Whether ASCII bytes stand for themselves where a character may begin.
    var isASCIIAtBoundary: Bool { charset != .iso2022JP && carriedCount == 0 }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        while read < input.count, output.count - written >= 64 {
            if carriedCount > 0 {
                convertCarried(input[read], &output, &written)
                read += 1
                continue
            }
            if isASCIIAtBoundary, input[read] < 0x80 {
                let end = min(input.count, read + output.count - written - 32)
                let next = input.firstNonASCII(from: read, to: end)
                output.copy(input, read..<next, at: written)
                written += next - read
                read = next
                continue
            }
            let result = convert(input, &read, input.count, &output, &written)
            if result == .full { break }
            let before = read
            if result == .malformed {
                replace(input, &read, input.count, &output, &written)
            }
            // A lead at the end that was left, or half a character.
            if result == .incomplete || (result == .malformed && read == before) {
                carry(input, &read)
            }
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    private enum Outcome { case done, full, malformed, incomplete }

    private func convert(
        _ input: Span<UInt8>, _ read: inout Int, _ end: Int, _ output: inout MutableSpan<UInt8>,
        _ written: inout Int
    ) -> Outcome {
        var number: Int32 = 0
        unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { sink in
                guard let from = source.baseAddress, let to = sink.baseAddress else { return }
                // iconv does not write to its input; its pointer is not const for C's sake.
                var next: UnsafeMutablePointer<CChar>? = unsafe UnsafeMutableRawPointer(
                    mutating: from + read
                ).assumingMemoryBound(to: CChar.self)
                var free: UnsafeMutablePointer<CChar>? = unsafe (to + written)
                    .assumingMemoryBound(to: CChar.self)
                var left = end - read
                // Room for a U+FFFD stays.
                let last = sink.count - 16
                var room = last - written
                let count = unsafe iconv(descriptor, &next, &left, &free, &room)
                if count == -1 { number = errno }
                read = end - left
                written = last - room
            }
        }
        switch number {
        case 0: return .done
        case E2BIG: return .full
        case EINVAL: return .incomplete
        default: return .malformed
        }
    }

    /// Whether a byte may be a lead, so that what follows it matters to how it is replaced.
    private func isLead(_ byte: UInt8) -> Bool {
        byte > 0x80 && byte < 0xFF && charset != .iso2022JP
    }

    /// U+FFFD for what stands at `read`. A lead that is the last byte stays: it depends on the next.
    private func replace(
        _ input: Span<UInt8>, _ read: inout Int, _ end: Int, _ output: inout MutableSpan<UInt8>,
        _ written: inout Int
    ) {
        let first = input[read]
        if isLead(first), read + 1 == end { return }
        read += 1
        if first == 0x80, charset == .gbk || charset == .gb18030 {
            output.write(scalar: 0x20AC, at: &written)
            return
        }
        output.writeReplacement(at: &written)
        if isLead(first), input[read] >= 0x80 { read += 1 }
    }

    /// Keeps the beginning of a character for the next call.
    private func carry(_ input: Span<UInt8>, _ read: inout Int) {
        while read < input.count, carriedCount < carried.count {
            carried[carriedCount] = input[read]
            carriedCount += 1
            read += 1
        }
    }

    /// Puts one more byte to what is carried and tries it. There is room for all of it.
    private func convertCarried(
        _ byte: UInt8, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) {
        carried[carriedCount] = byte
        carriedCount += 1
        let bytes = carried
        var used = 0
        while used < carriedCount {
            let before = used
            let result = convert(bytes.span, &used, carriedCount, &output, &written)
            let isStuck = result == .incomplete && used == 0 && carriedCount == carried.count
            if result == .malformed || isStuck {
                replace(bytes.span, &used, carriedCount, &output, &written)
            }
            if used == before { break }
        }
        for index in used..<carriedCount { carried[index - used] = bytes[index] }
        carriedCount -= used
    }

    func finish(into output: inout MutableSpan<UInt8>) -> Int {
        var written = 0
        // What is carried never came to its end.
        if carriedCount > 0 { output.writeReplacement(at: &written) }
        carriedCount = 0
        unsafe output.withUnsafeMutableBytes { sink in
            guard let to = sink.baseAddress else { return }
            var free: UnsafeMutablePointer<CChar>? = unsafe (to + written)
                .assumingMemoryBound(to: CChar.self)
            var room = sink.count - written
            // Without input: writes out what the library holds back, and resets it.
            _ = unsafe iconv(descriptor, nil, nil, &free, &room)
            written = sink.count - room
        }
        return written
    }
}
