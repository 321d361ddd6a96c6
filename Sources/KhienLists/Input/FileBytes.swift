import Foundation
import KhienModel

/// Reads files, expanding what is compressed.
enum FileBytes {
    static func read(_ path: String) throws(ListInputError) -> [UInt8] {
        try expand(try readStored(path), path: path)
    }

    /// The file as it is, compressed or not.
    static func readStored(_ path: String) throws(ListInputError) -> [UInt8] {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        } catch {
            throw ListInputError("input.not-found", path: path, "the file cannot be read")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw ListInputError("input.not-a-file", path: path, "this is not a regular file")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size <= Limits.Lists.fileBytesMax else {
            throw ListInputError("input.over-limit", path: path, "the file is too large")
        }
        return try contents(path, size)
    }

    /// The size of a regular file; nil where there is none.
    static func size(_ path: String) -> Int? {
        do {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).resolvingSymlinksInPath().path)
            return (attributes[.size] as? NSNumber)?.intValue
        } catch {
            return nil
        }
    }

    private static func contents(_ path: String, _ size: Int) throws(ListInputError) -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { closeQuietly(handle) }
            // One byte more than it had: a file that grows meanwhile is noticed.
            let data = try handle.read(upToCount: size + 1) ?? Data()
            guard data.count <= size else {
                throw ListInputError("input.changed", path: path, "the file grew while it was read")
            }
            return [UInt8](data)
        } catch let error as ListInputError {
            throw error
        } catch {
            throw ListInputError("input.unreadable", path: path, "the file cannot be read")
        }
    }

    private static func closeQuietly(_ handle: FileHandle) {
        do {
            try handle.close()
        } catch {
            // Nothing was written: a failure to close loses nothing.
            return
        }
    }

    /// `bytes` themselves, or their content where they are compressed.
    static func expand(_ bytes: [UInt8], path: String) throws(ListInputError) -> [UInt8] {
        guard let form = Compression(magicOf: bytes) else { return bytes }
        do throws(DecompressionFault) {
            return try Decompressor.expand(
                bytes, form, guardedBy: ExpansionGuard(inputBytes: bytes.count))
        } catch {
            throw ListInputError(error.code, path: path, error.message)
        }
    }
}
