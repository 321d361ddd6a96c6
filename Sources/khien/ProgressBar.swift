import Foundation
import KhienModel
import Synchronization

/// A bar on standard error while lists are read, by the bytes of their files; nothing where that is no
/// terminal.
final class ProgressBar: Sendable {
    let isShown: Bool
    private let files: [(name: String, bytes: Int)]
    private let state: Mutex<State>

    private struct State {
        var progress: ReadingProgress
        var shown = ""
    }

    /// - Parameter files: those that are read, in order; empty: nothing is shown.
    init(_ files: [(name: String, bytes: Int)]) {
        self.files = files
        let progress = ReadingProgress(sizes: files.map(\.bytes))
        // What is read in a moment needs no bar.
        isShown =
            (files.count > 1 || progress.all >= Limits.Lists.pieceBytes)
            && Terminal.hasErrorTerminal
        state = Mutex(State(progress: progress))
    }

    /// Part of a file has been read.
    ///
    /// - Parameters:
    ///   - bytes: of what it expands to, of so many in `whole`.
    func add(_ bytes: Int, of whole: Int, in file: Int) {
        update(file) { $0.add(bytes, of: whole, in: file) }
    }

    /// A file is done with.
    func end(_ file: Int) { update(file) { $0.end(file) } }

    private func update(_ file: Int, _ change: (inout ReadingProgress) -> Void) {
        guard isShown else { return }
        state.withLock { state in
            change(&state.progress)
            let isOver = state.progress.ended == files.count
            let bar = state.progress.text
            // A list in pieces comes here a hundred times a second: only what looks otherwise is shown.
            guard bar != state.shown || isOver else { return }
            state.shown = bar
            let name = PrintableText.escaped(String(files[file].name.suffix(40)))
            let line = "\r\(bar) \(name)\u{1B}[K" + (isOver ? "\n" : "")
            FileHandle.standardError.write(Data(line.utf8))
        }
    }
}

/// How much of all files has been read.
struct ReadingProgress: Sendable {
    private let sizes: [Int]
    /// Of each file, in bytes as it is stored.
    private var read: [Double]
    private(set) var ended = 0
    /// The size of all files.
    let all: Int

    init(sizes: [Int]) {
        self.sizes = sizes
        read = [Double](repeating: 0, count: sizes.count)
        all = sizes.reduce(0, +)
    }

    mutating func add(_ bytes: Int, of whole: Int, in file: Int) {
        guard whole > 0 else { return }
        let size = Double(sizes[file])
        read[file] = min(size, read[file] + size * Double(bytes) / Double(whole))
    }

    /// A file is done with, however much of it was told.
    mutating func end(_ file: Int) {
        read[file] = Double(sizes[file])
        ended += 1
    }

    /// `[######....] 3/57 lists, 12 of 95 MB`.
    var text: String {
        let done = read.reduce(0, +)
        let share = all > 0 ? done / Double(all) : Double(ended) / Double(max(1, sizes.count))
        let filled = min(30, Int(share * 30))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        return "[\(bar)] \(ended)/\(sizes.count) lists, \(Int(done) / 1_000_000) of "
            + "\((all + 999_999) / 1_000_000) MB"
    }
}
