import Glibc

/// Random bytes in a file that only its owner can read: the keys of a node.
package enum KeyFile {
    /// Why a key cannot be had.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        /// Whether there is no such file.
        package let isMissing: Bool
        /// What was tried and what the system says.
        package let description: String
    }

    /// The bytes of a key file.
    ///
    /// - Parameter makesIt: makes the file where there is none.
    /// - Throws: where it is missing, has another length, or others than its owner may read it.
    package static func bytes(
        path: String, byteCount: Int, makesIt: Bool
    ) throws(Fault) -> [UInt8] {
        do throws(PosixFile.Failure) {
            return try makesIt
                ? load(path: path, byteCount: byteCount) : read(path, byteCount)
        } catch {
            throw Fault(isMissing: error.code == ENOENT, description: error.description)
        }
    }

    /// Reads the key, or makes it where there is none. Two processes that make it at once end with
    /// one key: the file gets its name when it is complete, and only the first gets it.
    static func load(path: String, byteCount: Int) throws(PosixFile.Failure) -> [UInt8] {
        do throws(PosixFile.Failure) {
            return try read(path, byteCount)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        let draft = path + ".new-\(getpid())"
        PosixFile.remove(draft)
        let file = try PosixFile.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        defer { PosixFile.remove(draft) }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<byteCount).map { _ in
            UInt8.random(in: .min ... .max, using: &generator)
        }
        if let failure = file.append(bytes).failure { throw failure }
        try file.sync()
        do throws(PosixFile.Failure) {
            try PosixFile.link(draft, as: path)
        } catch {
            guard error.code == EEXIST else { throw error }
        }
        return try read(path, byteCount)
    }

    private static func read(
        _ path: String, _ byteCount: Int
    ) throws(PosixFile.Failure) -> [UInt8] {
        let file = try PosixFile.open(path, O_RDONLY)
        let status = try file.status()
        guard status.mode & 0o077 == 0 else {
            throw PosixFile.Failure(
                code: EACCES, operation: "\(path) can be read by others (expected mode 0600)")
        }
        let bytes = try file.read(at: 0, count: byteCount + 1)
        guard bytes.count == byteCount else {
            throw PosixFile.Failure(
                code: EINVAL, operation: "\(path) (expected \(byteCount) bytes)")
        }
        return bytes
    }
}
