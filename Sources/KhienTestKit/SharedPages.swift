import Foundation

/// A file of one of the text corpora.
public struct SharedPage: Sendable {
    public let name: String
    public let bytes: [UInt8]
}

extension SharedData {
    /// The files of an archive of `texts` whose names end in `suffix`; the first `limit` of them.
    ///
    /// - Throws: where `zstd` cannot be run or the archive is not there.
    public static func pages(
        _ archive: String, suffix: String, limit: Int = .max
    ) throws -> [SharedPage] {
        let tar = try expanded(path("texts/\(archive).tar.zst"))
        var pages: [SharedPage] = []
        var offset = 0
        while offset + 512 <= tar.count, tar[offset] != 0, pages.count < limit {
            let name = String(
                decoding: tar[offset..<offset + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = tar[offset + 124..<offset + 136].filter { (0x30...0x37).contains($0) }
            let size = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
            let start = offset + 512
            let isFile = tar[offset + 156] == UInt8(ascii: "0")
            if isFile, size > 0, name.hasSuffix(suffix) {
                pages.append(SharedPage(name: name, bytes: Array(tar[start..<start + size])))
            }
            offset = start + (size + 511) / 512 * 512
        }
        return pages
    }

    private static func expanded(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["zstd", "-dcq", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return [UInt8](data)
    }
}
