import Foundation

/// The daemon's own words, on stderr, one line each: journald adds time and name.
public struct Console: Sendable {
    public init() {}

    public func say(_ text: String) {
        let line = "khiend: " + text.replacing("\n", with: " | ") + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
