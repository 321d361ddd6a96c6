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
    /// - Throws: `ImageError.cannotRead` with the system's reason; an empty file is `.truncated`.
    package init(path: String) throws(ImageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ImageError(.cannotRead(errno), file: path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw ImageError(.cannotRead(errno), file: path)
        }
        let count = Int(status.st_size)
        guard count > 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ImageError(.truncated(needed: ImageHeader.byteCount, found: count), file: path)
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw ImageError(.cannotRead(errno), file: path)
        }
        // SAFETY: `address` is a readable mapping of exactly `count` bytes that lives until `deinit`.
        bytes = unsafe ImageBytes(base: UnsafeRawPointer(address), count: count)
    }

    deinit {
        // SAFETY: the same address and length that `mmap` gave; nobody holds `bytes` beyond its owner.
        unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.base), bytes.count)
    }
}
