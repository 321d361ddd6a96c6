import Foundation
import KhienService
import Synchronization
import Testing

/// New lists come in without anyone noticing, and bad ones do not come in.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct ReloadTests {
    private static let names = (0..<200).map { "name\($0).operator.test" }

    private static func lines(_ names: some Sequence<String>) -> String {
        names.joined(separator: "\n") + "\n"
    }

    /// A site whose operator's list is `names`.
    private static func site(arguments: [String] = []) throws -> Site {
        let site = try Site(arguments: arguments)
        try site.folder.write("operator.txt", lines(names))
        // More entries than the guard of growth lets in by itself.
        let reload = try site.daemon.reload("--accept-sizes")
        #expect(reload.status == 0, "\(reload.everything)")
        return site
    }

    private static func isBlocked(_ site: Site, _ host: String) throws -> Bool {
        try site.daemon.request("http://\(host)/").status == 403
    }

    /// An image that was replaced is let go: its memory, and its space on disk. The last request of
    /// a connection may hold it for a moment.
    @Test func replacedImagesAreLetGo() throws {
        let site = try Self.site()
        for round in 0..<3 {
            try site.folder.write("operator.txt", Self.lines(Self.names + ["new\(round).test"]))
            #expect(try site.daemon.reload().status == 0)
            #expect(try Self.isBlocked(site, "new\(round).test"))
            let maps = "/proc/\(site.daemon.child.pid)/maps"
            let images = try eventually {
                // Foundation reads no more than one page of a file that says it is empty.
                let lines = try Command.run("/bin/cat", [maps]).lines
                let mapped = lines.filter { $0.contains("current.khien") }
                return mapped.count == 1 && !mapped[0].contains("(deleted)")
            }
            #expect(images, "after reload \(round)")
        }
    }

    /// An order comes into force although the only exception of a list contradicts it; whoever looks
    /// at the status sees the exception refused.
    @Test func aContradictingExceptionStopsNoOrder() throws {
        let site = try Site(
            lists: "  - { path: exceptions.txt, format: domains, action: allow }",
            files: ["exceptions.txt": "www.new.order.test\n"])
        #expect(try site.daemon.request("http://www.new.order.test/").status == 502)
        let orders = String(decoding: try site.folder.read("orders.csv"), as: UTF8.self)
        try site.folder.write(
            "orders.csv",
            orders + "13/QĐ-VD,,,2026-01-05,,,gambling,block,domain,new.order.test,x@so.example\n")
        let check = try Command.khien(
            "check", "--config", site.folder.file("khien.yaml"))
        #expect(check.status == 0, "\(check.everything)")
        #expect(check.errors.contains("[exception.refused]"))
        let reload = try site.daemon.reload()
        #expect(reload.status == 0, "\(reload.everything)")
        #expect(try site.daemon.request("http://www.new.order.test/").status == 451)
        let told = try #require(try site.daemon.status().lastReload)
        #expect(told.outcome == "in force")
        #expect(told.diagnostics.first?.code == "exception.refused")
        #expect(told.diagnostics.first?.severity == "error")
    }

    /// A letter of which no row has force keeps no other one out; a file whose columns are not
    /// understood, or that is empty, is refused whole.
    @Test func aWrongOrderKeepsNoOtherOut() throws {
        let header = "order,authority,target-type,target\n"
        let site = try Site(
            lists: "  - { path: letter.csv, format: orders }\n"
                + "  - { path: held.txt, format: domains }",
            files: ["letter.csv": header + "1,A,domain,letter.test\n", "held.txt": "h.test\n"])
        let orders = String(decoding: try site.folder.read("orders.csv"), as: UTF8.self)
        func addOrder(_ host: String) throws {
            let row = "13/QĐ-VD,,,2026-01-05,,,gambling,block,domain,\(host),x@so.example\n"
            try site.folder.write("orders.csv", orders + row)
        }
        try site.folder.write("letter.csv", header + "1,A,domain,o k.test\n")
        // Its only entry is held for a person: no empty download either.
        try site.folder.write("held.txt", "com\n")
        try addOrder("new.order.test")
        let reload = try site.daemon.reload()
        #expect(reload.status == 0, "\(reload.everything)")
        #expect(try site.daemon.request("http://new.order.test/").status == 451)
        let told = try #require(try site.daemon.status().lastReload)
        #expect(told.diagnostics.contains { $0.code == "order.rejected" })
        let check = try Command.khien("check", "--config", site.folder.file("khien.yaml"))
        #expect(check.status == 1 && check.errors.contains("[order.rejected]"))
        for broken in ["order,authority,type,target\n1,A,domain,letter.test\n", header, ""] {
            try site.folder.write("letter.csv", broken)
            try addOrder("other.order.test")
            let refused = try site.daemon.reload()
            #expect(refused.status == 1, "\(broken): \(refused.everything)")
            #expect(try site.daemon.request("http://new.order.test/").status == 451)
            #expect(try site.daemon.request("http://other.order.test/").status != 451)
        }
    }

    /// A list all of whose expressions are refused is as good as empty.
    @Test func aListOfRefusedExpressionsIsRefused() throws {
        let site = try Site(
            lists: "  - { path: regexes.txt, format: regex }",
            files: ["regexes.txt": "watched[0-9]+\n"])
        #expect(try site.daemon.request("http://watched7.test/").status == 403)
        try site.folder.write("regexes.txt", "(\nwatched[\n")
        let reload = try site.daemon.reload()
        #expect(reload.status == 1, "\(reload.everything)")
        #expect(reload.errors.contains("[guard.minimum-entries]"), "\(reload.everything)")
        #expect(try site.daemon.request("http://watched7.test/").status == 403)
    }

    /// What could not be judged is counted, also by lists that are no longer in force; the loop goes on.
    @Test func expressionsThatGiveUpAreCounted() throws {
        let site = try Site(
            lists: "  - { path: regexes.txt, format: regex }",
            files: ["regexes.txt": "(*NO_JIT)a[^/]*b[^/]*c[0-9]\nwatched[0-9]+\n"])
        let runs = String(repeating: "a", count: 4_000) + String(repeating: "b", count: 400)
        func count() throws -> UInt64 {
            try site.daemon.status().workers.compactMap(\.regexesGivenUp).reduce(0, +)
        }
        #expect(try count() == 0)
        #expect(try site.daemon.request("http://a.test/\(runs)c/watched7").status == 403)
        #expect(try count() == 1)
        try site.folder.write("regexes.txt", "watched[0-9]+\n")
        let reload = try site.daemon.reload("--accept-sizes")
        #expect(reload.status == 0, "\(reload.everything)")
        #expect(try site.daemon.request("http://a.test/\(runs)c/watched7").status == 403)
        #expect(try count() == 1)
        let text = try site.daemon.statusCommand().text
        #expect(text.contains("1 attempts reached their limits"), "\(text)")
    }

    // MARK: without dropping a byte

    @Test func signalsDuringALargeDownloadAndUnderLoad() throws {
        let site = try Site()
        try site.origin.makeLargeFile()
        let wanted = try Command.run(
            "/usr/bin/sha256sum", [site.origin.folder.file("www/large.bin")])
        let sum = site.folder.file("sum")
        let curl = try Programs.require(Programs.curl, "curl")
        let download = try ChildProcess(
            "/bin/sh",
            [
                "-c", "\"$1\" -q -sS --fail --noproxy '' --proxy \"$2\" \"$3\" | sha256sum", "sh",
                curl, site.daemon.proxy, site.origin.url("/large.bin"),
            ], output: sum)
        let load = Load(site, clients: 3)
        var generation: UInt64 = 1
        var reloadsDuringDownload = 0
        while download.isRunning, generation < 200 {
            generation += 1
            try site.folder.write("operator.txt", "ads.operator.test\nnew\(generation).test\n")
            site.daemon.child.signal(SIGHUP)
            let isThere = try eventually {
                try site.daemon.status().workers.allSatisfy { $0.generation == generation }
            }
            #expect(isThere, "generation \(generation)")
            #expect(try Self.isBlocked(site, "new\(generation).test"))
            if download.isRunning { reloadsDuringDownload += 1 }
        }
        #expect(download.wait(seconds: 60) == 0)
        let result = load.stop()
        #expect(result.failures == [])
        #expect(result.requests > 100)
        #expect(reloadsDuringDownload >= 2, "the download must outlast reloads")
        let got = String(decoding: try site.folder.read("sum"), as: UTF8.self).prefix(64)
        #expect(got == wanted.text.prefix(64))
        let status = try site.daemon.status()
        #expect(status.state == "serving")
        #expect(status.lastReload?.outcome == "in force")
        #expect(try site.daemon.verifyLog().status == 0)
    }

    @Test func theToolReloadsAndWaits() throws {
        let site = try Self.site()
        try site.folder.write("operator.txt", Self.lines(Self.names + ["late.operator.test"]))
        #expect(try !Self.isBlocked(site, "late.operator.test"))
        let reload = try site.daemon.reload("--json")
        #expect(reload.status == 0, "\(reload.everything)")
        let answer = try ControlCoding.decode(ReloadAnswer.self, reload.output)
        #expect(answer.reload.outcome == "in force")
        #expect(try Self.isBlocked(site, "late.operator.test"))
        let status = try site.daemon.status()
        #expect(status.workers.count == 2)
        #expect(status.workers.allSatisfy { $0.generation == answer.reload.generation })
        #expect(status.lists.first { $0.name == "operator" }?.entries == 201)
    }

    // MARK: refused

    /// What breaks the lists, and what the diagnostics must say.
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var breaks: @Sendable (TemporaryFolder) throws -> Void
        var says: [String]

        var testDescription: String { name }
    }

    private static let faults = [
        Fault(
            name: "binary garbage",
            breaks: { try $0.write("operator.txt", NginxOrigin.pattern(20_000)) },
            says: ["operator.txt:1:", "operator.txt: error: list operator: "]),
        Fault(
            name: "empty", breaks: { try $0.write("operator.txt", "") },
            says: ["operator.txt: error: list operator: 0 entries, at least 1 expected"]),
        Fault(
            name: "shrank by 90 %",
            breaks: { try $0.write("operator.txt", lines(names.prefix(20))) },
            says: ["operator.txt: error: list operator: shrank from 200 to 20 entries"]),
        Fault(
            name: "missing", breaks: { try $0.remove("operator.txt") },
            says: ["operator.txt: error: "]),
        Fault(
            name: "cut off in the middle of a compressed file",
            breaks: { folder in
                try folder.remove("operator.txt")
                try folder.write("plain", lines(names))
                let packed = try Command.run("/bin/gzip", ["-c", folder.file("plain")])
                try folder.write("operator.txt", Array(packed.output.dropLast(40)))
            }, says: ["operator.txt: error: "]),
        Fault(
            name: "unknown key",
            breaks: { folder in
                let text = String(decoding: try folder.read("khien.yaml"), as: UTF8.self)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                try folder.write(
                    "khien.yaml",
                    (["listen-on: 80"] + lines.map(String.init)).joined(separator: "\n"))
            }, says: ["khien.yaml:1:1: error: ", "listen-on"]),
        Fault(
            name: "no YAML", breaks: { try $0.write("khien.yaml", "lists: [\n") },
            says: ["khien.yaml:2:1: error: "]),
        Fault(
            name: "a page with an unknown placeholder",
            breaks: { folder in
                try folder.write("pages/block.vi.html", "<p>\n{{nothing}}</p>\n")
                let text = String(decoding: try folder.read("khien.yaml"), as: UTF8.self)
                try folder.write(
                    "khien.yaml", text.replacing("site: Trường mẫu", with: "templates: pages"))
            }, says: ["pages/block.vi.html:2:"]),
        Fault(
            name: "no canary",
            breaks: { try $0.write("orders.csv", Site.ordersHeader + order) },
            says: ["khien.yaml: error: canary canary.order.test is not blocked"]),
    ]

    private static let order =
        "1,Sở mẫu,Điều 5,2026-01-05,2026-01-06,,gambling,block,domain,casino.order.test,a@b.example\n"

    @Test(arguments: faults)
    func badListsAreRefusedAndTheOldOnesStay(_ fault: Fault) throws {
        let site = try Self.site()
        let before = try site.daemon.status()
        let good = try site.folder.read("operator.txt")
        let configuration = try site.folder.read("khien.yaml")
        let orders = try site.folder.read("orders.csv")
        try fault.breaks(site.folder)

        let reload = try site.daemon.reload()
        #expect(reload.status == 1, "\(reload.everything)")
        for words in fault.says { #expect(reload.errors.contains(words), "\(reload.errors)") }
        let status = try Command.khien("status", "--control", site.folder.file("control.sock"))
        #expect(status.status == 1)
        #expect(status.text.contains("degraded"))
        for words in fault.says { #expect(status.errors.contains(words), "\(status.errors)") }
        #expect(try Self.isBlocked(site, "name199.operator.test"))
        #expect(try site.daemon.request(Site.blockedByOrder).status == 451)

        // The signal says no more and no less.
        let count = site.daemon.log.components(separatedBy: "lists refused").count
        site.daemon.child.signal(SIGHUP)
        let isRefused = eventually {
            site.daemon.log.components(separatedBy: "lists refused").count > count
        }
        #expect(isRefused)

        // And a good reload recovers.
        try site.folder.write("operator.txt", good)
        try site.folder.write("khien.yaml", configuration)
        try site.folder.write("orders.csv", orders)
        let again = try site.daemon.reload()
        #expect(again.status == 0, "\(again.everything)")
        let after = try site.daemon.status()
        #expect(after.state == "serving")
        #expect(after.generation > before.generation)
        #expect(after.image.entries == before.image.entries)
    }

    @Test func aPersonCanAcceptALargeChange() throws {
        let site = try Self.site()
        try site.folder.write("operator.txt", Self.lines(Self.names.prefix(20)))
        #expect(try site.daemon.reload().status == 1)
        #expect(try Self.isBlocked(site, "name100.operator.test"))
        #expect(try site.daemon.reload("--accept-sizes").status == 0)
        #expect(try !Self.isBlocked(site, "name100.operator.test"))
        #expect(try Self.isBlocked(site, "name1.operator.test"))
        // The canary is judged all the same.
        try site.folder.write("orders.csv", Site.ordersHeader + Self.order)
        #expect(try site.daemon.reload("--accept-sizes").status == 1)
    }

    /// A tool that compiles well and then damages the image, while the file `damage` says how.
    private static let damagingTool = """
        #!/bin/sh
        "\(Programs.khien)" "$@" || exit
        while [ $# -gt 0 ]; do
            if [ "$1" = -o ]; then image=$2; fi
            shift
        done
        here=$(dirname "$0")
        if [ -e "$here/damage" ]; then . "$here/damage"; fi
        """

    @Test(arguments: [
        "truncate -s HALF \"$image\"", "truncate -s -1 \"$image\"", "truncate -s 0 \"$image\"",
        "rm \"$image\"",
        "printf X | dd of=\"$image\" bs=1 seek=4200 conv=notrunc 2>/dev/null",
        "cat \"$image\" >>\"$image.copy\"; cat \"$image.copy\" >>\"$image\"; rm \"$image.copy\"",
    ])
    func damagedImagesAreRefused(_ damage: String) throws {
        let tools = try TemporaryFolder()
        let tool = try tools.write("tool", Self.damagingTool)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let site = try Self.site(arguments: ["--tool", tool])
        let size = try site.daemon.status().image.bytes
        try tools.write("damage", damage.replacing("HALF", with: "\(size / 2)") + "\n")
        let reload = try site.daemon.reload()
        #expect(reload.status == 1, "\(reload.everything)")
        #expect(reload.errors.contains("error: "), "\(reload.everything)")
        #expect(try site.daemon.status().state == "degraded")
        #expect(try Self.isBlocked(site, "name199.operator.test"))
        try tools.remove("damage")
        #expect(try site.daemon.reload().status == 0)
        #expect(try site.daemon.status().state == "serving")
    }

    // MARK: restart

    @Test func aRestartWithABrokenListUsesTheLastGoodImage() throws {
        let site = try Self.site()
        site.daemon.child.kill()
        try site.folder.write("operator.txt", NginxOrigin.pattern(20_000))
        let daemon = try DaemonProcess(site.folder)
        #expect(try daemon.request("http://name199.operator.test/").status == 403)
        let isRefused = try eventually { try daemon.status().state == "degraded" }
        #expect(isRefused)
        #expect(try daemon.request("http://name199.operator.test/").status == 403)
        #expect(try daemon.statusCommand().status == 1)
    }

    /// Without the summary of what is in force nothing can be compared with it: that is said.
    @Test func aLostSummaryIsTold() throws {
        let site = try Self.site()
        site.daemon.child.kill()
        try site.folder.write("state/current.json", "{")
        let daemon = try DaemonProcess(site.folder)
        let isTold = try eventually {
            try daemon.status().lastReload?.diagnostics.contains { $0.code == "guard.no-summary" }
                ?? false
        }
        #expect(isTold, "\(daemon.log)")
        #expect(try daemon.request("http://name199.operator.test/").status == 403)
    }

    @Test func aFirstStartWithABrokenListOrConfigurationFails() throws {
        let folder = try TemporaryFolder()
        try Site.writeLists(folder)
        try folder.write("operator.txt", "")
        try folder.write("khien.yaml", Site.configuration())
        let broken = try Command.run(Programs.khiend, ["--config", folder.file("khien.yaml")])
        #expect(broken.status == 1)
        #expect(broken.errors.contains("operator.txt: error: list operator: 0 entries"))
        try folder.write("khien.yaml", Site.configuration(top: "workes: 3"))
        let wrong = try Command.run(Programs.khiend, ["--config", folder.file("khien.yaml")])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("khien.yaml:"), "\(wrong.errors)")
        #expect(wrong.errors.contains("workers"), "it names what was meant: \(wrong.errors)")
        #expect(try Command.khien("status", "--config", folder.file("khien.yaml")).status == 1)
    }
}
