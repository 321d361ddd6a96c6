import KhienModel

/// What a table needs while it reads a draft: where relative paths start, and where faults go.
struct ConfigurationReader {
    /// The folder of the configuration file, with a closing `/`; empty: the working folder.
    let folder: String
    private(set) var diagnostics: [Diagnostic] = []
    private var leftOut = 0
    /// What would have been taken beside the value that is being read: ", or `none`".
    var alternative = ""

    init(folder: String) { self.folder = folder }

    mutating func report(_ code: String, at location: SourceLocation, _ message: String) {
        guard diagnostics.count < Limits.Config.diagnosticsMax else {
            leftOut += 1
            return
        }
        diagnostics.append(Diagnostic(.error, "config." + code, at: location, message))
    }

    /// The faults in the file's order, and how many were left out.
    func sortedDiagnostics(file: String) -> [Diagnostic] {
        var result = diagnostics.sorted {
            ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
        }
        if leftOut > 0 {
            result.append(
                Diagnostic(
                    .error, "config.too-many-errors", at: SourceLocation(file: file),
                    "\(leftOut) more errors are not shown"))
        }
        return result
    }

    func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}
