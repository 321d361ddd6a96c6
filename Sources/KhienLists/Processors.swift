import Foundation

/// The machine's processors.
enum Processors {
    /// Those that this process may use.
    static let count = ProcessInfo.processInfo.activeProcessorCount
}
