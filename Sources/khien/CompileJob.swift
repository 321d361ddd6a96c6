import Foundation
import KhienCompiler
import KhienConfig
import KhienImage
import KhienLists
import KhienModel
import KhienService

/// Lists to image to summary: what `compile`, `check` and the daemon's child process do.
struct CompileJob {
    var requests: [ListRequest]
    var publicSuffixList = Configuration().publicSuffixList
    /// Hosts that no entry may block.
    var protectedNames: [String] = []
    /// Targets that are not held.
    var released: [String] = []
    /// Of confidential lists.
    var key: ListKey?
    var isQuiet = false
    /// Where parsed lists are kept; nil: nowhere.
    var cache: String?

    var isConfidential: Bool { requests.contains(where: \.isConfidential) }

    init(requests: [ListRequest]) { self.requests = requests }

    init(_ configuration: Configuration) {
        requests = configuration.lists.map { list in
            ListRequest(
                name: list.name, path: list.path,
                format: list.format == .auto ? nil : ListFormat(name: list.format.rawValue),
                category: list.category, action: list.action, authority: list.authority,
                isConfidential: list.isConfidential,
                mayBeEmpty: list.guards.minimumEntries == 0)
        }
        publicSuffixList = configuration.publicSuffixList
        protectedNames = configuration.protectedNames
        released = configuration.release
        if let host = configuration.blockPage.host { protectedNames.append(host) }
    }

    /// Compiles, and writes the image to `output`.
    ///
    /// - Parameter output: nil: nothing is written.
    func run(output: String?) throws(ImageError) -> CompileSummary {
        let start = ContinuousClock.now
        let suffixes = ListLoader.suffixes(path: publicSuffixList)
        var loaded = ListLoader.load(
            requests, suffixes: suffixes.list, cache: cache, isQuiet: isQuiet)
        if let warning = suffixes.warning { loaded.diagnostics.append(warning) }
        let compiled = try Compiler.compile(
            loaded.lists, suffixes: suffixes.list,
            protectedNames: protectedNames.map { Array($0.utf8) }, released: Set(released),
            key: key,
            now: UnixTime(seconds: Int64(Date().timeIntervalSince1970)))
        var summary = Self.summary(loaded, compiled.report)
        summary.diagnostics =
            emptyRequests(loaded, compiled.report).map { CompileSummary.Message($0) }
            + summary.diagnostics
        if let output {
            let created = UInt64(max(0, Date().timeIntervalSince1970))
            summary.bytes = try ImageWriter.write(
                compiled.sections, seed: compiled.seed, created: created, to: output)
            let fingerprint = try Image(path: output).fingerprint
            summary.fingerprint = RuleID(fingerprint).description
            summary.image = output
        }
        let duration = ContinuousClock.now - start
        summary.seconds =
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        return summary
    }

    /// Paths that name nothing at all: an empty file, an empty folder, nothing but comments. A download
    /// that failed looks so. A file without an entry inside a folder that has some is usual in
    /// published collections and is not told; one whose every line is wrong is, by `summary`.
    private func emptyRequests(_ loaded: LoadedLists, _ report: CompileReport) -> [Diagnostic] {
        var names = [Bool](repeating: false, count: requests.count)
        for (index, request) in loaded.requests.enumerated() {
            let lines = loaded.lists[index].list.report.contentLines
            if lines > 0 || report.refusedByList[index] != nil { names[request] = true }
        }
        return requests.indices.compactMap { index in
            guard let found = loaded.found[index], !names[index], !requests[index].mayBeEmpty
            else { return nil }
            let what =
                switch (found.files, found.passedOver) {
                case (0, 0): "there is no file in it"
                case (0, let count): "nothing in it is a list (files passed over: \(count))"
                case (1, _): "the list is empty: no line of it names anything"
                case (let count, _): "all \(count) files in it are empty"
                }
            return Diagnostic(
                .warning, "list.no-entries", at: SourceLocation(file: requests[index].path), what)
        }
    }

    private static func summary(
        _ loaded: LoadedLists, _ report: CompileReport
    ) -> CompileSummary {
        var summary = CompileSummary(
            entries: report.entries, orders: report.orders, duplicates: report.duplicates,
            cancelled: report.cancelled, notCompiled: report.notCompiled,
            held: report.held, notConfidential: report.notConfidential,
            unindexedPatterns: report.unindexedPatterns, unindexedRegexes: report.unindexedRegexes)
        summary.cached = loaded.cached
        summary.refusedExceptions = report.refusedExceptions
        summary.neverMatching = report.neverMatching
        summary.findings = Dictionary(
            uniqueKeysWithValues: report.findings.map { ($0.key.code, $0.value) })
        summary.entriesByKind = Dictionary(
            uniqueKeysWithValues: report.entriesByKind.map { ($0.key.name, $0.value) })
        for (index, info) in report.lists.enumerated() {
            let list = loaded.lists[index].list
            var entry = CompileSummary.List(
                source: loaded.sources[index], info: info, list.report)
            entry.refused = report.refusedByList[index]
            let cancelling = list.adblockRules.count { $0.traits.contains(.badFilter) }
            entry.keptOut = report.keptOutByList[index] ?? (cancelling > 0 ? cancelling : nil)
            summary.lists.append(entry)
            // A list that names nothing is a mistake, wherever it was made.
            if info.entries == 0, entry.refused == nil, entry.keptOut == nil,
                list.report.contentLines > 0
            {
                summary.diagnostics.append(
                    CompileSummary.Message(
                        Diagnostic(
                            .warning, "list.no-entries",
                            at: SourceLocation(file: list.path),
                            "none of \(list.report.contentLines) lines names anything that "
                                + "can be enforced")))
            }
        }
        summary.diagnostics += (loaded.diagnostics + report.diagnostics).map {
            CompileSummary.Message($0)
        }
        return summary
    }
}

extension CompileSummary.List {
    init(source: String, info: ListInfo, _ report: ListReport) {
        self.init(
            source: source, name: info.name, path: info.path, format: info.format,
            category: info.category, action: info.action.name,
            authority: info.authority == .authority ? "authority" : "operator",
            serial: info.serial, entries: Int(info.entries), lines: report.lines,
            blank: report.blank, comments: report.comments, structure: report.structure,
            cosmetic: report.cosmetic, accepted: report.accepted, repaired: report.repaired,
            rejected: report.rejected, unsupported: report.unsupported,
            repairs: Dictionary(
                uniqueKeysWithValues: report.repairs.map { ($0.key.name, $0.value) }),
            rejections: report.rejections, unsupportedReasons: report.unsupportedReasons,
            isComplete: report.isComplete)
    }
}
