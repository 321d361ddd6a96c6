/// Why a file, folder or archive could not be read.
public struct ListInputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable word for programs: `input.not-found`, `input.over-limit`.
    public var code: String
    /// The path; a member of an archive stands after its archive.
    public var path: String
    /// One sentence in English.
    public var message: String

    public init(_ code: String, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    public var description: String { "\(path): error: \(message) [\(code)]" }
}
