import Foundation
import KhienModel

/// The files in the state folder that a reload reads and writes.
///
/// ```
/// current.khien, current.json    the image in force, the last good one, and its summary
/// next.khien, next.json          what the compiling child writes
/// parsed/                        parsed lists, so that what did not change is not parsed again
/// lists.key                      the key of confidential lists, mode 0600
/// ```
public struct StateFolder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    public var currentImage: String { path + "/current.khien" }
    public var currentSummary: String { path + "/current.json" }
    public var nextImage: String { path + "/next.khien" }
    public var nextSummary: String { path + "/next.json" }
    /// The folder of parsed lists; it can be removed at any time.
    public var parsedLists: String { path + "/parsed" }
    /// The key of confidential lists; made by the compiling child when first needed.
    public var listKey: String { path + "/lists.key" }

    /// Makes the folder where it is missing; only its owner may look inside.
    public func create() throws(ServiceError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o750])
        } catch {
            throw ServiceError(
                "state.unwritable", file: path, "cannot be made: \(error.localizedDescription)")
        }
    }

    /// The summary of the image in force; nil where there is none or it cannot be read.
    public func lastGoodSummary() -> CompileSummary? { Self.summary(currentSummary) }

    static func summary(_ path: String) -> CompileSummary? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(CompileSummary.self, from: data)
        } catch {
            return nil
        }
    }

    /// Makes what the child wrote the last good version: first the summary aside, then both renames.
    func promoteNext() throws(ServiceError) {
        try rename(nextImage, currentImage)
        try rename(nextSummary, currentSummary)
    }

    func removeNext() {
        for file in [nextImage, nextSummary] { _ = unsafe unlink(file) }
    }

    private func rename(_ from: String, _ to: String) throws(ServiceError) {
        // SAFETY: the paths are C strings for the call; `strerror`'s is copied at once.
        guard unsafe Glibc.rename(from, to) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw ServiceError("state.unwritable", file: to, "cannot be replaced: \(reason)")
        }
    }
}

/// Why the daemon could not start or do what it was asked for.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
    public var diagnostic: Diagnostic

    public init(_ code: String, file: String, _ message: String) {
        diagnostic = Diagnostic(.error, code, at: SourceLocation(file: file), message)
    }

    public var description: String { diagnostic.description }
}
