import Foundation
import Testing

/// When the process has as many sockets open as it may: it waits, says so, and goes on refusing what is
/// to be refused.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct DescriptorTests {
    private static let prlimit = "/usr/bin/prlimit"

    @Test func theLimitIsRaisedAndALowOneIsTold() throws {
        let folder = try TemporaryFolder()
        try Site.writeLists(folder)
        try folder.write("khien.yaml", Site.configuration(top: "limits: { connections: 1000 }"))
        let child = try ChildProcess(
            Self.prlimit,
            ["--nofile=256:900", Programs.khiend, "--config", folder.file("khien.yaml")],
            errors: folder.file("khiend.log"))
        let isUp = try eventually(seconds: 30) {
            try String(decoding: folder.read("khiend.log"), as: UTF8.self).contains("listening on")
        }
        #expect(isUp)
        let limits = try String(contentsOfFile: "/proc/\(child.pid)/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") } ?? ""
        #expect(line.split(separator: " ").dropFirst(3).prefix(2) == ["900", "900"])
        let log = try String(decoding: folder.read("khiend.log"), as: UTF8.self)
        #expect(log.contains("may open 900 files and sockets"))
        #expect(log.contains("limits.connections: 1000 may need 4048"))
        child.kill()
    }

    /// Above the limit lies only what was inherited; nothing may be closed then, or started.
    @Test func inheritedDescriptorsDoNotKeepItFromCompiling() throws {
        let folder = try TemporaryFolder()
        try Site.writeLists(folder)
        try folder.write("khien.yaml", Site.configuration(top: ""))
        let child = try ChildProcess(
            "/bin/bash",
            [
                "-c",
                "exec 300</dev/null 950</dev/null;"
                    + " exec \(Self.prlimit) --nofile=256:900 \(Programs.khiend)"
                    + " --config \(folder.file("khien.yaml"))",
            ], errors: folder.file("khiend.log"))
        let isUp = try eventually(seconds: 30) {
            try String(decoding: folder.read("khiend.log"), as: UTF8.self).contains("listening on")
        }
        let log = try String(decoding: folder.read("khiend.log"), as: UTF8.self)
        #expect(isUp, "\(log)")
        child.kill()
    }

    @Test func withoutDescriptorsItWaitsAndBlocks() throws {
        let site = try Site()
        let origin = try ScriptedOrigin()
        let other = try ScriptedOrigin()
        let daemon = site.daemon
        let good = DaemonProcess.head("http://127.0.0.1:\(origin.port)/")
        let first = try RawSocket(port: daemon.port)
        first.send(good)
        #expect(first.takeResponse()?.status == 200)
        first.send(DaemonProcess.head(Site.blockedByOperator))
        #expect(first.takeResponse()?.status == 403)
        let used = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(daemon.child.pid)/fd"
        ).count
        let result = try Command.run(
            Self.prlimit,
            ["--pid", "\(daemon.child.pid)", "--nofile=\(used + 8):\(used + 8)"])
        #expect(result.status == 0)

        // More than can be accepted; the kernel's queue takes the rest.
        let clients = try (0..<40).map { _ in try RawSocket(port: daemon.port, seconds: 20) }
        let isFull = try eventually {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.child.pid)/fd")
                .count
                >= used + 8
        }
        #expect(isFull)
        let before = try ticks(daemon.child.pid)
        usleep(2_000_000)
        // A loop that spins takes what the machine gives: about 200 of these a loop.
        #expect(try ticks(daemon.child.pid) - before < 40)

        for client in clients { client.send(DaemonProcess.head(Site.blockedByOperator)) }
        let someAreAnswered = eventually { clients.count { $0.hasInput } >= 2 }
        #expect(someAreAnswered)
        for client in clients where client.hasInput {
            #expect(client.takeResponse()?.status == 403)
        }
        // No descriptor for a connection to an origin is no fault of the origin's.
        first.send(DaemonProcess.head("http://127.0.0.1:\(other.port)/"))
        let refusal = first.takeResponse()
        #expect(refusal?.status == 503)
        #expect(refusal?.field("proxy-status")?.hasSuffix("error=connection_limit_reached") == true)
        #expect(other.connections == 0)

        for client in clients { client.close() }
        let isWell = try eventually(seconds: 20) {
            let socket = try RawSocket(port: daemon.port)
            socket.send(good)
            return socket.takeResponse()?.status == 200
        }
        #expect(isWell)
    }

    /// Processor time of a process, in hundredths of a second.
    private func ticks(_ pid: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The name in parentheses may hold spaces; the fields after it begin with the third.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            throw Failure("no times in \(text)")
        }
        return user + system
    }
}
