import Foundation
import KhienModel

/// Lists the files below a folder.
enum FolderReader {
    /// All files below `path`, by their paths from it; not sorted.
    static func read(_ path: String) throws(ListInputError) -> [ListInput.Place] {
        let root = URL(filePath: path).resolvingSymlinksInPath().path
        var places: [ListInput.Place] = []
        var open: [(relative: String, depth: Int)] = [("", 0)]
        while let folder = open.popLast() {
            let full = folder.relative.isEmpty ? path : "\(path)/\(folder.relative)"
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: full)
            } catch {
                throw ListInputError("input.unreadable", path: full, "the folder cannot be read")
            }
            for name in names where !name.hasPrefix(".") {
                let relative = folder.relative.isEmpty ? name : "\(folder.relative)/\(name)"
                switch kind("\(path)/\(relative)", root: root) {
                case .folder:
                    guard folder.depth < Limits.Lists.folderDepthMax else {
                        throw ListInputError(
                            "input.over-limit", path: full, "the folders are nested too deeply")
                    }
                    open.append((relative, folder.depth + 1))
                case .file: places.append(ListInput.Place(relative: relative, content: .file))
                case .other: continue
                }
                if places.count > Limits.Lists.folderFilesMax {
                    throw ListInputError("input.over-limit", path: path, "too many files")
                }
            }
        }
        return places
    }

    private enum Kind {
        case file
        case folder
        case other
    }

    /// What stands at a path. A link counts as what it leads to, if that is a file below `root`;
    /// links to folders are not followed, they may lead in circles.
    private static func kind(_ path: String, root: String) -> Kind {
        guard let attributes = attributes(path) else { return .other }
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular: return .file
        case .typeDirectory: return .folder
        case .typeSymbolicLink:
            let target = URL(filePath: path).resolvingSymlinksInPath().path
            guard target.hasPrefix(root + "/"),
                Self.attributes(target)?[.type] as? FileAttributeType == .typeRegular
            else { return .other }
            return .file
        default: return .other
        }
    }

    /// Whether `path` is a folder, or a link to one; nil: there is nothing.
    static func isFolder(_ path: String) -> Bool? {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        return attributes(target).map { $0[.type] as? FileAttributeType == .typeDirectory }
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)
        } catch {
            return nil
        }
    }
}
