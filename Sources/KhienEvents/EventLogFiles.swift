import Glibc
import KhienModel

/// The files of a log, and what stands in them.
public enum EventLogFiles {
    /// The log files at `path`, oldest first: itself if it is a file.
    static func paths(_ path: String) throws(PosixFile.Failure) -> [String] {
        do throws(PosixFile.Failure) {
            let folder = path.hasSuffix("/") ? path : path + "/"
            return try LogFileName.all(in: path).map { folder + $0.text }
        } catch {
            guard error.code == ENOTDIR else { throw error }
            return [path]
        }
    }

    /// Hands each whole line of a log (a file or a folder) to `body`, oldest first, without its
    /// newline, until `body` returns false. Nothing is verified; a torn end is left out.
    /// - Throws: where a file cannot be read.
    public static func forEachRecord(
        path: String, _ body: (_ location: SourceLocation, _ record: ArraySlice<UInt8>) -> Bool
    ) throws(EventLogFailure) {
        do throws(PosixFile.Failure) {
            for file in try paths(path) {
                var reader = try LineReader(path: file)
                while case .whole(let line)? = try reader.next() {
                    let location = SourceLocation(file: file, line: reader.number)
                    guard body(location, line.dropLast()) else { return }
                }
            }
        } catch {
            throw EventLogFailure(
                code: .system, systemCode: error.code, description: error.description)
        }
    }
}
