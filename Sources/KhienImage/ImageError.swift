#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why an image was refused or could not be written.
public struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The system's `errno`.
        case cannotRead(Int32)
        case cannotWrite(Int32)
        /// A folder, or something else that is no regular file.
        case notAFile(isFolder: Bool)
        case truncated(needed: Int, found: Int)
        case notAnImage
        case version(found: UInt32, readable: UInt32)
        case canonicalForm(found: UInt32, readable: UInt32)
        case badHeader(String)
        case missingSection(SectionID)
        case checksum(SectionID)
        /// What is wrong, and at which byte of the section.
        case badSection(SectionID, String, offset: Int)
        /// More of something than the format can hold.
        case overLimit(String, found: Int, limit: Int)
        /// Entries of confidential lists, and no key.
        case keyMissing
        /// Entries of confidential lists, made with another key.
        case wrongKey
    }

    public var code: Code
    public var file: String

    public init(_ code: Code, file: String = "") {
        self.code = code
        self.file = file
    }

    /// One sentence: the file and what is wrong with it.
    public var description: String { file.isEmpty ? reason : "\(file): \(reason)" }

    private var reason: String {
        switch code {
        case .cannotRead(let number): "cannot be read: \(Self.systemMessage(number))"
        case .cannotWrite(let number): "cannot be written: \(Self.systemMessage(number))"
        case .notAFile(let isFolder):
            isFolder ? "is a folder; an image is one file" : "is not a regular file"
        case .truncated(let needed, let found): "ends after \(found) bytes, expected \(needed)"
        case .notAnImage: "is not a Khiên image (its first eight bytes are not KHIENIMG)"
        case .version(let found, let readable):
            "has format version \(found), this program reads \(readable); compile the lists again"
        case .canonicalForm(let found, let readable):
            "was made for canonical form \(found), this program uses \(readable); compile again"
        case .badHeader(let what): "has a damaged header: \(what)"
        case .missingSection(let section): "has no section \(section)"
        case .checksum(let section): "section \(section) is damaged (its checksum differs)"
        case .badSection(let section, let what, let offset):
            "section \(section) is damaged at byte \(offset): \(what)"
        case .overLimit(let what, let found, let limit):
            "\(what): \(found), an image holds at most \(limit)"
        case .keyMissing: "there are confidential lists, and no key for them was given"
        case .wrongKey:
            "its confidential lists were compiled with another key; compile them again"
        }
    }

    private static func systemMessage(_ number: Int32) -> String {
        // SAFETY: `strerror` gives a C string that is copied at once.
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
