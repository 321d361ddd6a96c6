import Foundation
import KhienLists

/// The folder of real data beside the repository. It is not part of the repository (its licences
/// differ), so tests that need it say that they were left out where it is missing.
public enum SharedData {
    /// What such tests say when they are left out.
    public static let comment = "LEFT OUT: the folder ../shared/data with real lists is not here"

    /// The folder, or nil.
    public static let folder: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "../shared/data").standardizedFileURL.path
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    public static var isPresent: Bool { folder != nil }

    /// The path of a file in the folder.
    public static func path(_ relative: String) -> String { "\(folder ?? "")/\(relative)" }

    /// The content of a file in the folder, expanded.
    public static func bytes(_ relative: String) throws -> [UInt8] {
        try ListInput.find(path(relative)).files.first?.load() ?? []
    }
}
