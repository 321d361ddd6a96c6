import Foundation
import KhienLists
import Testing

/// `.Include<…>` of e2guardian: several in a file, of files that include others, in any order and encoding.
@Suite struct IncludeTests {
    /// The lists of a folder with these files, each as `name: what became of it`.
    private func lists(_ files: [(path: String, bytes: [UInt8])]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-includes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, bytes) in files {
            let url = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        return try ListInput.find(folder).files.map { file in
            let list = try file.parse()
            #expect(list.report.isConsistent)
            return "\(file.path.dropFirst(folder.count + 1)): \(GrammarTests.describe(list))"
        }
    }

    private func including(_ names: [String], _ last: String) -> [UInt8] {
        Array((names.map { ".Include</etc/e2guardian/lists/\($0)>\n" }.joined() + last).utf8)
    }

    private static func orders(_ names: [String]) -> [[String]] {
        guard names.count > 1 else { return [names] }
        return names.indices.flatMap { index in
            var others = names
            let first = others.remove(at: index)
            return orders(others).map { [first] + $0 }
        }
    }

    /// Files before the one that includes them and behind it, each with two of its own, which lie on both sides,
    /// too; one includes the file that all began with.
    @Test(arguments: orders(["aaa", "aab", "xxx", "yyy"]))
    func severalIncludesInAnyOrder(names: [String]) throws {
        let found = try lists([
            ("exceptionsitelist", including(names, "main.test\n")),
            ("aaa", including(["zz2", "zz1"], "aaa.test\n")),
            ("aab", including(["a01", "a02", "a03"], "aab.test\n")),
            ("xxx", including(["a02", "exceptionsitelist"], "xxx.test\n")),
            ("yyy", Array("yyy.test\n".utf8)), ("a01", including(["zz3", "a00"], "a01.test\n")),
            ("a00", Array("a00.test\n".utf8)), ("a02", Array("a02.test\n".utf8)),
            ("a03", Array("a03.test\n".utf8)), ("zz1", Array("zz1.test\n".utf8)),
            ("zz2", Array("zz2.test\n".utf8)), ("zz3", Array("zz3.test\n".utf8)),
        ])
        let including = ["a01", "aaa", "aab", "exceptionsitelist", "xxx"]
        let all = ["a00", "a01", "a02", "a03", "aaa", "aab", "exceptionsitelist"]
        let rest = ["xxx", "yyy", "zz1", "zz2", "zz3"]
        #expect(
            found
                == (all + rest).map { name in
                    let structure = including.contains(name) ? "structure " : ""
                    let host = name == "exceptionsitelist" ? "main" : name
                    return "\(name): \(structure)accepted @@domain \(host).test"
                })
    }

    private static func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit in
            let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return isLittle ? bytes : bytes.reversed()
        }
    }

    /// What is read as a list is looked through for includes as well: an exception would become a block.
    @Test(arguments: ["plain", "mark", "little", "big", "cr", "crlf"])
    func includesInAnyEncoding(form: String) throws {
        func encoded(_ text: String) -> [UInt8] {
            switch form {
            case "mark": Array("\u{FEFF}\(text)".utf8)
            case "little": Self.utf16(text, isLittle: true)
            case "big": Self.utf16(text, isLittle: false)
            case "cr": Array(text.replacing("\n", with: "\r").utf8)
            case "crlf": Array(text.replacing("\n", with: "\r\n").utf8)
            default: Array(text.utf8)
            }
        }
        let accepted = ["little", "big"].contains(form) ? "repaired utf-16" : "accepted"
        let found = try lists([
            (
                "exceptionsitelist",
                encoded(".Include</etc/e2guardian/lists/ourschools>\nccc.test\n")
            ), ("ourschools", Array("school.test\n".utf8)),
            (
                "weightedphraselist",
                encoded(".Include</etc/e2guardian/lists/phraselists/a/weighted>\n<xyz><5>\n")
            ), ("phraselists/a/weighted", Array("<abc><1>\n".utf8)),
            ("phraselists/b/weighted", Array("<def><1>\n".utf8)),
        ])
        #expect(
            found == [
                "exceptionsitelist: structure \(accepted) @@domain ccc.test",
                "ourschools: accepted @@domain school.test",
                "phraselists/a/weighted: accepted phrase <abc><1>",
                "weightedphraselist: structure \(accepted) phrase <xyz><5>",
            ])
    }
}
