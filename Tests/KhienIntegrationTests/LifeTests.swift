import Foundation
import Testing

/// SIGTERM, SIGUSR1, and a log that cannot be written.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct LifeTests {
    @Test func sigtermFinishesWhatIsOpen() throws {
        let site = try Site()
        let got = site.folder.file("got.bin")
        let curl = try Programs.require(Programs.curl, "curl")
        let download = try ChildProcess(
            curl,
            [
                "-q", "-sS", "--noproxy", "", "--proxy", site.daemon.proxy, "-o", got,
                site.origin.url("/slow/medium.bin"),
            ])
        let idle = try RawSocket(port: site.daemon.port)
        idle.send(DaemonProcess.head(site.origin.url("/small.txt")))
        #expect(idle.takeResponse()?.status == 200)
        let hasBegun = eventually { (try? site.folder.read("got.bin").isEmpty) == false }
        #expect(hasBegun)

        site.daemon.child.signal(SIGTERM)
        let isClosed = eventually { (try? RawSocket(port: site.daemon.port)) == nil }
        #expect(isClosed, "new connections are refused")
        #expect(download.isRunning, "and the download goes on")
        #expect(idle.takeAll().isEmpty)
        #expect(idle.sawEnd)
        #expect(download.wait(seconds: 30) == 0)
        #expect(
            try site.folder.read("got.bin") == site.origin.folder.read("www/slow/medium.bin"))
        #expect(site.daemon.child.wait(seconds: 10) == 0)
        #expect(site.daemon.log.contains("stopped; 0 connections were cut off"))
        #expect(try site.daemon.verifyLog().status == 0)
    }

    @Test func theDrainHasAnEnd() throws {
        let site = try Site(top: "timeouts: { drain: 1s }")
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(DaemonProcess.head(site.origin.url("/slow/medium.bin")))
        #expect(socket.receiveOnce())
        let start = ContinuousClock.now
        site.daemon.child.signal(SIGTERM)
        #expect(site.daemon.child.wait(seconds: 10) == 0)
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(site.daemon.log.contains("stopped; 1 connections were cut off"))
    }

    @Test func sigusr1BeginsANewLogFile() throws {
        let site = try Site()
        #expect(try site.daemon.request(Site.blockedByOrder).status == 451)
        let before = try site.folder.names(in: "state/events").filter { $0.hasPrefix("events-") }
        #expect(before.count == 1)
        // As log rotation does: move, then signal.
        let events = site.folder.file("state/events/")
        let name = try #require(before.first)
        try FileManager.default.moveItem(atPath: events + name, toPath: events + "moved.jsonl")
        site.daemon.child.signal(SIGUSR1)
        let isNew = try eventually {
            try site.folder.names(in: "state/events").contains { $0.hasPrefix("events-") }
        }
        #expect(isNew)
        #expect(
            try site.daemon.request(Site.blockedByOperator).status == 403)
        let rulesets = try site.daemon.events().compactMap { $0["rule.ruleset"] as? String }
        #expect(rulesets == ["operator"], "the new file has the new event only")
        let moved = try String(
            decoding: site.folder.read("state/events/moved.jsonl"), as: UTF8.self)
        #expect(moved.contains("casino.order.test"))
        #expect(moved.contains("\"khien.record\":\"close\""))
        #expect(try site.daemon.verifyLog().status == 0)
        // Back under a name that sorts before: the chain is whole over both.
        try FileManager.default.moveItem(
            atPath: events + "moved.jsonl", toPath: events + "events-2020-01-01.jsonl")
        let verified = try site.daemon.verifyLog()
        #expect(verified.status == 0, "\(verified.everything)")
        #expect(verified.text.contains("2 events in 2 files"), "\(verified.text)")
    }

    @Test func withoutALogItGoesOnBlockingAndShouts() throws {
        let site = try Site(top: "events: { path: file/events }")
        // The folder could be made there; now a file stands in its way.
        site.daemon.child.kill()
        try site.folder.write("file", "not a folder")
        let daemon = try DaemonProcess(site.folder)
        for _ in 0..<20 { #expect(try daemon.request(Site.blockedByOrder).status == 451) }
        #expect(try daemon.request(site.origin.url("/small.txt")).status == 200)
        #expect(daemon.log.contains("error: events are being lost: "))
        let status = try daemon.status()
        #expect(status.state == "degraded")
        #expect(status.events.failed == 20)
        #expect(status.events.fault != nil)
        #expect(status.workers.map(\.eventsLost).reduce(0, +) == 20)
        let command = try daemon.statusCommand()
        #expect(command.status == 1)
        #expect(command.text.contains("NOW FAILING"))
    }

    /// The limit on a file's size stands for a full disk: writes fail in the middle of a line.
    @Test func aFullDiskIsSurvivedAndTold() throws {
        let site = try Site()
        for _ in 0..<3 { #expect(try site.daemon.request(Site.blockedByOrder).status == 451) }
        let pid = "\(site.daemon.child.pid)"
        let size = try #require(
            try site.folder.names(in: "state/events").first { $0.hasPrefix("events-") }
                .map { try site.folder.read("state/events/" + $0).count })
        let full = try Command.run(
            "/usr/bin/prlimit", ["--pid", pid, "--fsize=\(size + 1_000):unlimited"])
        #expect(full.status == 0, "\(full.everything)")
        for _ in 0..<20 { #expect(try site.daemon.request(Site.blockedByOrder).status == 451) }
        let lost = try site.daemon.status().events
        #expect(lost.failed > 10)
        #expect(try site.daemon.status().state == "degraded")
        #expect(try site.daemon.verifyLog().status == 0)
        let free = try Command.run(
            "/usr/bin/prlimit", ["--pid", pid, "--fsize=unlimited:unlimited"])
        #expect(free.status == 0)
        let isWell = try eventually(seconds: 20) {
            try site.daemon.request(Site.blockedByOrder).status == 451
                && site.daemon.status().state == "serving"
        }
        #expect(isWell)
        let gap = try #require(
            try site.daemon.records().first { $0["khien.record"] as? String == "gap" })
        #expect((gap["khien.log.lost"] as? UInt64 ?? 0) >= lost.failed)
        #expect(try site.daemon.verifyLog().status == 0)
        #expect(site.daemon.log.contains("events are written again"))
    }

    @Test func refuseAllLetsNothingPassUnrecorded() throws {
        let site = try Site(
            top: "failure: { log-unwritable: refuse-all }\nevents: { path: file/events }")
        site.daemon.child.kill()
        try site.folder.write("file", "not a folder")
        let daemon = try DaemonProcess(site.folder)
        // Refused before any list is asked, or by its order: it does not pass.
        #expect([403, 451].contains(try daemon.request(Site.blockedByOrder).status))
        let isRefused = try eventually {
            try daemon.request(site.origin.url("/small.txt")).status == 403
        }
        #expect(isRefused)
        try site.folder.remove("file")
        try FileManager.default.createDirectory(
            atPath: site.folder.file("file"), withIntermediateDirectories: false)
        let isBack = try eventually(seconds: 20) {
            try daemon.request(site.origin.url("/small.txt")).status == 200
        }
        #expect(isBack)
    }
}
