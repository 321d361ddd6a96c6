import Foundation
import Testing

/// The daemon speaks systemd's protocol, to a socket of the test's own.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3), systemd.service(5) on `Type=notify-reload`.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct NotifyTests {
    @Test func readyReloadingWatchdogAndStopping() throws {
        let folder = try TemporaryFolder()
        try Site.writeLists(folder)
        try folder.write("khien.yaml", Site.configuration())
        let socket = try NotifySocket(path: folder.file("notify"))
        let daemon = try DaemonProcess(
            folder,
            environment: ["NOTIFY_SOCKET": folder.file("notify"), "WATCHDOG_USEC": "400000"])
        let ready = try #require(socket.next { $0["READY"] != nil })
        #expect(ready["READY"] == "1")
        #expect(ready["MAINPID"] == "\(daemon.child.pid)")
        #expect(ready["STATUS"]?.hasPrefix("Serving") == true)

        // At least twice in the time, as systemd recommends.
        let start = ContinuousClock.now
        for _ in 0..<5 { #expect(socket.next { $0["WATCHDOG"] == "1" } != nil) }
        #expect(ContinuousClock.now - start < .milliseconds(400 * 5))

        let before = Self.monotonicMicroseconds()
        daemon.child.signal(SIGHUP)
        let reloading = try #require(socket.next { $0["RELOADING"] != nil })
        #expect(reloading["RELOADING"] == "1")
        let time = try #require(reloading["MONOTONIC_USEC"].flatMap { Int64($0) })
        #expect(time >= before && time <= Self.monotonicMicroseconds())
        #expect(socket.next { $0["READY"] == "1" } != nil)

        // A refused reload ends with READY too, and the status says so.
        try folder.write("operator.txt", "")
        #expect(try daemon.reload().status == 1)
        #expect(socket.next { $0["RELOADING"] == "1" } != nil)
        let refused = try #require(socket.next { $0["READY"] == "1" })
        #expect(refused["STATUS"]?.contains("refused") == true)

        daemon.child.signal(SIGTERM)
        let stopping = try #require(socket.next { $0["STOPPING"] != nil })
        #expect(stopping["STOPPING"] == "1")
        #expect(daemon.child.wait(seconds: 10) == 0)
    }

    @Test func readyComesAfterTheListenersAre() throws {
        let folder = try TemporaryFolder()
        try Site.writeLists(folder)
        let port = try #require(freePort())
        let text = Site.configuration().replacing("127.0.0.1:0", with: "127.0.0.1:\(port)")
        try folder.write("khien.yaml", text)
        // In Linux's abstract namespace, as containers often have it.
        let name = "@khien-test-\(UInt32.random(in: 0...UInt32.max))"
        let socket = try NotifySocket(path: name)
        let daemon = try ChildProcess(
            Programs.khiend, ["--config", folder.file("khien.yaml")],
            errors: folder.file("khiend.log"), environment: ["NOTIFY_SOCKET": name])
        #expect(socket.next { $0["READY"] == "1" } != nil)
        let client = try RawSocket(port: port)
        client.send(DaemonProcess.head(Site.blockedByOrder))
        #expect(client.takeResponse()?.status == 451)
        // And no beats where no watchdog was asked for.
        #expect(!socket.hasMessage(seconds: 1))
        daemon.kill()
    }

    private static func monotonicMicroseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}

/// A datagram socket that stands where systemd's would.
private final class NotifySocket {
    private let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes.prefix(107)) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw Failure("bind \(path): errno \(errno)") }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next message that `condition` holds for; others are passed over.
    func next(_ condition: ([String: String]) -> Bool) -> [String: String]? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            var message: [String: String] = [:]
            for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n") {
                let pair = line.split(separator: "=", maxSplits: 1).map(String.init)
                if pair.count == 2 { message[pair[0]] = pair[1] }
            }
            if condition(message) { return message }
        }
    }

    func hasMessage(seconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, seconds * 1_000) > 0
    }
}
