import Crypto
import Foundation
import KhienModel
import Synchronization

/// Parsed lists in a folder, so that what did not change is not parsed again.
///
/// A file is named by its key: the SHA-256 of the list's bytes as they are stored (compressed ones are
/// not even expanded), with everything else that parsing depends on: path, name, format, category,
/// included lines, and which program parses. What cannot be read, for whatever reason, is parsed again.
///
/// Confidential lists are never kept: the file holds clear text. Orders are not either: their expiry is
/// noted when they are read. Files have mode 0600, are written aside and renamed, and go when a
/// compilation has not used them.
public final class ListCache: Sendable {
    private let folder: String
    private let parser: String
    private let state = Mutex(State())

    private struct State {
        var used: Set<String> = []
        var bytes = 0
        var hits = 0
        var stored = 0
        /// The hash of the top-level names that lists are read with.
        var topLevelNames: String?
        /// Why the first list that could not be kept was not.
        var fault: String?
    }

    /// What became of the lists.
    public struct Account: Sendable, Equatable {
        /// Lists that were not parsed, because the folder had them.
        public var hits: Int
        /// Lists that were parsed and kept.
        public var stored: Int
        /// Why a list could not be kept, where one could not; nil: all were that had to be.
        public var fault: String?
    }

    private static let ending = ".parsed"

    /// - Parameters:
    ///   - folder: made where it is missing, mode 0700.
    ///   - parser: names the program that parses; another one reads nothing of this one's.
    /// - Throws: `cache.unusable` where the folder cannot be made or read: compiling can go on without.
    public init(folder: String, parser: String) throws(ListInputError) {
        self.folder = folder
        self.parser = parser
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            _ = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ListInputError(
                "cache.unusable", path: folder,
                "cannot keep parsed lists, each is parsed again: \(Self.obstacle(folder, error))")
        }
        let size = files().reduce(0) { $0 + $1.bytes }
        state.withLock { $0.bytes = size }
    }

    /// What stands in the way of a folder that cannot be made or read, in words.
    private static func obstacle(_ folder: String, _ error: any Error) -> String {
        if folder.isEmpty { return "the path is empty, and a folder was expected" }
        let why = reason(error).map { ": \($0)" } ?? ""
        var path = folder
        while !path.isEmpty, path != "/" {
            if let type = type(of: path) {
                guard type == .typeDirectory else {
                    let what = path == folder ? "this" : path
                    return "\(what) is no folder, and a folder was expected"
                }
                return path == folder
                    ? "the folder cannot be read\(why)"
                    : "the folder cannot be made in \(path)\(why)"
            }
            path = (path as NSString).deletingLastPathComponent
        }
        return "the folder cannot be made\(why)"
    }

    /// nil: there is nothing.
    private static func type(of path: String) -> FileAttributeType? {
        do {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).resolvingSymlinksInPath().path)
            return attributes[.type] as? FileAttributeType
        } catch {
            return nil
        }
    }

    /// The system's word for a failure of Foundation's; nil: it has none.
    private static func reason(_ error: any Error) -> String? {
        guard let cause = (error as? CocoaError)?.underlying as? POSIXError else { return nil }
        return (cause as NSError).localizedFailureReason
    }

    public var account: Account {
        state.withLock { Account(hits: $0.hits, stored: $0.stored, fault: $0.fault) }
    }

    /// Reads and parses a list, or takes it from the folder.
    public func parse(
        _ file: ListFile, format: ListFormat? = nil
    ) throws(ListInputError) -> ParsedList {
        var file = file
        let stored = try file.stored()
        var options = file.options
        if let format { options.format = format }
        if options.isConfidential || options.format == .orders
            || stored.count < Limits.Cache.listBytesMin
        {
            return try file.parse(stored: stored, format: format)
        }
        let key = key(stored, file, options)
        let name = key.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        if let list = read(name, key) {
            state.withLock { state in
                state.hits += 1
                state.used.insert(name)
            }
            return list
        }
        file.options = options
        let list = try file.parse(stored: stored, format: format)
        store(list, name, key)
        return list
    }

    /// Removes what no list of this compilation used.
    public func removeUnused() {
        let used = state.withLock { $0.used }
        for file in files() where !used.contains(String(file.name.dropLast(Self.ending.count))) {
            remove(file.name)
        }
    }

    // MARK: Files

    private func files() -> [(name: String, bytes: Int)] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(Self.ending) || $0.hasSuffix(Self.ending + ".new") }
                .map { name in
                    let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
                    return (name, (attributes[.size] as? NSNumber)?.intValue ?? 0)
                }
        } catch {
            return []
        }
    }

    private func path(_ name: String) -> String { folder + "/" + name }

    private func remove(_ name: String) {
        do {
            try FileManager.default.removeItem(atPath: path(name))
        } catch {
            // It takes room and is read by nobody: the next compilation tries again.
            return
        }
    }

    private func read(_ name: String, _ key: [UInt8]) -> ParsedList? {
        let path = path(name + Self.ending)
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
            guard let size, size.intValue <= Limits.Cache.fileBytesMax else { return nil }
            let data = try Data(contentsOf: URL(filePath: path))
            return CachedList.decode([UInt8](data), key: key)
        } catch {
            return nil
        }
    }

    private func store(_ list: ParsedList, _ name: String, _ key: [UInt8]) {
        guard CachedList.canKeep(list) else { return }
        let size = list.entries.text.count + list.entries.records.count * 16
        let mayStore = state.withLock { state in
            guard state.bytes + size <= Limits.Cache.folderBytesMax else { return false }
            state.bytes += size
            return true
        }
        guard mayStore else { return }
        let new = path(name + Self.ending + ".new")
        do {
            guard
                FileManager.default.createFile(
                    atPath: new, contents: nil, attributes: [.posixPermissions: 0o600])
            else { return note("no file can be made in the folder") }
            let handle = try FileHandle(forWritingTo: URL(filePath: new))
            let isWhole = try CachedList.write(list, key: key) { piece in
                try handle.write(contentsOf: Data(piece))
            }
            try handle.close()
            guard isWhole else { return remove(name + Self.ending + ".new") }
            if FileManager.default.fileExists(atPath: path(name + Self.ending)) {
                remove(name + Self.ending)
            }
            try FileManager.default.moveItem(atPath: new, toPath: path(name + Self.ending))
            state.withLock { state in
                state.stored += 1
                state.used.insert(name)
            }
        } catch {
            // A full disk costs time at the next compilation, nothing else; that is told.
            remove(name + Self.ending + ".new")
            note(Self.reason(error) ?? error.localizedDescription)
        }
    }

    /// Those of the last list that was asked for: all lists of a compilation share them.
    private func topLevelNames(_ options: ListParser.Options) -> String {
        guard let names = options.topLevelNames else { return "" }
        if let known = state.withLock({ $0.topLevelNames }) { return known }
        var hash = SHA256()
        for name in names.sorted { hash.update(data: name + [Byte.dot]) }
        let text = hash.finalize().map { String($0, radix: 16) }.joined(separator: " ")
        state.withLock { $0.topLevelNames = text }
        return text
    }

    private func note(_ fault: String) {
        state.withLock { state in
            if state.fault == nil { state.fault = fault }
        }
    }

    /// Everything that the result of parsing depends on.
    private func key(
        _ stored: [UInt8], _ file: ListFile, _ options: ListParser.Options
    ) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: stored)
        var key = SHA256()
        key.update(data: Array(hash.finalize()))
        let lines = options.followedLines.sorted().map { "\($0)" }.joined(separator: ",")
        for text in [
            parser, "\(CachedList.version)", file.name, file.path, options.format?.name ?? "",
            options.category ?? "", options.category == nil ? "" : "category", lines,
            options.layoutFileName ?? "", topLevelNames(options),
        ] {
            let bytes = Array(text.utf8)
            key.update(data: Array("\(bytes.count):".utf8) + bytes)
        }
        return Array(key.finalize())
    }
}
