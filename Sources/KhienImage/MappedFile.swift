#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A whole file mapped read-only into memory, unmapped when the last reference goes.
///
/// A file that is replaced by rename keeps its old content here; an image is never written in
/// place (`ImageWriter` writes aside and renames), so the mapping cannot change or shrink.
package final class MappedFile: Sendable {
    public let bytes: ImageBytes

    /// Maps the file at `path`.
    ///
    /// - Throws: `ImageError.cannotRead` with the system's reason; a folder or a pipe is
    ///   `.notAFile`, an empty file `.truncated`.
    package init(path: String) throws(ImageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ImageError(.cannotRead(errno), file: path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw ImageError(.cannotRead(errno), file: path)
        }
        let count = Int(status.st_size)
        // Opened without waiting, so that a pipe nobody writes to is refused like a folder.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ImageError(.notAFile(isFolder: status.st_mode & S_IFMT == S_IFDIR), file: path)
        }
        guard count > 0 else {
            throw ImageError(.truncated(needed: ImageHeader.byteCount, found: count), file: path)
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw ImageError(.cannotRead(errno), file: path)
        }
        // SAFETY: `address` is a readable mapping of exactly `count` bytes that lives until `deinit`.
        bytes = unsafe ImageBytes(base: UnsafeRawPointer(address), count: count)
    }

    /// Takes the pages of a part out of this process's map. They stay in the page cache, and are mapped
    /// again when they are read: nothing changes but what the process holds in memory.
    ///
    /// - Parameter part: a part of `bytes`; anything else is passed over.
    package func release(_ part: ImageBytes) { advise(part, MADV_DONTNEED) }

    /// Maps the pages of a part now, so that reading them later does not enter the kernel. Where the
    /// kernel does not know how (before Linux 5.14), they are mapped when they are read.
    ///
    /// - Parameter part: as for `release`.
    package func populate(_ part: ImageBytes) { advise(part, Self.populateRead) }

    /// `MADV_POPULATE_READ`, which older headers have not.
    private static let populateRead: Int32 = 22
    /// A power of two; 4,096 bytes on most machines, 65,536 on some.
    private static let pageByteCount = max(4096, sysconf(Int32(_SC_PAGESIZE)))

    private func advise(_ part: ImageBytes, _ advice: Int32) {
        guard part.count > 0, let start = bytes.offset(of: part) else { return }
        let from = start & ~(Self.pageByteCount - 1)
        // SAFETY: lies inside of the mapping, which is private, read-only and of a file: to drop one of
        // its pages loses nothing. It begins at a page, so that whole pages are named.
        _ = unsafe madvise(
            UnsafeMutableRawPointer(mutating: bytes.base + from), start + part.count - from, advice)
    }

    deinit {
        // SAFETY: the same address and length that `mmap` gave; nobody holds `bytes` beyond its owner.
        unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.base), bytes.count)
    }
}
