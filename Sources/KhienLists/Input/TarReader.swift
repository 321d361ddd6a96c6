import KhienModel

/// Reads tar archives: ustar, pax (`path`) and GNU long names.
///
/// | offset | bytes | field |
/// | --- | --- | --- |
/// | 0 | 100 | name |
/// | 124 | 12 | size, octal, or binary with the first bit set |
/// | 148 | 8 | checksum, octal: all bytes of the header, its own place as spaces |
/// | 156 | 1 | type: `0` or NUL file, `5` folder, `x`/`g` pax, `L` GNU long name |
/// | 257 | 6 | `ustar` |
/// | 345 | 155 | prefix of the name (ustar) |
///
/// Links, devices and folders are passed over. Source: POSIX.1-2017, pax, "ustar Interchange
/// Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format".
struct TarReader {
    /// A regular file of an archive.
    struct Member {
        /// Without leading `/` and `./`, without `.` and `..` parts.
        var name: String
        /// Where its content stands in the archive.
        var content: Range<Int>
    }

    private static let block = 512

    /// Whether `bytes` begin with a tar header.
    static func isArchive(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= block else { return false }
        return bytes[257..<262].elementsEqual("ustar".utf8) && hasRightChecksum(bytes, at: 0)
    }

    /// The regular files of an archive, in its order.
    static func members(of bytes: [UInt8], path: String) throws(ListInputError) -> [Member] {
        var members: [Member] = []
        var position = 0
        var longName: String?
        while position + block <= bytes.count {
            if bytes[position..<position + block].allSatisfy({ $0 == 0 }) { break }
            guard hasRightChecksum(bytes, at: position), let size = size(bytes, at: position + 124)
            else {
                throw ListInputError(
                    "input.damaged", path: path,
                    "the archive is damaged \(place(after: members)): "
                        + "no header of a member at byte \(position)")
            }
            let start = position + block
            guard size <= bytes.count - start else {
                let name = Quote.name(longName ?? name(bytes, at: position))
                throw ListInputError(
                    "input.truncated", path: path, "the archive ends inside its member \(name)")
            }
            let content = start..<start + size
            switch bytes[position + 156] {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
                let name = longName ?? name(bytes, at: position)
                members.append(Member(name: try safe(name, path), content: content))
                longName = nil
            case UInt8(ascii: "L"):
                longName = string(bytes[try header(content, path, members)])
            case UInt8(ascii: "x"):
                longName = paxPath(bytes[try header(content, path, members)]) ?? longName
            case UInt8(ascii: "g"): break
            default: longName = nil
            }
            if members.count > Limits.Lists.archiveMembersMax {
                throw ListInputError(
                    "input.over-limit", path: path, "too many files in the archive")
            }
            position = start + (size + block - 1) / block * block
        }
        return members
    }

    private static func header(
        _ content: Range<Int>, _ path: String, _ before: [Member]
    ) throws(ListInputError) -> Range<Int> {
        guard content.count <= Limits.Lists.archiveHeaderBytesMax else {
            throw ListInputError(
                "input.over-limit", path: path,
                "a name in the archive is too long (\(content.count) bytes), "
                    + "\(place(after: before))")
        }
        return content
    }

    /// Where in the archive a member without a name of its own stands.
    private static func place(after members: [Member]) -> String {
        members.last.map { "behind its member \(Quote.name($0.name))" } ?? "at its beginning"
    }

    /// A name as a path below the archive: it never leads out of it.
    private static func safe(_ name: String, _ path: String) throws(ListInputError) -> String {
        let parts = name.split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty, !parts.contains("..") else {
            throw ListInputError(
                "input.unsafe-name", path: path,
                "its member \(Quote.name(name)) would lead out of the archive")
        }
        return parts.joined(separator: "/")
    }

    private static func name(_ bytes: [UInt8], at position: Int) -> String {
        let name = string(bytes[position..<position + 100])
        guard bytes[position + 257..<position + 263].elementsEqual("ustar\0".utf8) else {
            return name
        }
        let prefix = string(bytes[position + 345..<position + 500])
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    /// The bytes before the first NUL.
    private static func string(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func size(_ bytes: [UInt8], at position: Int) -> Int? {
        let field = bytes[position..<position + 12]
        if bytes[position] & 0x80 != 0 {
            var value = Int(bytes[position] & 0x7F)
            for byte in field.dropFirst() {
                guard value < 1 << 48 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        return octal(field)
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in field.drop(while: { $0 == Byte.space }) {
            if byte == 0 || byte == Byte.space { break }
            guard byte &- 0x30 < 8 else { return nil }
            value = value << 3 | Int(byte - 0x30)
        }
        return value
    }

    private static func hasRightChecksum(_ bytes: [UInt8], at position: Int) -> Bool {
        guard let wanted = octal(bytes[position + 148..<position + 156]) else { return false }
        var sum = 0
        for offset in 0..<block {
            sum += (148..<156).contains(offset) ? 32 : Int(bytes[position + offset])
        }
        return sum == wanted
    }

    /// The `path` record of a pax header: `length path=name\n`.
    private static func paxPath(_ bytes: ArraySlice<UInt8>) -> String? {
        var rest = bytes
        var path: String?
        while let space = rest.firstIndex(of: Byte.space),
            let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
            length > space - rest.startIndex, length <= rest.count
        {
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            if record.starts(with: "path=".utf8) {
                path = String(decoding: record.dropFirst(5).dropLast(), as: UTF8.self)
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return path
    }
}
