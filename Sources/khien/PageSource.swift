import Foundation

/// Where a page comes from that `khien scan` reads: standard input, or a file.
struct PageSource {
    /// As it is shown; `-` is standard input.
    var path: String
    /// Why it cannot be read; nil: reading it will tell.
    private var fault: String?

    /// What could not be read, and why.
    struct Fault: Error {
        var path: String
        var reason: String
    }

    private init(_ path: String, fault: String? = nil) {
        self.path = path
        self.fault = fault
    }

    func read() throws(Fault) -> [UInt8] {
        if let fault { throw Fault(path: path, reason: fault) }
        do {
            // A pipe as well, which has no length.
            let handle =
                path == "-"
                ? FileHandle.standardInput
                : try FileHandle(forReadingFrom: URL(filePath: path))
            return [UInt8](try handle.readToEnd() ?? Data())
        } catch {
            throw Fault(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }

    /// What the arguments stand for, in their order; the files of a folder in the order of their names.
    static func all(_ arguments: [String]) -> [PageSource] {
        arguments.flatMap { argument in
            if argument == "-" { return [PageSource(argument)] }
            // Named by itself it may be a pipe as well (`<(…)` of a shell).
            guard kind(argument) == .folder else { return [PageSource(argument)] }
            let found = below(argument)
            return found.isEmpty
                ? [PageSource(argument, fault: "there is no file in this folder")] : found
        }
    }

    private enum Kind {
        case file
        case folder
        case other
        case missing
    }

    /// What stands at a path, or where the link there leads.
    private static func kind(_ path: String) -> Kind {
        switch attributes(path)?[.type] as? FileAttributeType {
        case .typeRegular: .file
        case .typeDirectory: .folder
        case nil, .typeSymbolicLink: .missing
        default: .other
        }
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        do {
            return try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        } catch {
            return nil
        }
    }

    /// The files below a folder. Links are followed; a folder that was read already is not read again,
    /// so that links which lead in circles come to an end.
    private static func below(_ root: String) -> [PageSource] {
        var found: [PageSource] = []
        var seen: Set<[UInt64]> = []
        var open = [root]
        while let folder = open.popLast() {
            if let identity = identity(folder), !seen.insert(identity).inserted { continue }
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: folder)
            } catch {
                let reason = "the folder cannot be read: \(error.localizedDescription)"
                found.append(PageSource(folder, fault: reason))
                continue
            }
            for name in names.sorted() {
                let path = folder + (folder.hasSuffix("/") ? "" : "/") + name
                switch kind(path) {
                case .file: found.append(PageSource(path))
                case .folder: open.append(path)
                case .other: continue
                case .missing:
                    found.append(PageSource(path, fault: "the link leads to nothing"))
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// What tells a folder from all others, whatever path leads to it.
    private static func identity(_ path: String) -> [UInt64]? {
        let found = attributes(path)
        guard let device = found?[.systemNumber] as? NSNumber,
            let file = found?[.systemFileNumber] as? NSNumber
        else { return nil }
        return [device.uint64Value, file.uint64Value]
    }
}
