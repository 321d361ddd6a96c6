import Glibc
import KhienModel

/// The lines of a file, one at a time; memory is bounded by the longest line that a log may have.
struct LineReader {
    private let file: PosixFile
    private var offset = 0
    private var buffer: ArraySlice<UInt8> = []
    private var isAtEnd = false
    /// The number of the line that was returned last, from 1.
    private(set) var number = 0

    init(path: String) throws(PosixFile.Failure) {
        file = try PosixFile.open(path, O_RDONLY)
        _ = try file.status()
    }

    enum Line {
        /// With its newline.
        case whole(ArraySlice<UInt8>)
        /// The file ends without a newline after these bytes.
        case torn(byteCount: Int)
        /// Longer than a line of a log may be; nothing after it is read.
        case tooLong
    }

    /// The next line; nil at the end.
    mutating func next() throws(PosixFile.Failure) -> Line? {
        var searched = buffer.startIndex
        while true {
            if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[...newline]
                buffer = buffer[(newline + 1)...]
                number += 1
                return line.count > Limits.Events.lineBytesMax ? .tooLong : .whole(line)
            }
            if buffer.count > Limits.Events.lineBytesMax {
                number += 1
                return .tooLong
            }
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                number += 1
                defer { buffer = [] }
                return .torn(byteCount: buffer.count)
            }
            let more = try file.read(at: offset, count: 256 << 10)
            offset += more.count
            isAtEnd = more.isEmpty
            let rest = Array(buffer)
            searched = rest.count
            buffer = (rest + more)[...]
        }
    }
}
