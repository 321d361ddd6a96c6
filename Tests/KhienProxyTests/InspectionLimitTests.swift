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
            reading: reading,
            change: {
                $0.bounds.connectionsPerClient = most + 2
                $0.bounds.readingsPerClient = most + 2
            }
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

    /// A client has its share of them: one more of its bodies is refused, not passed unread, and those of
    /// others are read.
    @Test(arguments: [true, false])
    func aClientHasItsShare(isForm: Bool) async throws {
        let share = ProxySettings.Bounds().readingsPerClient
        let origin = try isForm ? FormTests.echo() : Self.slowPages()
        let reading = FormTests.reading(words: ["phone": .block]) {
            $0.readsResponses = !isForm
        }
        try await TestProxy.with(reading: reading) { proxy in
            let whole =
                isForm
                ? FormTests.post(origin.port)
                : Array(
                    "GET http://127.0.0.1:\(origin.port)/ HTTP/1.1\r\nHost: 127.0.0.1:\(origin.port)\r\n\r\n"
                        .utf8)
            let half = isForm ? Array(whole.dropLast(FormTests.form.utf8.count - 2)) : whole
            var held: [TestSocket] = []
            for _ in 0..<share {
                let client = try proxy.client()
                client.send(half)
                held.append(client)
            }
            #expect(await eventually { await proxy.server.snapshots()[0].readings == share })
            let more = try proxy.client()
            more.send(whole)
            #expect(more.takeResponse().head.hasPrefix("HTTP/1.1 503 "))
            #expect(await proxy.counters().blindSpots[Int(BlindSpot.overloaded.rawValue)] == 1)
            // Another client's form is read.
            let other = try TestSocket(port: proxy.port, from: "127.0.0.7")
            other.send(FormTests.post(origin.port))
            #expect(other.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            // One is over: the next is read. A client that waits for a page keeps its place.
            guard isForm else { return }
            held.removeLast().endOutput()
            #expect(await eventually { await proxy.server.snapshots()[0].readings == share - 1 })
            let next = try proxy.client()
            next.send(FormTests.post(origin.port))
            #expect(next.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
        }
    }

    /// Pages that begin and do not end.
    private static func slowPages() throws -> TestOrigin {
        try TestOrigin { socket, _ in
            while socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\nx")
            }
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
