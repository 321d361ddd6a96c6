import Glibc
import KhienModel

/// The end of a file that somebody stopped writing: where the chain goes on.
struct LogTail {
    /// The sequence number of the file's first record.
    let first: UInt64
    let last: UInt64
    let head: [UInt8]
    /// The last whole record closed the file.
    let isClosed: Bool
    /// Where the last whole record ends.
    let byteCount: Int
    /// Bytes after it.
    let tornBytes: Int

    /// Looks for the last record that is whole and has its own hash. Bytes after it were never
    /// confirmed to anybody: they are a torn line, or blocks that a power failure left.
    /// - Returns: nil where the end of the file has no whole record.
    static func read(_ file: PosixFile) throws(PosixFile.Failure) -> LogTail? {
        let size = try file.status().byteCount
        let begin = try file.read(at: 0, count: min(size, Limits.Events.lineBytesMax))
        guard let newline = begin.firstIndex(of: UInt8(ascii: "\n")),
            let first = line(begin[...newline])
        else { return nil }
        let start = max(0, size - Limits.Events.tailBytesMax)
        let window = try file.read(at: start, count: size - start)
        var end = window.endIndex
        while let newline = window[..<end].lastIndex(of: UInt8(ascii: "\n")) {
            let before = window[..<newline].lastIndex(of: UInt8(ascii: "\n"))
            let lineStart = before.map { $0 + 1 } ?? 0
            // Where the window begins inside a line, that line has no valid hash.
            if let last = line(window[lineStart...newline]) {
                return LogTail(
                    first: first.sequence, last: last.sequence, head: Array(last.hash),
                    isClosed: RecordKind(line: window[lineStart...newline]) == .close,
                    byteCount: start + newline + 1, tornBytes: window.count - newline - 1)
            }
            end = newline
        }
        return nil
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> ChainedLine? {
        do throws(ChainedLine.Fault) {
            return try ChainedLine(bytes)
        } catch {
            return nil
        }
    }
}
