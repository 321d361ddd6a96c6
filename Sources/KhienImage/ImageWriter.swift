#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes an image: aside, fsynced, renamed, the folder fsynced. A reader sees the old file or the
/// new one, never a part.
public enum ImageWriter {
    /// Lays out `sections` and puts the image at `path`.
    ///
    /// - Parameters:
    ///   - seed: of the key hashes; the same that the sections' builders used.
    ///   - created: seconds since 1970.
    /// - Returns: the length of the file, bytes.
    /// - Throws: `ImageError.cannotWrite`; the file at `path` is then what it was before.
    @discardableResult
    public static func write(
        _ sections: [SectionData], seed: UInt64, created: UInt64, to path: String
    ) throws(ImageError) -> Int {
        let bytes = assemble(sections, seed: seed, created: created)
        let aside = path + ".new-\(getpid())"
        do throws(ImageError) {
            try writeFile(bytes, to: aside)
            guard unsafe rename(aside, path) == 0 else {
                throw ImageError(.cannotWrite(errno), file: path)
            }
        } catch {
            _ = unsafe unlink(aside)
            throw error
        }
        try syncFolder(of: path)
        return bytes.count
    }

    /// The image's bytes. Deterministic: the same arguments give the same bytes.
    public static func assemble(
        _ sections: [SectionData], seed: UInt64, created: UInt64
    ) -> [UInt8] {
        let tableEnd = ImageHeader.byteCount + sections.count * ImageHeader.sectionRecordByteCount
        var offsets: [Int] = []
        var end = tableEnd
        for section in sections {
            let offset = (end + ImageHeader.alignment - 1) & ~(ImageHeader.alignment - 1)
            offsets.append(offset)
            end = offset + section.byteCount
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end)
        bytes.append(contentsOf: repeatElement(0, count: tableEnd))
        for (section, offset) in zip(sections, offsets) {
            bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count))
            for column in section.columns { column.append(to: &bytes) }
        }
        fillHeader(&bytes, sections, offsets, seed: seed, created: created)
        return bytes
    }

    private static func fillHeader(
        _ bytes: inout [UInt8], _ sections: [SectionData], _ offsets: [Int], seed: UInt64,
        created: UInt64
    ) {
        bytes.replaceSubrange(0..<8, with: ImageHeader.magic)
        store(UInt64(ImageHeader.formatVersion) | UInt64(ImageHeader.canonicalForm) << 32, 8)
        store(UInt64(bytes.count), 16)
        store(seed, 24)
        store(created, 32)
        store(UInt64(sections.count), 40)
        var fingerprint: UInt64 = seed
        for (index, section) in sections.enumerated() {
            let record = ImageHeader.byteCount + index * ImageHeader.sectionRecordByteCount
            let checksum = checksum(bytes, offsets[index], section.byteCount)
            store(UInt64(section.id.rawValue), record)
            store(UInt64(offsets[index]), record + 8)
            store(UInt64(section.byteCount), record + 16)
            store(checksum, record + 24)
            fingerprint = (fingerprint ^ checksum) &* 0x9E37_79B9_7F4A_7C15
            fingerprint ^= fingerprint >> 29
        }
        store(fingerprint, 56)
        let tableEnd = ImageHeader.byteCount + sections.count * ImageHeader.sectionRecordByteCount
        store(checksum(bytes, 0, 48) ^ checksum(bytes, 56, tableEnd - 56), 48)

        func store(_ value: UInt64, _ offset: Int) {
            for index in 0..<8 {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
            }
        }
    }

    private static func checksum(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        // SAFETY: the view is used inside the closure only; `slice` checks the bounds.
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return Checksum.of(
                unsafe ImageBytes(base: base, count: buffer.count).slice(offset, count))
        }
    }

    private static func writeFile(_ bytes: [UInt8], to path: String) throws(ImageError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ImageError(.cannotWrite(errno), file: path) }
        defer { close(descriptor) }
        let failure: Int32 = unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var done = 0
            while done < buffer.count {
                let count = unsafe Glibc.write(descriptor, base + done, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return errno }
                done += count
            }
            return fsync(descriptor) == 0 ? 0 : errno
        }
        guard failure == 0 else { throw ImageError(.cannotWrite(failure), file: path) }
    }

    /// Makes the rename itself durable.
    private static func syncFolder(of path: String) throws(ImageError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ImageError(.cannotWrite(errno), file: folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw ImageError(.cannotWrite(errno), file: folder) }
    }
}
