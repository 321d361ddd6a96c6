import Dispatch
import Foundation
import KhienCompiler
import KhienConfig
import KhienLists
import KhienModel
import KhienText
import Synchronization

/// What the operator names: a path with what is known about it.
struct ListRequest: Sendable {
    /// The configured list's name; nil: each file's own name.
    var name: String?
    var path: String
    var format: ListFormat?
    var category = ""
    var action = Action.block
    var authority = Authority.operator
    var isConfidential = false
    /// The operator has said that it may name nothing (`minimum-entries: 0`).
    var mayBeEmpty = false
}

/// Lists that were read and parsed, in the order of the requests and of the files' names.
struct LoadedLists {
    var lists: [SourceList] = []
    /// The configured list that each of `lists` belongs to.
    var sources: [String] = []
    var diagnostics: [Diagnostic] = []
    /// Lists that were not parsed, because the cache had them; nil: there was none.
    var cached: Int?
    /// For each of `lists` the place of its request.
    var requests: [Int] = []
    /// What each request's path turned out to be; nil: it could not be read, an error says why.
    var found: [FoundPath?] = []

    /// A path that was read.
    struct FoundPath {
        var files: Int
        /// Files that were passed over, each with a message.
        var passedOver: Int
    }
}

/// Reads and parses lists on all processors.
enum ListLoader {
    private struct Job: Sendable {
        var request: ListRequest
        /// The place of the request.
        var number: Int
        var file: ListFile
    }

    private struct Result: Sendable {
        var list: ParsedList?
        var error: Diagnostic?
    }

    /// - Parameters:
    ///   - suffixes: names of one label that are read, for the compiler to hold them.
    ///   - cache: the folder of parsed lists; nil: there is none.
    static func load(
        _ requests: [ListRequest], suffixes: PublicSuffixList?, cache folder: String? = nil,
        isQuiet: Bool
    ) -> LoadedLists {
        var loaded = LoadedLists()
        let cache = folder.flatMap { open($0, &loaded.diagnostics) }
        let names = suffixes.map { TopLevelNames($0) }
        var jobs: [Job] = []
        for (number, request) in requests.enumerated() {
            do throws(ListInputError) {
                let found = try ListInput.find(request.path)
                loaded.diagnostics += found.notes
                loaded.found.append(
                    LoadedLists.FoundPath(
                        files: found.files.count, passedOver: found.notes.count))
                jobs += found.files.map { Job(request: request, number: number, file: $0) }
            } catch {
                loaded.diagnostics.append(diagnostic(error))
                loaded.found.append(nil)
            }
        }
        for (job, result) in zip(jobs, parse(jobs, names, cache, isQuiet: isQuiet)) {
            if let error = result.error { loaded.diagnostics.append(error) }
            guard var list = result.list else {
                loaded.found[job.number] = nil
                continue
            }
            loaded.requests.append(job.number)
            if let name = job.request.name { list.name = Self.name(list.name, in: name) }
            loaded.diagnostics += list.report.diagnostics.map(lineFault)
            if let error = lostOrders(list) { loaded.diagnostics.append(error) }
            loaded.sources.append(job.request.name ?? list.name)
            loaded.lists.append(
                SourceList(
                    list, category: job.request.category, action: job.request.action,
                    authority: list.format == .orders ? .authority : job.request.authority,
                    isConfidential: job.request.isConfidential))
        }
        tellApart(&loaded, requests)
        cache?.removeUnused()
        loaded.cached = cache?.account.hits
        if let folder, let fault = cache?.account.fault {
            loaded.diagnostics.append(
                Diagnostic(
                    .warning, "cache.unusable", at: SourceLocation(file: folder),
                    "a parsed list cannot be kept, it is parsed again: \(fault)"))
        }
        return loaded
    }

    /// Lists of one name are called by their paths: a rule's id is made of its list's name, and two lists
    /// may hold the same rule.
    private static func tellApart(_ loaded: inout LoadedLists, _ requests: [ListRequest]) {
        let counts = Dictionary(loaded.lists.map { ($0.list.name, 1) }, uniquingKeysWith: +)
        for index in loaded.lists.indices {
            let name = loaded.lists[index].list.name
            guard counts[name] ?? 0 > 1, requests[loaded.requests[index]].name == nil else {
                continue
            }
            let path = loaded.lists[index].list.path
            loaded.lists[index].list.name = path
            if loaded.sources[index] == name { loaded.sources[index] = path }
        }
    }

    /// The cache in a folder; nil, and a warning, where it cannot be used. It saves time and nothing
    /// else, so lists are compiled all the same.
    private static func open(_ folder: String, _ diagnostics: inout [Diagnostic]) -> ListCache? {
        do throws(ListInputError) {
            return try ListCache(folder: folder, parser: ownVersion())
        } catch {
            var warning = diagnostic(error)
            warning.severity = .warning
            diagnostics.append(warning)
            return nil
        }
    }

    /// Names this very program: another build may parse otherwise, and then reads nothing of what this
    /// one kept.
    private static func ownVersion() -> String {
        let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let time = attributes[.modificationDate] as? Date
            return "\(attributes[.size] ?? 0) \(time?.timeIntervalSince1970 ?? 0)"
        } catch {
            // Nothing in common with any other run: nothing is taken from the cache.
            return UUID().uuidString
        }
    }

    /// A file of a configured folder keeps its place below it: `ut1` and `x/gambling/domains` give
    /// `ut1/gambling/domains`; a single file is called as its list is.
    private static func name(_ found: String, in configured: String) -> String {
        guard let slash = found.firstIndex(of: "/") else { return configured }
        return configured + found[slash...]
    }

    private static func parse(
        _ jobs: [Job], _ names: TopLevelNames?, _ cache: ListCache?, isQuiet: Bool
    ) -> [Result] {
        let results = Mutex([Result?](repeating: nil, count: jobs.count))
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        let progress = ProgressBar(
            isQuiet ? [] : jobs.map { (name: $0.file.name, bytes: $0.file.storedByteCount) })
        DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
            let job = jobs[index]
            let result: Result
            do throws(ListInputError) {
                var file = job.file
                file.options.now = now
                file.options.topLevelNames = names
                file.options.isConfidential = job.request.isConfidential
                if progress.isShown {
                    file.options.progress = { progress.add($0, of: $1, in: index) }
                }
                result = Result(list: try parse(file, job.request.format, cache))
            } catch {
                result = Result(error: diagnostic(error))
            }
            results.withLock { $0[index] = result }
            progress.end(index)
        }
        return results.withLock { $0.map { $0 ?? Result() } }
    }

    private static func parse(
        _ file: ListFile, _ format: ListFormat?, _ cache: ListCache?
    ) throws(ListInputError) -> ParsedList {
        guard let cache else { return try file.parse(format: format) }
        return try cache.parse(file, format: format)
    }

    /// A wrong line does not make a list unusable: how many of them do, the guards say.
    private static func lineFault(_ diagnostic: Diagnostic) -> Diagnostic {
        guard diagnostic.severity == .error, diagnostic.location.line > 0 else { return diagnostic }
        var warning = diagnostic
        warning.severity = .warning
        return warning
    }

    /// Rows of an order file that could not be read: what they ordered is not in force, and whoever
    /// compiles must not take it for granted. It refuses no reload, for that would keep the other
    /// orders out.
    private static func lostOrders(_ list: ParsedList) -> Diagnostic? {
        let lost = list.report.rejected + list.report.unsupported
        guard list.format == .orders, lost > 0 else { return nil }
        let line = list.report.diagnostics.first { $0.location.line > 0 && $0.severity != .note }
        return Diagnostic(
            .error, "order.rejected",
            at: SourceLocation(file: list.path, line: line?.location.line ?? 0),
            "\(lost) of \(list.report.contentLines) rows of orders have no force: they cannot be "
                + "read (the warnings say why)")
    }

    private static func diagnostic(_ error: ListInputError) -> Diagnostic {
        Diagnostic(.error, error.code, at: SourceLocation(file: error.path), error.message)
    }

    /// The public suffix list, or a warning.
    static func suffixes(path: String) -> (list: PublicSuffixList?, warning: Diagnostic?) {
        guard let data = FileManager.default.contents(atPath: path) else {
            let warning = Diagnostic(
                .warning, "suffixes.missing", at: SourceLocation(file: path),
                "the public suffix list cannot be read; every last label counts as a suffix, "
                    + "which blurs third-party rules (Debian's package: publicsuffix)")
            return (nil, warning)
        }
        return (PublicSuffixList(parsing: [UInt8](data).span), nil)
    }
}
