import Foundation
import KhienModel
import KhienPage
import KhienText

/// How fast each stage reads the pages, the ones before it included.
enum ScanBench {
    private static let rounds = 5

    static func run(_ rules: PageRules, _ pages: [ScannedPage], limit: Int32) throws {
        let bytes = pages.reduce(0) { $0 + $1.bytes.count }
        guard bytes > 0 else { return Terminal.line("no bytes") }
        Terminal.line("\(pages.count) pages, \(Terminal.grouped(bytes)) bytes, best of \(rounds)")
        var sum = 0
        report("markup to text", bytes) {
            for page in pages {
                var reader = MarkupReader(kind: kind(of: page))
                reader.feed(page.bytes.span) { piece, _ in sum &+= piece.count }
                reader.finish { piece, _ in sum &+= piece.count }
            }
        }
        let room = rules.foldingRoom(for: .pages)
        report("... to canonical text", bytes) {
            for page in pages {
                var pipeline = rules.pipeline(kind: kind(of: page), scope: .pages, in: room)
                pipeline.feed(page.bytes.span) { piece, _ in sum &+= piece.count }
                pipeline.finish { piece, _ in sum &+= piece.count }
            }
        }
        var settings = PageSettings()
        settings.limit = .max
        settings.bodyBytesMax = .max
        let reader = PageReader(rules: rules, scope: .pages, settings: settings)
        let time = PageTime(now: UnixTime(seconds: 0), day: 0, minute: 0)
        report("... to verdict", bytes) {
            for page in pages {
                let head = PageHead(
                    contentType: Array(page.type.utf8), contentEncoding: Array(page.coding.utf8))
                guard reader.begin(head, at: time) == nil else { continue }
                _ = reader.feed(page.bytes.span)
                _ = reader.finish()
                sum &+= 1
            }
        }
        if sum == 0 { Terminal.line("nothing was read") }
    }

    private static func kind(of page: ScannedPage) -> MarkupKind {
        guard case .markup(let kind) = ContentKind(contentType: Array(page.type.utf8).span) else {
            return .html
        }
        return kind
    }

    private static func report(_ name: String, _ bytes: Int, _ body: () -> Void) {
        body()
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = now()
            body()
            best = min(best, now() - start)
        }
        let speed = String(format: "%7.1f MB/s", Double(bytes) / best / 1e6)
        Terminal.line("  \(name.padding(toLength: 24, withPad: " ", startingAt: 0))\(speed)")
    }

    /// CPU time of this thread in seconds.
    private static func now() -> Double {
        var time = timespec()
        // SAFETY: writes one `timespec` that lives for the call.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
