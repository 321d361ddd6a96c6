import KhienModel

/// Finds the lists that a path stands for: a file, a folder or an archive, in the layouts of UT1
/// and e2guardian or in none.
public enum ListInput {
    /// What was found.
    public struct Found: Sendable {
        /// The lists, sorted by name.
        public var files: [ListFile]
        /// Files that were passed over, each with its reason.
        public var notes: [Diagnostic]
    }

    /// Finds the lists at `path`.
    ///
    /// - A folder is read with all below it. Hidden files are passed over; symbolic links are
    ///   followed only where they stay inside the folder.
    /// - A tar archive, compressed or not, is read like a folder.
    /// - Files of UT1 and e2guardian are recognised by their names in folders and archives and
    ///   where they are named themselves; UT1's category is the name of the folder around them.
    ///   `.Include<…>` of e2guardian is followed inside the folder.
    ///
    /// - Throws: the path does not exist, or is damaged, or over a limit.
    public static func find(_ path: String) throws(ListInputError) -> Found {
        guard let isFolder = FolderReader.isFolder(path) else {
            throw ListInputError("input.not-found", path: path, "there is no such file or folder")
        }
        if isFolder { return try folder(path) }
        return try archive(path, prefix: "") ?? single(path)
    }

    /// A folder, and each archive below it as a folder of its own.
    private static func folder(_ path: String) throws(ListInputError) -> Found {
        var plain: [Place] = []
        var archives: [Found] = []
        for place in try FolderReader.read(path) {
            let slash = place.relative.lastIndex(of: "/")
            let above = slash.map { "/" + place.relative[..<$0] } ?? ""
            let prefix = fileName(path) + above + "/"
            if let found = try archive("\(path)/\(place.relative)", prefix: prefix) {
                archives.append(found)
            } else {
                plain.append(place)
            }
        }
        var result = arrange(plain, root: fileName(path), base: path)
        if archives.isEmpty { return result }
        for found in archives {
            result.files += found.files
            result.notes += found.notes
        }
        result.files.sort { $0.name < $1.name }
        return result
    }

    /// The lists of a tar archive; nil where the file is none.
    ///
    /// - Parameter prefix: stands before the lists' names.
    private static func archive(
        _ path: String, prefix: String
    ) throws(ListInputError) -> Found? {
        guard isArchive(path) else { return nil }
        let bytes = try FileBytes.read(path)
        guard TarReader.isArchive(bytes) else { return nil }
        var places: [Place] = []
        for member in try TarReader.members(of: bytes, path: path) {
            if isHidden(member.name) { continue }
            places.append(
                Place(relative: member.name, content: .bytes(Array(bytes[member.content]))))
        }
        var found = arrange(places, root: archiveName(path), base: path)
        for index in found.files.indices {
            found.files[index].name = prefix + found.files[index].name
        }
        return found
    }

    /// A file below a folder or inside an archive.
    struct Place {
        var relative: String
        var content: ListFile.Content
    }

    private static func fileName(_ path: String) -> String {
        FormatDetector.fileName(path)
    }

    /// The name of an archive without its endings: `ut1.tar.zst` is `ut1`.
    private static func archiveName(_ path: String) -> String {
        var name = fileName(path)
        for ending in [".tgz", ".txz", ".tar"] where name.hasSuffix(ending) {
            name.removeLast(ending.utf8.count)
        }
        return name
    }

    /// Whether the file's name says that it is an archive; its first block must say so as well.
    private static func isArchive(_ path: String) -> Bool {
        let name = fileName(path)
        return name.hasSuffix(".tar") || name.hasSuffix(".tgz") || name.hasSuffix(".txz")
    }

    private static func isHidden(_ relative: String) -> Bool {
        relative.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    private static func single(_ path: String) -> Found {
        var options = ListParser.Options()
        if FormatDetector.byPath(path) == .ut1 {
            let parts = path.split(separator: "/")
            if parts.count >= 2 { options.category = String(parts[parts.count - 2]) }
        }
        let file = ListFile(name: fileName(path), path: path, options: options, content: .file)
        if let reason = unsupportedReason(path) {
            return Found(files: [], notes: [passedOver(path, reason)])
        }
        return Found(files: [file], notes: [])
    }

    private static func unsupportedReason(_ path: String) -> String? {
        let name = FormatDetector.fileName(path)
        if case .unsupported(let reason) = UT1Layout.role(fileName: name) { return reason }
        if case .unsupported(let reason) = E2GuardianLayout.part(fileName: name)?.role {
            return reason
        }
        return nil
    }

    /// The warning that a file counts for nothing.
    static func passedOver(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .warning, "input.passed-over", at: SourceLocation(file: path),
            "passed over: \(reason)")
    }

    /// Names the places, sorts them, and sorts out what is no list.
    private static func arrange(_ found: [Place], root: String, base: String) -> Found {
        var result = Found(files: [], notes: [])
        let places = found.sorted { $0.relative < $1.relative }
        // A layout's folder holds notes and scripts besides its lists; elsewhere every file counts.
        let isUT1 = places.contains { isUT1List($0.relative) }
        for place in places {
            let path = "\(base)/\(place.relative)"
            if let reason = unsupportedReason(place.relative) {
                result.notes.append(passedOver(path, reason))
                continue
            }
            var options = ListParser.Options()
            options.format = FormatDetector.byPath(place.relative)
            if isUT1, options.format == nil, !isOfOrders(path, place.content) {
                result.notes.append(passedOver(path, "not a part of the UT1 layout"))
                continue
            }
            let parts = place.relative.split(separator: "/")
            if options.format == .ut1 {
                options.category = parts.count >= 2 ? String(parts[parts.count - 2]) : root
            }
            result.files.append(
                ListFile(
                    name: name(root, place.relative), path: path, options: options,
                    content: place.content))
        }
        IncludeResolver.resolve(&result, base: base, root: root)
        return result
    }

    /// Whether a file beside a layout's lists has orders, which no folder keeps out of force.
    private static func isOfOrders(_ path: String, _ content: ListFile.Content) -> Bool {
        let file = ListFile(
            name: path, path: path, options: ListParser.Options(), content: content)
        do {
            let text = PreparedText(try file.load(), path: path)
            return FormatDetector.recognise(text, path: path) == .orders
        } catch {
            return false
        }
    }

    private static func isUT1List(_ relative: String) -> Bool {
        guard relative.contains("/") else { return false }
        guard let role = UT1Layout.role(fileName: FormatDetector.fileName(relative)) else {
            return false
        }
        if case .unsupported = role { return false }
        return true
    }

    /// `root/relative`; an archive that holds one folder of its own name does not repeat it.
    private static func name(_ root: String, _ relative: String) -> String {
        var name = relative
        for ending in [".gz", ".xz", ".zst"] where name.hasSuffix(ending) {
            name.removeLast(ending.utf8.count)
        }
        return name.hasPrefix(root + "/") ? name : "\(root)/\(name)"
    }
}
