import KhienModel

/// Why a configuration file was refused: all its faults, in the file's order.
public struct ConfigurationErrors: Error, Sendable, CustomStringConvertible {
    /// Never empty; at most `Limits.Config.diagnosticsMax` and one that counts the rest.
    public let diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// A line for each fault, as a compiler writes it.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
