import Foundation
import KhienLists
import KhienModel
import KhienTestKit
import Synchronization
import Testing

/// A list that is read in pieces gives what one pass gives, wherever the pieces end.
@Suite struct PiecewiseTests {
    static let paths: [(path: String, format: ListFormat)] = [
        ("list.txt", .domains), ("list.txt", .hosts), ("list.txt", .dnsmasq), ("list.txt", .urls),
        ("list.txt", .regex), ("list.txt", .addresses), ("list.txt", .sha256),
        ("x/domains", .ut1), ("x/urls", .ut1), ("x/expressions", .ut1),
        // With memory from line to line, or with tables beside the entries: read in one pass.
        ("list.txt", .adblock), ("zone.db", .rpz), ("bannedsitelist", .e2guardian),
        ("weightedphraselist", .e2guardian), ("phrases.yaml", .phrases), ("list.csv", .orders),
    ]

    private static func parse(
        _ bytes: [UInt8], _ path: (path: String, format: ListFormat), pieceBytes: Int,
        textBytesMax: Int? = nil, isConfidential: Bool = false
    ) -> ParsedList {
        var options = ListParser.Options()
        options.format = path.format
        options.pieceBytes = pieceBytes
        options.isConfidential = isConfidential
        options.now = UnixTime(seconds: 1_800_000_000)
        if let textBytesMax { options.textBytesMax = textBytesMax }
        return ListParser.parse(bytes, name: "list", path: path.path, options: options)
    }

    private static func difference(_ one: ParsedList, _ other: ParsedList) -> String? {
        let (left, right) = (one.report, other.report)
        let same: [(String, Bool)] = [
            ("text", one.entries.text == other.entries.text),
            ("records", one.entries.records == other.entries.records),
            ("category", one.category == other.category), ("orders", one.orders == other.orders),
            ("rules", one.adblockRules == other.adblockRules),
            ("phrases", one.phraseRules == other.phraseRules),
            ("lines", left.lines == right.lines),
            (
                "counts",
                [left, right].map {
                    [
                        $0.blank, $0.comments, $0.structure, $0.cosmetic, $0.accepted, $0.repaired,
                        $0.rejected, $0.unsupported,
                    ]
                }.allSatisfy {
                    $0 == [
                        left.blank, left.comments, left.structure, left.cosmetic, left.accepted,
                        left.repaired, left.rejected, left.unsupported,
                    ]
                }
            ),
            ("repairs", left.repairs == right.repairs),
            ("rejections", left.rejections == right.rejections),
            ("reasons", left.unsupportedReasons == right.unsupportedReasons),
            ("diagnostics", left.diagnostics == right.diagnostics),
            ("isComplete", left.isComplete == right.isComplete),
        ]
        return same.first { !$0.1 }?.0
    }

    /// Lines as they come: names, addresses, URLs, wrong ones, blanks, controls, invalid UTF-8.
    private static func lines(_ generators: inout Generators) -> [[UInt8]] {
        let kinds: [TargetKind] = [.domain, .url, .address, .network, .regex]
        var lines: [[UInt8]] = []
        for _ in 0..<generators.random.below(60) {
            switch generators.random.below(13) {
            case 0: lines.append([])
            case 1: lines.append(Array("# comment".utf8))
            case 2: lines.append([0xFF, 0xFE, 0x00, 0x41, 0xC3])
            case 3: lines.append(Array("a\0b.test".utf8))
            case 4: lines.append(Array(" \t".utf8))
            case 5: lines.append(Array("0.0.0.0 A.test b..test c.test".utf8))
            case 6: lines.append(Array("address=/x.test/y.test/".utf8))
            case 7: lines.append([UInt8](repeating: 0x61, count: 64))
            case 8: lines.append(generators.hostileBytes(12).filter { $0 != 0x0A && $0 != 0x0D })
            case 9: lines.append(Array("wrong_-.test,".utf8))
            case 10:
                lines.append(
                    Array(
                        "AB01f0d3c5e7a9bb0123456789abcdef0123456789abcdef0123456789abcdef".utf8))
            case 11: lines.append(Array("*://*.star.test/x*y".utf8))
            default:
                lines.append(
                    Array(
                        generators.list(generators.random.pick(kinds), count: 1).utf8.filter {
                            $0 != 0x0A
                        }))
            }
        }
        return lines
    }

    private static func text(_ generators: inout Generators) -> [UInt8] {
        let lineEnds: [[UInt8]] = [[0x0A], [0x0D, 0x0A], [0x0D], [0x0D, 0x0D, 0x0A]]
        let end = generators.random.pick(lineEnds)
        var bytes: [UInt8] = generators.random.below(4) == 0 ? [0xEF, 0xBB, 0xBF] : []
        bytes += lines(&generators).joined(separator: end)
        if generators.random.below(2) == 0 { bytes += end }
        return bytes
    }

    @Test func anyPiecesGiveWhatOnePassGives() {
        var generators = Generators(seed: 28_112_026)
        for round in 0..<300 {
            let bytes = Self.text(&generators)
            for path in Self.paths {
                let whole = Self.parse(bytes, path, pieceBytes: .max)
                for pieceBytes in [1, 2 + generators.random.below(40), 1 + bytes.count / 2] {
                    let pieces = Self.parse(bytes, path, pieceBytes: pieceBytes)
                    if let what = Self.difference(whole, pieces) {
                        Issue.record("\(round) \(path) \(pieceBytes): \(what)")
                        return
                    }
                }
            }
        }
    }

    /// Every place where a piece may end, of texts whose ends matter.
    @Test func everyBorder() {
        let long = [UInt8](repeating: 0x62, count: Limits.Lists.lineBytesMax + 1)
        let texts: [[UInt8]] = [
            [], [0x0A], [0x0D, 0x0A], [0xEF, 0xBB, 0xBF], Array("a.test".utf8),
            Array("\r\na.test\r\n\r\r\nb.TEST.\n\n  c.test  \r\n# x\nd..test\n\u{0}\ne.test".utf8),
            Array("\u{FEFF}a.test\rb.test\r\rc".utf8), Array("\n\n\n".utf8),
            // UTF-16 is decoded first.
            [0xFF, 0xFE] + "a.test\nb.test\n".utf8.flatMap { [$0, 0] },
        ]
        for text in texts {
            let whole = Self.parse(text, ("list.txt", .domains), pieceBytes: .max)
            for pieceBytes in 1...max(1, text.count) {
                let pieces = Self.parse(text, ("list.txt", .domains), pieceBytes: pieceBytes)
                #expect(Self.difference(whole, pieces) == nil, "\(text) \(pieceBytes)")
            }
        }
        // Longer than a piece, and than a line may be.
        let text = Array("a.test\n".utf8) + long + Array("\nb.test\n".utf8) + long
        let whole = Self.parse(text, ("list.txt", .domains), pieceBytes: .max)
        #expect(whole.report.rejections == ["line.too-long": 2] && whole.report.accepted == 2)
        for pieceBytes in [1, 7, 8, 1000, 65_536, 70_000] {
            let pieces = Self.parse(text, ("list.txt", .domains), pieceBytes: pieceBytes)
            #expect(Self.difference(whole, pieces) == nil, "\(pieceBytes)")
        }
    }

    /// Of each code the first ten messages are kept, with the lines of the whole list.
    @Test func messagesAreThoseOfTheFirstLines() {
        let text = Array(
            (0..<200).map { $0 % 3 == 0 ? "a..\($0)" : "x\($0).TEST\n-\($0)-.test:" }
                .joined(separator: "\n").utf8)
        for isConfidential in [false, true] {
            let whole = Self.parse(
                text, ("l", .domains), pieceBytes: .max, isConfidential: isConfidential)
            #expect(whole.report.diagnostics.count > 10)
            for pieceBytes in [1, 50, 300] {
                let pieces = Self.parse(
                    text, ("l", .domains), pieceBytes: pieceBytes, isConfidential: isConfidential)
                #expect(Self.difference(whole, pieces) == nil)
            }
        }
    }

    /// A list over a limit ends at the same line.
    @Test func theLimitOfTextIsThatOfTheWhole() {
        let text = Array((0..<40).map { "x\($0).test" }.joined(separator: "\n").utf8)
        let all = Self.parse(text, ("l", .domains), pieceBytes: .max).entries.text.count
        for textBytesMax in [0, 1, 7, 8, 100, all - 8, all - 7, all - 1, all, all + 1] {
            let whole = Self.parse(
                text, ("l", .domains), pieceBytes: .max, textBytesMax: textBytesMax)
            #expect(whole.report.isComplete == (textBytesMax >= all - 8))
            for pieceBytes in [1, 30, 200] {
                let pieces = Self.parse(
                    text, ("l", .domains), pieceBytes: pieceBytes, textBytesMax: textBytesMax)
                #expect(Self.difference(whole, pieces) == nil, "\(textBytesMax) \(pieceBytes)")
            }
        }
    }

    /// One past the size of a piece is read in two: the default, on text that shows it.
    @Test func theSizeOfAPiece() {
        let line = Array("name-of-a-host.test\n".utf8)
        let count = Limits.Lists.pieceBytes / line.count + 2
        let text = Array([[UInt8]](repeating: line, count: count).joined())
        for bytes in [Array(text.prefix(Limits.Lists.pieceBytes)), text] {
            var options = ListParser.Options()
            options.format = .domains
            let list = ListParser.parse(bytes, name: "", path: "l", options: options)
            let whole = Self.parse(bytes, ("l", .domains), pieceBytes: .max)
            #expect(Self.difference(whole, list) == nil)
            #expect(list.report.lines == (bytes.count + line.count - 1) / line.count)
        }
    }

    /// One processor more than there may be readers brings none, and no more read than there are pieces.
    @Test(arguments: [
        (1000, 1, 1), (1000, 15, 15), (1000, 16, 16), (1000, 17, 16), (1000, 400, 16), (3, 16, 3),
        (1, 16, 1), (0, 16, 1),
    ])
    func theLimitOfReaders(pieces: Int, processors: Int, readers: Int) {
        #expect(Limits.Lists.readersMax == 16)
        #expect(PieceOrder<Int>.readers(pieces: pieces, processors: processors) == readers)
    }

    /// As many pieces as may be are open, one more waits for the first, and only for that.
    @Test(arguments: [1, 2, Limits.Lists.readersMax])
    func theLimitOfOpenPieces(readers: Int) {
        let most = PieceOrder<Int>.openMax(readers: readers)
        #expect(most == readers * Limits.Lists.piecesPerReaderMax)
        var order = PieceOrder<Int>(count: most + 2, openMax: most)
        var taken: [Int] = []
        for piece in 0..<most { #expect(order.takeTurn() == .read(piece)) }
        #expect(order.takeTurn() == .wait)
        // All but the first come: still there is room for none.
        for piece in (1..<most).reversed() {
            #expect(order.put(piece, piece) { taken.append($0) } == 0)
        }
        #expect(order.takeTurn() == .wait && taken.isEmpty)
        // The first comes: both that wait are woken, once.
        #expect(order.put(0, 0) { taken.append($0) } == 2)
        #expect(taken == Array(0..<most) && !order.isDone)
        #expect(order.takeTurn() == .read(most) && order.takeTurn() == .read(most + 1))
        #expect(order.takeTurn() == .nothing)
        #expect(order.put(most + 1, most + 1) { taken.append($0) } == 0)
        #expect(order.put(most, most) { taken.append($0) } == 0)
        #expect(taken == Array(0..<most + 2) && order.isDone)
    }

    /// The first piece does not end before the others have gone as far ahead as they may. They go no
    /// further, and the list is whole all the same.
    @Test(.enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1))
    func aPieceThatTakesLongIsWaitedFor() {
        let (first, count) = ("the-first-of-all.test\n", 2_000)
        let lines = (0..<count).map { "x\($0).test\n" }
        let text = Array((first + lines.joined()).utf8)
        let whole = Self.parse(text, ("l", .domains), pieceBytes: .max)
        let readers = PieceOrder<Int>.readers(
            pieces: count + 1, processors: ProcessInfo.processInfo.activeProcessorCount)
        let most = PieceOrder<Int>.openMax(readers: readers)
        let told = Told()
        var options = ListParser.Options()
        options.format = .domains
        options.pieceBytes = 1
        options.progress = { bytes, all in
            guard bytes == first.utf8.count else { return told.add(bytes, of: all) }
            while told.calls < most - 1 { sched_yield() }
            // Time for one that should wait to go on.
            for _ in 0..<10_000 { sched_yield() }
            #expect(told.calls == most - 1)
        }
        let pieces = ListParser.parse(text, name: "list", path: "l", options: options)
        #expect(Self.difference(whole, pieces) == nil)
        #expect(told.calls == count)
    }

    /// What is told while a list is read adds up to all of it, in pieces and in one pass.
    @Test(arguments: [ListFormat.domains, .adblock])
    func progressAddsUp(format: ListFormat) {
        let line = Array("name-of-a-host.test\n".utf8)
        let count = 3 * Limits.Lists.progressBytes / line.count
        let text = Array([[UInt8]](repeating: line, count: count).joined())
        for pieceBytes in [Int.max, 300_000] {
            let told = Told()
            var options = ListParser.Options()
            options.format = format
            options.pieceBytes = pieceBytes
            options.progress = { told.add($0, of: $1) }
            _ = ListParser.parse(text, name: "", path: "l", options: options)
            #expect(told.all == [text.count])
            #expect(told.sum == text.count)
            #expect(told.calls >= 3)
        }
    }
}

private final class Told: Sendable {
    private let state = Mutex((sum: 0, calls: 0, all: Set<Int>()))
    var sum: Int { state.withLock { $0.sum } }
    var calls: Int { state.withLock { $0.calls } }
    var all: Set<Int> { state.withLock { $0.all } }

    func add(_ bytes: Int, of whole: Int) {
        state.withLock { state in
            state.sum += bytes
            state.calls += 1
            state.all.insert(whole)
        }
    }
}
