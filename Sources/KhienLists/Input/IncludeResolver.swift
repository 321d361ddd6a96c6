import KhienModel

/// Follows `.Include<path>` of e2guardian lists inside one folder or archive.
///
/// e2guardian's paths are absolute on the machine that they were written for
/// (`/etc/e2guardian/lists/common/bannedsitelist`, `@E2CONFDIR@/…`); the file meant is the one
/// below our folder whose path is the longest end of it. An included file plays the part of the
/// file that includes it, but for phrase lists, whose names say what their lines do. What is not found stays as an
/// unsupported line of the report.
enum IncludeResolver {
    static func resolve(_ found: inout ListInput.Found, base: String, root: String) {
        // Every file of the layout is read once: those that their names show, and then those that they include,
        // wherever they stand. So a file plays the part of the one that includes it over the fewest others.
        var queue = found.files.indices.filter { found.files[$0].options.format == .e2guardian }
        var next = 0
        var followed = 0
        var included: Set<Int> = []
        var depths = [Int](repeating: 0, count: found.files.count)
        while next < queue.count {
            let current = queue[next]
            next += 1
            guard depths[current] < Limits.Lists.includeDepthMax else { continue }
            let file = found.files[current]
            let part = file.options.layoutFileName ?? FormatDetector.fileName(file.path)
            for (line, target) in includes(of: file) {
                guard followed < Limits.Lists.includeFilesMax,
                    let position = match(target, in: found.files, base: base)
                else { continue }
                followed += 1
                found.files[current].options.followedLines.insert(line)
                included.insert(position)
                if found.files[position].options.format == .e2guardian { continue }
                found.files[position].options.format = .e2guardian
                found.files[position].options.layoutFileName = part
                depths[position] = depths[current] + 1
                queue.append(position)
            }
        }
        dropPhrases(notIn: included, of: &found)
    }

    /// Where a folder has a list of phrase lists (`weightedphraselist`), e2guardian reads of the
    /// files in `phraselists/` those that it includes, and so do we: which languages and subjects
    /// are judged is the operator's choice. What lies beside such lists, has no name of the layout and is prose
    /// (README, notes) is no list either. A list of another format counts wherever it lies.
    private static func dropPhrases(notIn included: Set<Int>, of found: inout ListInput.Found) {
        let isMaster = found.files.map {
            $0.options.format == .e2guardian
                && E2GuardianLayout.isPhraseMaster(fileName: FormatDetector.fileName($0.path))
        }
        guard isMaster.contains(true) else { return }
        let folders = Set(
            found.files.indices.filter { isMaster[$0] }.map { folder(of: found.files[$0]) })
        var kept: [ListFile] = []
        for (index, file) in found.files.enumerated() {
            let name = FormatDetector.fileName(file.path)
            let mayBeStray =
                switch E2GuardianLayout.part(fileName: name)?.role {
                case .phrases: true
                case nil: file.options.format == nil && isBeside(folders, file)
                default: false
                }
            if !isMaster[index], !included.contains(index), mayBeStray,
                let reason = reasonToPassOver(file)
            {
                found.notes.append(ListInput.passedOver(file.path, reason))
            } else {
                kept.append(file)
            }
        }
        found.files = kept
    }

    /// Why a file that no phrase list includes is none of those in force; nil: its content is another list's, or
    /// cannot be read, which whoever reads it says.
    private static func reasonToPassOver(_ file: ListFile) -> String? {
        let bytes: [UInt8]
        do {
            bytes = try file.load()
        } catch {
            return nil
        }
        let text = PreparedText(bytes, path: file.path)
        let isOfPhrases = file.options.format == .e2guardian
        switch FormatDetector.recognise(text, path: file.path) {
        case nil where isOfPhrases: return "no phrase list includes it"
        case nil: return "no list's format is recognised in it, and no phrase list includes it"
        // Our own form is read wherever it lies.
        case .phrases where isOfPhrases || FormatDetector.hasPhraseLines(text.bytes.span):
            return "no phrase list includes it"
        default: return nil
        }
    }

    /// The path of the folder that a file lies in, with a slash.
    private static func folder(of file: ListFile) -> String {
        String(file.path.dropLast(FormatDetector.fileName(file.path).count))
    }

    /// Whether a file lies in one of these folders, below one, or in a tree of phrase lists. Other
    /// lists of the operator's may lie elsewhere in the same input, and count.
    private static func isBeside(_ folders: Set<String>, _ file: ListFile) -> Bool {
        file.path.contains("/phraselists/") || folders.contains { file.path.hasPrefix($0) }
    }

    /// The lines of a file that include others, and the paths they name. They are found in the text that is read
    /// as a list, whatever its encoding, and counted as its lines are.
    private static func includes(of file: ListFile) -> [(UInt32, String)] {
        let text = PreparedText(content(of: file), path: file.path)
        let bytes = text.bytes
        let span = bytes.span
        var result: [(UInt32, String)] = []
        var line: UInt32 = 0
        var start = 0
        while start < span.count {
            let end = span.firstIndex(of: text.lineEnd, in: start..<span.count) ?? span.count
            line += 1
            let content = span.trimmed(start..<end)
            start = end + 1
            guard span.hasPrefix(".include<", at: content.lowerBound, before: content.upperBound),
                let close = span.lastIndex(of: UInt8(ascii: ">"), in: content)
            else { continue }
            let path = span.copy(content.lowerBound + 9..<max(close, content.lowerBound + 9))
            result.append((line, String(decoding: path, as: UTF8.self)))
        }
        return result
    }

    /// The file's bytes; none where it cannot be read: the same error comes again, with its
    /// message, when the file is parsed.
    private static func content(of file: ListFile) -> [UInt8] {
        do {
            return try file.load()
        } catch {
            return []
        }
    }

    /// Components that two paths must have in common at their ends where neither is the other's
    /// end: `phraselists/french/badwords/weighted` in an archive that has a folder of its own.
    private static let commonPartsMin = 4

    /// The file whose path below `base` is the longest end of `target`; else one that has a long end
    /// in common with it.
    private static func match(_ target: String, in files: [ListFile], base: String) -> Int? {
        let wanted = target.split(separator: "/")
        guard !wanted.isEmpty, !wanted.contains("..") else { return nil }
        var best: (position: Int, length: Int)?
        for (position, file) in files.enumerated() {
            let parts = file.path.dropFirst(base.count + 1).split(separator: "/")
            let common = zip(wanted.reversed(), parts.reversed()).prefix { $0 == $1 }.count
            guard common == parts.count || common >= commonPartsMin else { continue }
            if common > best?.length ?? 0 { best = (position, common) }
        }
        return best?.position
    }
}
