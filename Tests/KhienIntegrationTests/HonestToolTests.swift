import Foundation
import KhienService
import Testing

/// What the tool says of input that is nothing, unreadable or a slip: in words, and in its exit status.
@Suite(.alone, .serialized)
struct HonestToolTests {
    private static func image(_ folder: TemporaryFolder) throws -> String {
        try folder.write("good.txt", "casino.test\n")
        let path = folder.file("good.khien")
        #expect(try Command.khien("compile", "-o", path, folder.file("good.txt")).status == 0)
        return path
    }

    private static func link(_ folder: TemporaryFolder, _ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(name), withDestinationPath: target)
    }

    // MARK: images

    @Test func aFolderIsNoImage() throws {
        let folder = try TemporaryFolder()
        try folder.write("page.html", "<p>x")
        for arguments in [
            ["explain", "--image", folder.path, "http://a.test/"],
            ["match", "--image", folder.path, "--requests", "/dev/null"],
            ["scan", "--image", folder.path, folder.file("page.html")],
        ] {
            let result = try Command.run(Programs.khien, arguments)
            #expect(result.status == 1, "\(arguments)")
            let expected = "error: \(folder.path): is a folder; an image is one file\n"
            #expect(result.errors == expected)
        }
        let pipe = try Command.khien("explain", "--image", "/dev/null", "http://a.test/")
        #expect(pipe.status == 1 && pipe.errors.contains("/dev/null: is not a regular file"))
    }

    @Test func anImageThatCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        try folder.write("good.txt", "casino.test\n")
        try folder.write("there/x", "")
        let result = try Command.khien(
            "compile", "-o", folder.file("there"), "--report", folder.file("r.json"),
            folder.file("good.txt"))
        #expect(result.status == 1, "\(result.everything)")
        #expect(result.errors.contains("[image.unwritten]"), "\(result.errors)")
        let report = try ControlCoding.decode(CompileSummary.self, folder.read("r.json"))
        #expect(report.diagnostics.map(\.code) == ["image.unwritten"])
    }

    // MARK: lists that name nothing

    /// What is compiled, the status, and what is said of it.
    private static let empty: [(path: String, says: String?)] = [
        ("empty.txt", "the list is empty: no line of it names anything"),
        ("comments.txt", "the list is empty: no line of it names anything"),
        ("folder", "there is no file in it"), ("hidden", "there is no file in it"),
        ("two", "all 2 files in it are empty"), ("mixed", nil), ("good.txt", nil),
        ("wrong.txt", "none of 1 lines names anything that can be enforced"),
        ("../nothing", "there is no such file or folder"),
    ]

    @Test func listsThatNameNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write("lists/empty.txt", "")
        try folder.write("lists/comments.txt", "# nothing\n\n# yet\n")
        try folder.write("lists/hidden/.x", "a.test\n")
        try folder.write("lists/two/a.txt", "")
        try folder.write("lists/two/b.txt", "# none\n")
        try folder.write("lists/mixed/a.txt", "")
        try folder.write("lists/mixed/b.txt", "a.test\n")
        try folder.write("lists/good.txt", "a.test\n")
        try folder.write("lists/wrong.txt", "a b c\n")
        try FileManager.default.createDirectory(
            atPath: folder.file("lists/folder"), withIntermediateDirectories: false)
        for row in Self.empty {
            let path = folder.file("lists/" + row.path)
            let result = try Command.khien(
                "compile", "-o", folder.file("x.khien"), "--format", "domains", path)
            #expect(result.status == (row.says == nil ? 0 : 1), "\(path): \(result.everything)")
            if let says = row.says {
                #expect(result.errors.contains("\(path): "), "\(result.errors)")
                #expect(result.errors.contains(says), "\(result.errors)")
            } else {
                #expect(!result.errors.contains("list.no-entries"), "\(result.errors)")
            }
            // Whatever is said: the image is there.
            #expect(FileManager.default.fileExists(atPath: folder.file("x.khien")))
        }
    }

    /// The operator may say that a list may be empty; then nothing is said, and a reload takes it.
    @Test(arguments: [0, 1]) func anEmptyListUnderItsGuard(least: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "")
        try folder.write("good.txt", "a.test\n")
        try folder.write(
            "khien.yaml",
            "control: c.sock\nstate: state\nlists:\n  - { path: d.txt, format: domains,"
                + " guards: { minimum-entries: \(least) } }\n  - { path: good.txt }\n")
        let configuration = folder.file("khien.yaml")
        let compiled = try Command.khien(
            "compile", "--config", configuration, "-o", folder.file("x.khien"))
        #expect(compiled.status == Int32(least), "\(compiled.everything)")
        #expect(compiled.errors.contains("list.no-entries") == (least == 1))
        let checked = try Command.khien("check", "--config", configuration)
        #expect(checked.status == Int32(least), "\(checked.everything)")
    }

    // MARK: the cache

    @Test func aCacheThatCannotBeUsedIsTold() throws {
        let folder = try TemporaryFolder()
        let names = (0..<8_000).map { "n\($0).example.test\n" }.joined()
        try folder.write("d.txt", names)
        try folder.write("file", "")
        // A file in place of the folder; a folder in which nobody can make a file.
        let noFolder = "is no folder, and a folder was expected"
        let messages = [
            (folder.file("file"), "this \(noFolder)"),
            (folder.file("file/below/it"), "\(folder.file("file")) \(noFolder)"),
            ("", "the path is empty, and a folder was expected"),
            (
                "/proc/nothing/below",
                "the folder cannot be made in /proc: No such file or directory"
            ),
            ("/proc/self/fdinfo", "no file can be made in the folder"),
        ]
        for (cache, message) in messages {
            let result = try Command.khien(
                "compile", "-o", folder.file("x.khien"), "--cache", cache, folder.file("d.txt"))
            #expect(result.status == 0, "it costs time, no more: \(result.everything)")
            #expect(result.errors.contains("\(cache): warning: "), "\(result.errors)")
            let end = ": \(message) [cache.unusable]\n"
            #expect(result.errors.hasSuffix(end), "\(cache): \(result.errors)")
        }
        // Nothing is written to what is no folder.
        #expect(try folder.read("file").isEmpty)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "d.txt", "file", "x.khien",
            ])
        let good = try Command.khien(
            "compile", "-o", folder.file("x.khien"), "--cache", folder.file("c"),
            folder.file("d.txt"))
        #expect(good.status == 0 && !good.errors.contains("cache."), "\(good.errors)")
    }

    // MARK: names of one label

    private static let suffixes = "// ===BEGIN ICANN DOMAINS===\ncom\nvn\ncom.vn\n*.ck\n"

    @Test func topLevelNamesAreHeld() throws {
        let folder = try TemporaryFolder()
        try folder.write("suffixes.dat", Self.suffixes)
        try folder.write("d.txt", "com\na.test\n.vn\nlocalhost\nck\n*.com\n")
        let result = try Command.khien(
            "compile", "-o", folder.file("x.khien"), "--public-suffix-list",
            folder.file("suffixes.dat"), "--format", "domains", "--report", folder.file("r.json"),
            folder.file("d.txt"))
        #expect(result.status == 0, "\(result.everything)")
        let report = try ControlCoding.decode(CompileSummary.self, folder.read("r.json"))
        #expect(report.held == 4 && report.entries == 1)
        #expect(report.lists[0].rejections == ["host.single-label": 1])
        let held = report.diagnostics.filter { $0.code == "entry.held" }.map(\.line)
        #expect(held == [1, 3, 5, 6])
        let asked = try Command.khien(
            "match", "--image", folder.file("x.khien"), "--summary",
            input: "http://shop.com/\nhttp://com/\nhttp://a.vn/\nhttp://a.test/\n")
        #expect(asked.text == "block\t1\nallow\t3\n")
    }

    // MARK: rules without a pattern

    @Test func aRuleOfOptionsAloneHasAName() throws {
        let folder = try TemporaryFolder()
        try folder.write("r.txt", "*$script,domain=page.test\n@@*$image,domain=page.test\n")
        let image = folder.file("x.khien")
        #expect(
            try Command.khien(
                "compile", "-o", image, "--format", "adblock", folder.file("r.txt")
            ).status == 0)
        let matched = try Command.khien(
            "match", "--image", image, input: "http://a.test/\thttp://page.test/\tscript\n")
        #expect(matched.text == "block\turl\tr.txt:1\t*\thttp://a.test/\n", "\(matched.text)")
        let explained = try Command.khien(
            "explain", "--image", image, "--source", "http://page.test/", "--type", "image",
            "http://a.test/")
        #expect(explained.text.contains("allow pattern *  [r.txt"), "\(explained.text)")
    }

    // MARK: scan

    @Test func aScanGoesOn() throws {
        let folder = try TemporaryFolder()
        let image = try Self.image(folder)
        try folder.write("a.html", "<p>one")
        try folder.write("b.html", "<p>two")
        let missing = folder.file("missing.html")
        let arguments = [
            "scan", "--image", image, folder.file("a.html"), missing, folder.file("b.html"),
        ]
        let text = try Command.run(Programs.khien, arguments)
        #expect(text.status == 1)
        #expect(text.text.contains("a.html") && text.text.contains("b.html"), "\(text.text)")
        #expect(text.errors.hasPrefix("error: \(missing): cannot be read"), "\(text.errors)")
        let summary = try Command.run(Programs.khien, arguments + ["--summary"])
        #expect(summary.status == 1)
        #expect(summary.text.hasSuffix("2 pages, 0 condemned, 1 cannot be read\n"))
        let json = try Command.run(Programs.khien, arguments + ["--json"])
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]])
        #expect(rows.map { $0["isUnreadable"] as? Bool } == [false, true, false])
        #expect(rows[1]["file"] as? String == missing)
        let good = try Command.khien("scan", "--image", image, folder.file("a.html"))
        #expect(good.status == 0 && good.errors.isEmpty, "\(good.everything)")
    }

    @Test func linksAreFollowedAndCirclesAreNot() throws {
        let folder = try TemporaryFolder()
        let image = try Self.image(folder)
        try folder.write("pages/a.html", "<p>one")
        try folder.write("pages/inner/b.html", "<p>two")
        try folder.write("links/.keep", "x")
        try Self.link(folder, "links/a", to: folder.file("pages/a.html"))
        try Self.link(folder, "links/inner", to: folder.file("pages/inner"))
        try Self.link(folder, "links/circle", to: folder.file("links"))
        try Self.link(folder, "links/self", to: folder.file("links/self"))
        try Self.link(folder, "whole", to: folder.file("pages"))
        let links = try Command.khien("scan", "--image", image, "--summary", folder.file("links"))
        #expect(links.status == 1, "a link that leads to nothing is told")
        #expect(links.text.hasSuffix("3 pages, 0 condemned, 1 cannot be read\n"), "\(links.text)")
        #expect(links.errors.contains("links/self: the link leads to nothing"), "\(links.errors)")
        // A folder that is a link itself.
        let whole = try Command.khien("scan", "--image", image, "--summary", folder.file("whole"))
        #expect(whole.status == 0, "\(whole.everything)")
        #expect(whole.text.hasSuffix("2 pages, 0 condemned\n"), "\(whole.text)")
        try FileManager.default.createDirectory(
            atPath: folder.file("none"), withIntermediateDirectories: false)
        let none = try Command.khien("scan", "--image", image, folder.file("none"))
        #expect(none.status == 1 && none.errors.contains("there is no file in this folder"))
    }

    // MARK: explain --rule

    @Test func phraseRulesAreExplained() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "p.yaml",
            """
            category: gambling
            limit: 80
            rules:
              - phrase: Nhà Cái
                weight: 30
                layers: [title, text]
                views: [exact, plain]
                count-max: 2
                distance-min: 100
                scope: both
                times: mon-fri 07:00-17:00
              - phrase: nhà cái
                effect: ban
              - { phrase: con mèo, weight: 5 }

            """)
        let image = folder.file("x.khien")
        #expect(
            try Command.khien(
                "compile", "-o", image, "--format", "phrases", folder.file("p.yaml")
            ).status == 0)
        let found = try Command.khien("explain", "--image", image, "--rule", "NHÀ CÁI", "--json")
        #expect(found.status == 0, "\(found.everything)")
        let rules = try #require(
            try JSONSerialization.jsonObject(with: Data(found.output)) as? [[String: Any]])
        #expect(rules.count == 2)
        #expect(rules[0]["target"] as? String == "< nhà cái ><30>")
        #expect(rules[0]["line"] as? Int == 4 && rules[0]["weight"] as? Int == 30)
        #expect(rules[0]["layers"] as? [String] == ["title", "text"])
        #expect(rules[0]["views"] as? [String] == ["exact", "plain"])
        #expect(rules[0]["scope"] as? String == "both")
        #expect(rules[0]["countMax"] as? Int == 2 && rules[0]["distanceMin"] as? Int == 100)
        #expect(rules[0]["times"] as? [String] == ["mon,tue,wed,thu,fri 07:00-17:00"])
        #expect(rules[0]["group"] as? String == "gambling")
        #expect(rules[0]["groupLimit"] as? Int == 80)
        #expect(rules[1]["effect"] as? String == "ban" && rules[1]["weight"] == nil)
        #expect(rules[1]["scope"] as? String == "pages")
        let id = try #require(rules[0]["rule"] as? String)
        #expect(id.count == 16 && id != rules[1]["rule"] as? String)
        let one = try Command.khien("explain", "--image", image, "--rule", id)
        #expect(one.status == 0)
        for words in [
            "< nhà cái ><30>  [p.yaml:4]", "rule     \(id)",
            "weighs 30, 2 times at most, 100 bytes apart",
            "layers   title, text", "views    exact, plain", "scope    both",
            "times    mon,tue,wed,thu,fri 07:00-17:00", "group    gambling, limit 80",
        ] {
            #expect(one.text.contains(words), "\(words): \(one.text)")
        }
        let none = try Command.khien("explain", "--image", image, "--rule", "con chó")
        #expect(none.status == 1 && none.errors.contains("no phrase rule"))
        let both = try Command.khien("explain", "--image", image, "--rule", "x", "http://a.test/")
        #expect(both.status == 2)
    }

    // MARK: the daemon

    /// The key's fault is told, and nothing about lists that nobody tried to read.
    @Test(.enabled(if: Programs.areThere, Programs.comment))
    func aKeyThatCannotBeUsedIsWhatIsTold() throws {
        let site = try Site()
        try site.folder.write("secret.txt", "heimlich.test\n")
        let text = String(decoding: try site.folder.read("khien.yaml"), as: UTF8.self)
        try site.folder.write(
            "khien.yaml",
            text.replacing(
                "guards:", with: "  - { path: secret.txt, confidential: true }\nguards:"))
        try site.folder.write("state/lists.key", "short")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: site.folder.file("state/lists.key"))
        let reload = try site.daemon.reload("--accept-sizes")
        #expect(reload.status == 1)
        let lines = reload.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(reload.errors)")
        #expect(reload.errors.contains("lists.key"), "\(reload.errors)")
        #expect(reload.errors.contains("expected 16 bytes"), "\(reload.errors)")
        #expect(reload.text.contains("generation 1"), "\(reload.text)")
    }

    /// Where nothing was ever in force, no generation is named.
    @Test(.enabled(if: Programs.areThere, Programs.comment))
    func aFirstStartWithoutLists() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "")
        try folder.write(
            "khien.yaml",
            "listen: [ { explicit: \"127.0.0.1:0\" } ]\ncontrol: c.sock\nstate: state\n"
                + "lists: [ { path: d.txt, format: domains } ]\n")
        let result = try Command.run(
            Programs.khiend, ["--config", folder.file("khien.yaml")], seconds: 30)
        #expect(result.status != 0)
        #expect(!result.errors.contains("generation 0"), "\(result.errors)")
        #expect(result.errors.contains("nothing is in force"), "\(result.errors)")
    }
}
