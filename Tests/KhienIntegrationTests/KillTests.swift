import Foundation
import Synchronization
import Testing

/// `kill -9` in the middle of blocking: every answer that a client got is in the log.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct KillTests {
    /// Clients that ask for blocked pages as fast as they can and keep the references they got.
    private final class Blocked: Sendable {
        private let references = Mutex<[String]>([])
        private let sent = Mutex(0)
        private let group = DispatchGroup()

        /// - Parameter pipelined: requests that are under way on one connection.
        init(port: UInt16, clients: Int, requests: Int, pipelined: Int) {
            let head = DaemonProcess.head(
                Site.blockedByOrder, fields: ["Accept: application/json"])
            for _ in 0..<clients {
                group.enter()
                Thread.detachNewThread { [self] in
                    defer { group.leave() }
                    guard let socket = try? RawSocket(port: port) else { return }
                    for _ in 0..<(requests / clients / pipelined) {
                        socket.send(String(repeating: head, count: pipelined))
                        sent.withLock { $0 += pipelined }
                        for _ in 0..<pipelined {
                            guard let response = socket.takeResponse() else { return }
                            let reference = response.member("reference") ?? response.head
                            references.withLock { $0.append(reference) }
                        }
                    }
                }
            }
        }

        var count: Int { references.withLock { $0.count } }

        func wait() -> [String] {
            group.wait()
            return references.withLock { $0 }
        }
    }

    @Test(arguments: [1, 16])
    func everyAnswerThatAClientGotIsInTheLog(pipelined: Int) throws {
        let site = try Site()
        let total = 10_000
        let first = Blocked(
            port: site.daemon.port, clients: 4, requests: total, pipelined: pipelined)
        let isInTheMiddle = eventually(seconds: 60) { first.count >= total / 2 }
        site.daemon.child.kill()
        #expect(isInTheMiddle)
        let got = first.wait()
        #expect(got.count < total, "killed in the middle")
        #expect(Set(got).count == got.count, "references are unique")
        try check(site.daemon, got)

        // The next daemon goes on with the chain.
        let daemon = try DaemonProcess(site.folder)
        let second = Blocked(port: daemon.port, clients: 2, requests: 200, pipelined: 1).wait()
        #expect(second.count == 200)
        try check(daemon, got + second)
        let sequence = try daemon.records().compactMap { $0["khien.sequence"] as? Int }
        #expect(sequence == Array(1...sequence.count), "no number is missing")
        daemon.child.signal(SIGTERM)
        #expect(daemon.child.wait(seconds: 20) == 0)
        #expect(try daemon.verifyLog().status == 0)
    }

    private func check(_ daemon: DaemonProcess, _ references: [String]) throws {
        let recorded = Set(try daemon.events().compactMap { $0["event.id"] as? String })
        let missing = Set(references).subtracting(recorded)
        #expect(missing.isEmpty, "\(missing.count) of \(references.count) are not in the log")
        let verified = try daemon.verifyLog()
        #expect(verified.status == 0, "\(verified.everything)")
        #expect(verified.text.hasPrefix("whole: "))
    }

    @Test func aTornLineIsToldAndAChangedOneIsFound() throws {
        let site = try Site()
        _ = Blocked(port: site.daemon.port, clients: 1, requests: 50, pipelined: 1).wait()
        site.daemon.child.kill()
        let name =
            "state/events/"
            + (try #require(
                site.folder.names(in: "state/events").first {
                    $0.hasPrefix("events-")
                }))
        let whole = try site.folder.read(name)
        try site.folder.write(name, Array(whole.dropLast(25)))
        let torn = try site.daemon.verifyLog()
        #expect(torn.status == 0, "\(torn.everything)")
        #expect(torn.errors.contains("torn"), "\(torn.everything)")

        let text = String(decoding: whole, as: UTF8.self)
        let changed = text.replacing(
            "casino.order.test", with: "harmless.shop.test", maxReplacements: 9)
        try site.folder.write(name, changed)
        let verified = try site.daemon.verifyLog()
        #expect(verified.status == 1)
        #expect(verified.errors.contains(name.split(separator: "/").last.map { "\($0):2" } ?? "?"))
        #expect(verified.text.hasPrefix("BROKEN"))

        // With the torn line the daemon goes on: put aside, told of, the chain whole.
        try site.folder.write(name, Array(whole.dropLast(25)))
        let daemon = try DaemonProcess(site.folder)
        _ = Blocked(port: daemon.port, clients: 1, requests: 5, pipelined: 1).wait()
        #expect(try daemon.records().contains { $0["khien.record"] as? String == "torn" })
        #expect(try daemon.verifyLog().status == 0)
    }
}
