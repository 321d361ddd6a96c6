import KhienModel

/// Reads the header of a gzip member, byte by byte.
///
/// Source: RFC 1952 section 2.3.
struct GzipHeader {
    private var field = Field.magic
    /// Bytes of the present field that are still to come, where its length is known.
    private var left = 2
    private var flags: UInt8 = 0
    private var extraBytes = 0
    private(set) var headerBytes = 0

    private enum Field {
        case magic, method, flags, fixed, extraLength, extra, name, comment, checksum
    }

    enum Progress {
        case more
        case done
        case failed(ContentError.Code)
    }

    private enum Flag {
        static let checksum: UInt8 = 0x02
        static let extra: UInt8 = 0x04
        static let name: UInt8 = 0x08
        static let comment: UInt8 = 0x10
    }

    mutating func read(_ byte: UInt8) -> Progress {
        headerBytes += 1
        if headerBytes > Limits.Coding.gzipHeaderBytesMax { return .failed(.headerTooLong) }
        switch field {
        case .magic:
            guard byte == (left == 2 ? 0x1F : 0x8B) else { return .failed(.damaged) }
            left -= 1
            if left == 0 { field = .method }
        case .method:
            guard byte == 8 else { return .failed(.damaged) }
            field = .flags
        case .flags:
            // Reserved bits mean nothing, as in browsers, though the RFC asks to refuse them.
            flags = byte
            (field, left) = (.fixed, 6)
        case .fixed:
            left -= 1
            if left == 0 { return next(after: .fixed) }
        case .extraLength:
            extraBytes |= Int(byte) << (left == 2 ? 0 : 8)
            left -= 1
            if left == 0 { return next(after: .extraLength) }
        case .extra:
            left -= 1
            if left == 0 { return next(after: .extra) }
        case .name:
            if byte == 0 { return next(after: .name) }
        case .comment:
            if byte == 0 { return next(after: .comment) }
        case .checksum:
            left -= 1
            if left == 0 { return .done }
        }
        return .more
    }

    /// Goes on to the next field that the flags announce.
    private mutating func next(after ended: Field) -> Progress {
        if ended == .fixed, flags & Flag.extra != 0 {
            (field, left) = (.extraLength, 2)
        } else if ended == .extraLength, extraBytes > 0 {
            (field, left) = (.extra, extraBytes)
        } else if ended != .name, ended != .comment, flags & Flag.name != 0 {
            field = .name
        } else if ended != .comment, flags & Flag.comment != 0 {
            field = .comment
        } else if flags & Flag.checksum != 0 {
            (field, left) = (.checksum, 2)
        } else {
            return .done
        }
        return .more
    }
}
