import Foundation
import KhienImage
import KhienTestKit

/// Images that were changed on purpose, with right checksums: what a wrong writer would make.
enum MendedImage {
    /// Opens an image from its bytes.
    static func open(_ bytes: [UInt8]) throws -> Image {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "khien-mended-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        return try Image(path: path)
    }

    /// Computes all checksums anew, as docs/FORMAT.md describes them.
    static func mend(_ bytes: inout [UInt8]) {
        let count = Int(load(bytes, 40) & 0xFFFF_FFFF)
        guard 64 + count * 32 <= bytes.count else { return }
        for index in 0..<count {
            let record = 64 + index * 32
            let offset = Int(truncatingIfNeeded: load(bytes, record + 8))
            let length = Int(truncatingIfNeeded: load(bytes, record + 16))
            guard offset >= 0, length >= 0, offset <= bytes.count, length <= bytes.count - offset
            else { continue }
            store(ImageChecksum.of(Array(bytes[offset..<offset + length])), record + 24, &bytes)
        }
        let table = ImageChecksum.of(Array(bytes[56..<64 + count * 32]))
        store(ImageChecksum.of(Array(bytes[..<48])) ^ table, 48, &bytes)
    }

    static func load(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    private static func store(_ value: UInt64, _ offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
