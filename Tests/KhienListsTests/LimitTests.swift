import Foundation
import KhienLists
import KhienModel
import Testing

/// Each limit of lists, at it and one past it. The longest line, the most names on a line and
/// decompression bombs stand with their subjects; the size of all text of one list (2 GiB) is the
/// one limit without a test.
@Suite struct LimitTests {
    @Test(arguments: [
        (Limits.Lists.domainsPerRuleMax, "accepted"),
        (Limits.Lists.domainsPerRuleMax + 1, "rejected option.domain-count"),
    ])
    func theMostDomainsOfARule(count: Int, expected: String) {
        let names = (0..<count).map { "a\(String($0, radix: 36)).t" }.joined(separator: "|")
        #expect(names.utf8.count < Limits.Lists.lineBytesMax)
        let outcome = GrammarTests.outcome("/x$domain=\(names)", .adblock)
        #expect(outcome.hasPrefix(expected))
    }

    /// Unicode grows threefold where it is escaped; what counts is what is stored.
    @Test(arguments: [
        (Limits.Lists.patternBytesMax, "accepted"),
        (Limits.Lists.patternBytesMax + 6, "rejected rule.too-long"),
    ])
    func theLongestPattern(length: Int, expected: String) {
        let text = "a.test/" + String(repeating: "đ", count: (length - 7) / 6)
        let padding = String(repeating: "x", count: (length - 7) % 6)
        let outcome = GrammarTests.outcome("||\(text)\(padding)", .adblock)
        #expect(outcome.contains(expected) || outcome.hasPrefix("repaired"))
        #expect(outcome.hasPrefix("rejected") == expected.hasPrefix("rejected"))
        var options = ListParser.Options()
        options.format = .adblock
        let list = ListParser.parse(
            Array("||\(text)\(padding)".utf8), name: "", path: "", options: options)
        #expect(list.entries.text.count == (expected == "accepted" ? length : 0))
    }

    @Test(arguments: [
        (Limits.Lists.conditionDepthMax, "structure accepted domain a.test"),
        (Limits.Lists.conditionDepthMax + 1, "structure unsupported adblock.preprocessor"),
    ])
    func theMostNestedConditions(depth: Int, expected: String) {
        let text =
            String(repeating: "!#if true\n", count: depth) + "||a.test^\n"
            + String(repeating: "!#endif\n", count: depth)
        #expect(GrammarTests.outcome(text, .adblock) == expected)
    }

    @Test(arguments: [
        (Limits.Lists.conditionBytesMax, true), (Limits.Lists.conditionBytesMax + 1, false),
    ])
    func theLongestCondition(length: Int, isTaken: Bool) {
        let condition =
            "true" + String(repeating: "|", count: 0)
            + String(repeating: " ", count: length - 8) + "&&!x"
        #expect(condition.utf8.count == length)
        let outcome = GrammarTests.outcome("!#if \(condition)\n||a.test^\n!#endif", .adblock)
        #expect(outcome.contains("domain a.test") == isTaken)
    }

    @Test(arguments: [
        (Limits.Lists.orderFieldsMax, "order.header"),
        (Limits.Lists.orderFieldsMax + 1, "order.column-count"),
    ])
    func theMostFieldsOfARow(count: Int, code: String) {
        let text = "order,target" + String(repeating: ",x", count: count - 2)
        #expect(GrammarTests.outcome(text, .orders) == "rejected \(code)")
    }

    @Test(arguments: [9, 10, 11])
    func theMostMessagesOfACode(lines: Int) {
        var options = ListParser.Options()
        options.format = .domains
        let text = String(repeating: "a b\n", count: lines)
        let list = ListParser.parse(Array(text.utf8), name: "", path: "", options: options)
        #expect(list.report.rejections == ["host.space": lines])
        #expect(list.report.diagnostics.count == min(lines, Limits.Lists.diagnosticsMax))
    }

    @Test(arguments: [(-1, false), (0, false), (1, true)])
    func theLongestQuote(extra: Int, isCut: Bool) throws {
        let length = Limits.Lists.quoteBytesMax + extra
        var options = ListParser.Options()
        options.format = .hosts
        let text = String(repeating: "x", count: length)
        let list = ListParser.parse(Array(text.utf8), name: "", path: "", options: options)
        let message = try #require(list.report.diagnostics.first?.message)
        #expect(message.contains("…") == isCut)
    }

    // MARK: Files and folders

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-limits-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func code(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch {
            return (error as? ListInputError)?.code ?? "\(error)"
        }
    }

    /// Sparse: it takes no room. One at the limit would be read, and needs a gigabyte of memory.
    @Test func aFileOverTheLimitIsNotRead() throws {
        try withFolder { folder in
            let path = "\(folder)/list.txt"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.truncate(atOffset: UInt64(Limits.Lists.fileBytesMax + 1))
            try handle.close()
            let file = try #require(try ListInput.find(path).files.first)
            #expect(code { _ = try file.load() } == "input.over-limit")
        }
    }

    @Test(arguments: [(0, "none"), (1, "input.over-limit")])
    func theMostNestedFolders(extra: Int, expected: String) throws {
        try withFolder { folder in
            let depth = Limits.Lists.folderDepthMax + extra
            let path = folder + String(repeating: "/f", count: depth)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            try Data("a.test\n".utf8).write(to: URL(filePath: "\(path)/list.txt"))
            #expect(code { _ = try ListInput.find(folder) } == expected)
        }
    }

    /// A header and no content: members of no bytes, 512 bytes each.
    @Test(arguments: [(0, "none"), (1, "input.over-limit")])
    func theMostMembersOfAnArchive(extra: Int, expected: String) throws {
        try withFolder { folder in
            var header = [UInt8](repeating: 0, count: 512)
            header.replaceSubrange(0..<5, with: "a.txt".utf8)
            header.replaceSubrange(124..<135, with: "00000000000".utf8)
            header[156] = UInt8(ascii: "0")
            header.replaceSubrange(257..<265, with: Array("ustar\0".utf8) + Array("00".utf8))
            header.replaceSubrange(148..<156, with: [UInt8](repeating: 32, count: 8))
            let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
            header.replaceSubrange(148..<155, with: Array("00\(sum)".utf8) + [0])
            var archive: [UInt8] = []
            for _ in 0..<Limits.Lists.archiveMembersMax + extra { archive += header }
            try Data(archive).write(to: URL(filePath: "\(folder)/x.tar"))
            #expect(code { _ = try ListInput.find("\(folder)/x.tar") } == expected)
        }
    }

    @Test func theMostFilesOfAFolder() throws {
        try withFolder { folder in
            for number in 0..<Limits.Lists.folderFilesMax {
                let descriptor = open("\(folder)/\(number)", O_CREAT | O_WRONLY, 0o600)
                try #require(descriptor >= 0)
                close(descriptor)
            }
            #expect(code { _ = try ListInput.find(folder) } == "none")
            try Data().write(to: URL(filePath: "\(folder)/more"))
            #expect(code { _ = try ListInput.find(folder) } == "input.over-limit")
        }
    }

    /// A GNU long name, of so many bytes with its NUL.
    @Test(arguments: [(0, "none"), (1, "input.over-limit")])
    func theLongestNameOfAMember(extra: Int, expected: String) throws {
        try withFolder { folder in
            func member(_ type: String, _ content: [UInt8]) -> [UInt8] {
                var header = [UInt8](repeating: 0, count: 512)
                header.replaceSubrange(0..<5, with: "a.txt".utf8)
                let size = String(content.count, radix: 8)
                let digits = String(repeating: "0", count: 11 - size.count) + size
                header.replaceSubrange(124..<135, with: digits.utf8)
                header.replaceSubrange(156..<157, with: type.utf8)
                header.replaceSubrange(257..<265, with: Array("ustar  \0".utf8))
                header.replaceSubrange(148..<156, with: [UInt8](repeating: 32, count: 8))
                let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
                header.replaceSubrange(
                    148..<155,
                    with: Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8) + [0])
                let padding = (512 - content.count % 512) % 512
                return header + content + [UInt8](repeating: 0, count: padding)
            }
            let name = [UInt8](
                repeating: UInt8(ascii: "x"), count: Limits.Lists.archiveHeaderBytesMax - 1 + extra)
            let archive = member("L", name + [0]) + member("0", Array("a.test\n".utf8))
            try Data(archive).write(to: URL(filePath: "\(folder)/x.tar"))
            #expect(code { _ = try ListInput.find("\(folder)/x.tar") } == expected)
            if extra == 0 {
                let found = try ListInput.find("\(folder)/x.tar").files.first
                #expect(found?.name.utf8.count == name.count + 2)
            }
        }
    }

    /// A list that includes one that includes one ...: so deep, and what lies deeper is unsupported.
    @Test(arguments: [(0, 0), (1, 1)]) func theDeepestInclude(extra: Int, unsupported: Int) throws {
        try withFolder { folder in
            let depth = Limits.Lists.includeDepthMax + extra
            func list(_ number: Int) -> String {
                let next = number < depth ? ".Include</etc/lists/sub/l\(number + 1)>\n" : ""
                return next + "n\(number).test\n"
            }
            try FileManager.default.createDirectory(
                atPath: folder + "/sub", withIntermediateDirectories: true)
            try Data(list(0).utf8).write(to: URL(filePath: folder + "/bannedsitelist"))
            for number in 1...depth {
                try Data(list(number).utf8).write(to: URL(filePath: folder + "/sub/l\(number)"))
            }
            let lists = try ListInput.find(folder).files.map { try $0.parse() }
            #expect(lists.count == depth + 1)
            let left = lists.map(\.report.unsupported).reduce(0, +)
            #expect(left == unsupported)
        }
    }

    @Test(arguments: [(0, 0), (1, 1)]) func theMostIncludes(extra: Int, unsupported: Int) throws {
        try withFolder { folder in
            let count = Limits.Lists.includeFilesMax + extra
            try FileManager.default.createDirectory(
                atPath: folder + "/sub", withIntermediateDirectories: true)
            var main = ""
            for number in 0..<count {
                main += ".Include</etc/lists/sub/l\(number)>\n"
                try Data("n\(number).test\n".utf8)
                    .write(to: URL(filePath: folder + "/sub/l\(number)"))
            }
            try Data(main.utf8).write(to: URL(filePath: folder + "/bannedsitelist"))
            let lists = try ListInput.find(folder).files.map { try $0.parse() }
            let first = try #require(lists.first { $0.path.hasSuffix("bannedsitelist") })
            #expect(first.report.structure == Limits.Lists.includeFilesMax)
            #expect(first.report.unsupportedReasons["e2guardian.include"] ?? 0 == unsupported)
        }
    }
}
