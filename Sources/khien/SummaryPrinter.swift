import KhienModel
import KhienService

/// A compilation's summary for people.
enum SummaryPrinter {
    static func printDiagnostics(_ summary: CompileSummary) {
        for message in summary.diagnostics { Terminal.error(message.diagnostic.description) }
    }

    static func printTotals(_ summary: CompileSummary) {
        func sum(_ field: (CompileSummary.List) -> Int) -> Int {
            summary.lists.reduce(0) { $0 + field($1) }
        }
        row("lists", summary.lists.count)
        if let cached = summary.cached { row("  not changed, not parsed again", cached) }
        row("lines", sum(\.lines))
        row("  accepted", sum(\.accepted))
        row("  repaired", sum(\.repaired), reasons(summary, \.repairs))
        row("  rejected", sum(\.rejected), reasons(summary, \.rejections))
        row("  unsupported", sum(\.unsupported), reasons(summary, \.unsupportedReasons))
        row("  cosmetic", sum(\.cosmetic))
        row("  comments, blank, headers", sum { $0.comments + $0.blank + $0.structure })
        row("entries", summary.entries)
        for (kind, count) in summary.entriesByKind.sorted(by: {
            ($1.value, $0.key) < ($0.value, $1.key)
        }) {
            row("  \(kind)", count)
        }
        row("  left out: repeated in a list", summary.duplicates)
        row("  left out: $badfilter and what it cancels", summary.cancelled)
        if summary.held > 0 { row("  left out: held, would block a protected name", summary.held) }
        if let count = summary.notConfidential, count > 0 {
            row("  left out: cannot be kept confidential", count)
        }
        if summary.notCompiled > 0 {
            row("  left out: the image has no room for them", summary.notCompiled)
        }
        if let count = summary.refusedExceptions, count > 0 {
            row("  left out: exceptions for what an order blocks", count)
        }
        if let count = summary.neverMatching, count > 0 {
            row("  left out: rules that never match", count)
        }
        var findings = summary.findings ?? [:]
        findings["rule.never-matches", default: 0] -= summary.neverMatching ?? 0
        printFindings(findings)
        row("rules every request pays for", summary.unindexedPatterns + summary.unindexedRegexes)
        row("orders", summary.orders)
        if let image = summary.image {
            row("bytes", summary.bytes, image)
        }
        Terminal.line(pad("seconds") + String(Double(Int(summary.seconds * 100)) / 100))
    }

    /// What says nothing, or less than it seems to; of each the first are messages.
    private static func printFindings(_ findings: [String: Int]) {
        for (code, name) in [
            ("phrase.weaker", "left out: phrases that a stronger rule has"),
            ("phrase.crowded", "ends that thousands of phrases share"),
            ("entry.duplicate", "kept: also in another list or order"),
            ("entry.shadowed", "kept: a wider entry covers them"),
            ("entry.covered", "kept as evidence: a wider entry covers them"),
            ("exception.overruled", "kept: exceptions that an order overrules in part"),
            ("rule.never-matches", "kept as evidence: rules that never match"),
            ("regex.cost", "kept: expressions past their budget"),
        ] {
            if let count = findings[code], count > 0 { row("  \(name)", count) }
        }
    }

    private static func reasons(
        _ summary: CompileSummary, _ field: (CompileSummary.List) -> [String: Int]
    ) -> String {
        var counts: [String: Int] = [:]
        for list in summary.lists {
            for (reason, count) in field(list) { counts[reason, default: 0] += count }
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.map { "\($0.key) \(Terminal.grouped($0.value))" }.joined(separator: ", ")
    }

    private static func row(_ name: String, _ value: Int, _ note: String = "") {
        let number = Terminal.grouped(value)
        let padding = String(repeating: " ", count: max(0, 12 - number.count))
        Terminal.line(pad(name) + padding + number + (note.isEmpty ? "" : "  (\(note))"))
    }

    private static func pad(_ name: String) -> String {
        name + String(repeating: " ", count: max(1, 44 - name.count))
    }
}
