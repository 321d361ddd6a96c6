import ArgumentParser
import Foundation
import KhienCompiler
import KhienImage
import KhienMatcher
import KhienModel

/// The literal scanner over a text.
struct LiteralsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "literals",
        abstract: "Measure the literal scanner, without regard to ASCII case.",
        discussion: """
            With --occurrences it writes each occurrence as a line `end literal`, sorted: the place \
            behind it, and the number of its line in the file of literals.

            With --turns it measures one round for each line on standard input, and answers each with \
            a line of JSON, so that others can be measured in between.
            """)

    @Option(help: "Literals, one a line, distinct without regard to ASCII case.")
    var literals: String

    @Option(help: "The text that is scanned.")
    var text: String

    @Option(help: "Rounds over the text.")
    var rounds = 3

    @Option(help: "Bytes that the scanner is given at once.")
    var piece = 65_536

    @Option(help: "Write all occurrences into this file and measure nothing.")
    var occurrences: String?

    @Flag(help: "Measure a round for each line on standard input.")
    var turns = false

    private struct Start: Encodable {
        var literals: Int
        var bytes: Int
    }

    private struct Turn: Encodable {
        /// Of one byte.
        var nanoseconds: Double
        var hits: Int
    }

    private struct Result: Encodable {
        var measure = "literals"
        var literals: Int
        var bytes: Int
        /// Nanoseconds are those of one byte.
        var scan: Rounds
        var megabytesPerSecond: Double
    }

    func run() throws {
        let lines = try Lines(path: literals)
        let text = [UInt8](try Data(contentsOf: URL(fileURLWithPath: text)))
        guard piece > 0, !text.isEmpty else { throw ValidationError("nothing to scan") }
        let section = try LiteralBuilder.section(
            (0..<lines.count).map { Literal(Array(lines.bytes[lines.range($0)])) },
            comparing: .asciiCaseless
        ).bytes
        // SAFETY: the table is used within the closure only, while the array lives and is not changed.
        try unsafe section.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            let table = try unsafe LiteralTable(ImageBytes(base: base, count: memory.count))
            let scanner = LiteralScanner(table)
            if let occurrences { return try write(scanner, text, to: occurrences) }
            func count() -> Int {
                var count = 0
                scan(scanner, text) { _, _ in count &+= 1 }
                return count
            }
            if turns {
                return try takeTurns(Start(literals: lines.count, bytes: text.count), count)
            }
            let rounds = Rounds.measure(rounds, operations: text.count, count)
            try Report.print(
                Result(
                    literals: lines.count, bytes: text.count, scan: rounds,
                    megabytesPerSecond: 1000 / rounds.fastest))
        }
    }

    private func takeTurns(_ start: Start, _ round: () -> Int) throws {
        try Report.print(start)
        while readLine() != nil {
            let watch = Stopwatch(.thread)
            let hits = round()
            let nanoseconds = watch.nanoseconds / Double(start.bytes)
            try Report.print(Turn(nanoseconds: nanoseconds, hits: hits))
        }
    }

    @inline(__always)
    private func scan(
        _ scanner: LiteralScanner, _ text: [UInt8], _ found: (UInt32, Int) -> Void
    ) {
        var stream = LiteralStream()
        var room = LiteralRoom()
        var start = 0
        while start < text.count {
            let end = min(start + piece, text.count)
            let bytes = text.span.extracting(start..<end)
            scanner.scan(bytes, isFinal: end == text.count, &stream, &room) {
                literal, range in
                found(literal, range.upperBound)
            }
            start = end
        }
    }

    private func write(_ scanner: LiteralScanner, _ text: [UInt8], to path: String) throws {
        var found: [(end: Int, literal: UInt32)] = []
        scan(scanner, text) { literal, end in found.append((end, literal)) }
        found.sort { ($0.end, $0.literal) < ($1.end, $1.literal) }
        let lines = found.map { "\($0.end) \($0.literal)\n" }.joined()
        try Data(lines.utf8).write(to: URL(fileURLWithPath: path))
    }
}
