import Glibc
import KhienModel
import KhienProxy
import Testing

/// How many bodies one event loop reads at one time.
@Suite(.alone) struct InspectionLimitTests {
    /// Forms of which the half has come are read and held, without a connection to an origin. One more
    /// than may be read at one time passes unread, and is counted; when one is over the next is read.
    @Test(.enabled(if: Self.mayOpen(files: 2 * Limits.Proxy.inspectionsMax + 512)))
    func oneBodyTooManyPassesUnread() async throws {
        let most = Limits.Proxy.inspectionsMax
        let origin = try FormTests.echo()
        let reading = FormTests.reading(words: ["phone": .block])
        try await TestProxy.with(
            reading: reading, change: { $0.bounds.connectionsPerClient = most + 2 }
        ) { proxy in
            let whole = FormTests.post(origin.port)
            let half = Array(whole.dropLast(FormTests.form.utf8.count - 2))
            var held: [TestSocket] = []
            for _ in 0..<most {
                let client = try proxy.client()
                client.send(half)
                held.append(client)
            }
            #expect(await eventually { await proxy.server.snapshots()[0].readings == most })
            #expect(await proxy.counters().blindSpots[Int(BlindSpot.overloaded.rawValue)] == 0)

            let other = try proxy.client()
            other.send(whole)
            let (head, body) = other.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            #expect(body == FormTests.form)
            #expect(await proxy.counters().blindSpots[Int(BlindSpot.overloaded.rawValue)] == 1)

            held.removeLast().endOutput()
            #expect(await eventually { await proxy.server.snapshots()[0].readings == most - 1 })
            other.send(whole)
            #expect(other.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await proxy.counters().blindSpots[Int(BlindSpot.overloaded.rawValue)] == 1)
        }
    }

    /// Raises what this process may open, as far as it may; says whether that is enough.
    static func mayOpen(files count: Int) -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return false }
        if limit.rlim_cur < count {
            limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
            guard setrlimit(__rlimit_resource_t(7), &limit) == 0 else { return false }
        }
        return limit.rlim_cur >= count
    }
}
