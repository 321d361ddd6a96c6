/// A place in a file, as a compiler names it.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file's path as the operator wrote it; a member of a folder or archive has its own path.
    public var file: String
    /// From 1; 0 where the message concerns the file as a whole.
    public var line: Int
    /// In bytes, from 1; 0 where the message concerns the line as a whole.
    public var column: Int

    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, without the parts that are 0.
    public var description: String {
        if line == 0 { return file }
        return column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
    }
}

/// One thing to tell the operator about a list or a configuration file.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        case note
        case warning
        case error
    }

    public var severity: Severity
    /// A stable word for programs: `host.invalid`, `config.unknown-key`.
    public var code: String
    public var location: SourceLocation
    /// One sentence in English: what is wrong and what was expected.
    public var message: String

    public init(
        _ severity: Severity, _ code: String, at location: SourceLocation, _ message: String
    ) {
        self.severity = severity
        self.code = code
        self.location = location
        self.message = message
    }

    /// `file:line:column: error: message [code]`, fit for a terminal.
    public var description: String {
        PrintableText.escaped("\(location): \(severity.rawValue): \(message) [\(code)]")
            .replacing("\n", with: "\\x0A")
    }
}
