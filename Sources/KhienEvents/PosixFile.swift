import Glibc

/// An open file, with the errors of the system as values. Closed when released.
///
/// The functions of the system take pointers; this file is where arrays become pointers.
final class PosixFile: Sendable {
    private let descriptor: CInt

    struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The system's error number.
        let code: CInt
        /// What was tried: `open`, `write`.
        let operation: String

        /// `write: No space left on device`.
        var description: String {
            // SAFETY: strerror returns a NUL-terminated string, valid until the thread's next call;
            // it is copied at once.
            let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return "\(operation): \(text)"
        }
    }

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { _ = Glibc.close(descriptor) }

    /// Opens without following a symbolic link in the last part of `path`.
    /// - Parameter flags: `O_RDONLY`, `O_CREAT` and so on; `O_CLOEXEC` and `O_NOFOLLOW` are added.
    static func open(_ path: String, _ flags: CInt, mode: mode_t = 0o600) throws(Failure)
        -> PosixFile
    {
        // SAFETY: the string lives through the call. O_NONBLOCK keeps a FIFO from blocking us; it
        // means nothing to a regular file.
        let descriptor = unsafe Glibc.open(
            path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)
        guard descriptor >= 0 else { throw Failure(code: errno, operation: "open \(path)") }
        return PosixFile(descriptor)
    }

    /// Size, mode bits, and whether the file still has a name.
    func status() throws(Failure) -> (byteCount: Int, mode: mode_t, isLinked: Bool) {
        var status = stat()
        // SAFETY: `status` lives through the call.
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw Failure(code: errno, operation: "stat")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(code: EINVAL, operation: "not a regular file")
        }
        return (Int(status.st_size), status.st_mode & 0o7777, status.st_nlink > 0)
    }

    /// Up to `count` bytes from `offset`; fewer only at the file's end.
    func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
        var failure: CInt = 0
        // SAFETY: the buffer has `count` bytes, and at most what is left of it is asked for;
        // `initialised` counts what the system says it wrote.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            while initialised < count {
                let base = unsafe buffer.baseAddress.map { unsafe $0 + initialised }
                let done = unsafe pread(
                    descriptor, base, count - initialised, offset + initialised)
                if done > 0 {
                    initialised += done
                } else if done == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw Failure(code: failure, operation: "read") }
        return bytes
    }

    /// Appends `bytes`; tries again after a short write.
    /// - Returns: how many bytes were written, and why not all.
    func append(_ bytes: [UInt8]) -> (written: Int, failure: Failure?) {
        // SAFETY: reads stay within the buffer: from `written`, the rest.
        unsafe bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let rest = unsafe buffer.baseAddress.map { unsafe $0 + written }
                let done = unsafe Glibc.write(descriptor, rest, buffer.count - written)
                if done > 0 {
                    written += done
                } else if done < 0, errno == EINTR {
                    continue
                } else {
                    // A write of nothing would repeat for ever; it is treated as a full disk.
                    let code = done < 0 ? errno : ENOSPC
                    return (written, Failure(code: code, operation: "write"))
                }
            }
            return (written, nil)
        }
    }

    func truncate(to byteCount: Int) throws(Failure) {
        guard ftruncate(descriptor, byteCount) == 0 else {
            throw Failure(code: errno, operation: "truncate")
        }
    }

    /// Waits until the data is on the disk.
    func sync() throws(Failure) {
        guard fdatasync(descriptor) == 0 else { throw Failure(code: errno, operation: "sync") }
    }

    /// Locks the file for this process.
    /// - Throws: `EWOULDBLOCK` where another has it.
    func lock() throws(Failure) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure(code: errno, operation: "lock")
        }
    }

    /// Makes a folder; one that is there is fine.
    static func makeFolder(_ path: String) throws(Failure) {
        // SAFETY: the string lives through the call.
        guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw Failure(code: errno, operation: "make folder \(path)")
        }
    }

    /// Gives a finished file its name; fails where the name is taken.
    static func link(_ old: String, as new: String) throws(Failure) {
        // SAFETY: the strings live through the call.
        guard unsafe Glibc.link(old, new) == 0 else {
            throw Failure(code: errno, operation: "link \(new)")
        }
    }

    static func remove(_ path: String) {
        // SAFETY: the string lives through the call. A file that stays is harmless.
        _ = unsafe unlink(path)
    }

    /// A write past the file size limit must be an error, not the end of the process.
    static func ignoreFileSizeSignal() {
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// The names in a folder.
    static func names(in folder: String) throws(Failure) -> [String] {
        // SAFETY: the stream is closed on every way out; an entry is read before the next call.
        guard let stream = unsafe opendir(folder) else {
            throw Failure(code: errno, operation: "open folder \(folder)")
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }
}
