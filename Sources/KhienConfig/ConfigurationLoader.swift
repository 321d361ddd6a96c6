import Foundation
import KhienModel

/// From a YAML file to a configuration in force.
public enum ConfigurationLoader {
    /// Reads and checks the file at `path`.
    /// - Throws: every fault that was found. A file that cannot be read or is no YAML has one.
    public static func load(path: String) throws(ConfigurationErrors) -> Configuration {
        try configuration(from: draft(path: path))
    }

    /// The file at `path` as it was typed.
    /// - Throws: one fault with the code `config.unreadable`, `config.syntax` or the limit's.
    public static func draft(path: String) throws(ConfigurationErrors) -> Draft {
        try draft(bytes: try bytes(path: path), file: path)
    }

    /// `bytes` as the content of a file named `file`.
    public static func draft(
        bytes: [UInt8], file: String
    ) throws(ConfigurationErrors) -> Draft {
        try DraftParser.parse(bytes, file: file)
    }

    /// Checks a draft. Relative paths start at the folder of the draft's file.
    /// - Throws: every fault, in the file's order.
    public static func configuration(
        from draft: Draft
    ) throws(ConfigurationErrors) -> Configuration {
        let slash = draft.file.lastIndex(of: "/")
        let folder = slash.map { String(draft.file[...$0]) } ?? ""
        var reader = ConfigurationReader(folder: folder)
        var configuration = Configuration()
        configuration.file = draft.file
        ConfigurationTables.root.read(draft.root, into: &configuration, &reader)
        guard reader.diagnostics.isEmpty else {
            throw ConfigurationErrors(reader.sortedDiagnostics(file: draft.file))
        }
        return configuration
    }

    /// At most one byte more than the limit is read, so that a device or a huge file ends.
    private static func bytes(path: String) throws(ConfigurationErrors) -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let data = try handle.read(upToCount: Limits.Config.fileBytesMax + 1)
            try handle.close()
            return data.map { [UInt8]($0) } ?? []
        } catch {
            let reason = (error as NSError).localizedFailureReason ?? error.localizedDescription
            throw ConfigurationErrors([
                Diagnostic(
                    .error, "config.unreadable", at: SourceLocation(file: path),
                    "cannot be read: \(reason)")
            ])
        }
    }
}
