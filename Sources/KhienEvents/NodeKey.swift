import Crypto
import Glibc
import KhienModel

/// The node's key for keyed hashes: 32 random bytes in a file that only the daemon can read.
enum NodeKey {
    /// Reads the key, or makes it where there is none. Two processes that make it at once end with
    /// one key: the file gets its name when it is complete, and only the first gets it.
    static func load(path: String) throws(PosixFile.Failure) -> SymmetricKey {
        do throws(PosixFile.Failure) {
            return try read(path)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        let draft = path + ".new-\(getpid())"
        PosixFile.remove(draft)
        let file = try PosixFile.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        defer { PosixFile.remove(draft) }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<Limits.Events.keyBytes).map { _ in
            UInt8.random(in: .min ... .max, using: &generator)
        }
        if let failure = file.append(bytes).failure { throw failure }
        try file.sync()
        do throws(PosixFile.Failure) {
            try PosixFile.link(draft, as: path)
        } catch {
            guard error.code == EEXIST else { throw error }
        }
        return try read(path)
    }

    private static func read(_ path: String) throws(PosixFile.Failure) -> SymmetricKey {
        let file = try PosixFile.open(path, O_RDONLY)
        let status = try file.status()
        guard status.mode & 0o077 == 0 else {
            throw PosixFile.Failure(
                code: EACCES, operation: "\(path) can be read by others (expected mode 0600)")
        }
        let bytes = try file.read(at: 0, count: Limits.Events.keyBytes + 1)
        guard bytes.count == Limits.Events.keyBytes else {
            throw PosixFile.Failure(
                code: EINVAL, operation: "\(path) (expected \(Limits.Events.keyBytes) bytes)")
        }
        return SymmetricKey(data: bytes)
    }
}
