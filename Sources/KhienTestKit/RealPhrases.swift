import Foundation
import KhienLists

/// e2guardian's published phrase lists, all of them, whatever its example configuration includes.
public enum RealPhrases {
    public static func lists() throws -> [ParsedList] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-real-phrases-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = [
            "tar", "--zstd", "-xf", SharedData.path("phrases/e2guardian.tar.zst"), "-C", folder,
            "e2guardian/phraselists",
        ]
        try tar.run()
        tar.waitUntilExit()
        let root = folder + "/e2guardian/phraselists"
        return try ListInput.find(root).files
            .filter { !$0.name.hasSuffix("regexpurls") }
            .map { try $0.parse() }
    }
}
