/// Compressed forms that list files are published in, by their first bytes.
enum Compression: Sendable {
    /// RFC 1952.
    case gzip
    /// The .xz file format, version 1.2.1.
    case xz
    /// RFC 8878.
    case zstd

    /// The form of `bytes`, or nil.
    init?(magicOf bytes: [UInt8]) {
        if bytes.starts(with: [0x1F, 0x8B, 0x08]) {
            self = .gzip
        } else if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else {
            return nil
        }
    }
}
