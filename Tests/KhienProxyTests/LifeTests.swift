import KhienModel
import KhienProxy
import KhienTestKit
import Synchronization
import Testing

/// Several workers, reloads and stopping.
@Suite(.alone) struct LifeTests {
    @Test func workersShareOnePort() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: {
            $0.workers = 3
            $0.listen.append(Endpoint(.v6(high: 0, low: 1), port: 0))
        }) { proxy in
            #expect(proxy.server.addresses.count == 2)
            #expect(proxy.server.addresses[0].text == "127.0.0.1:\(proxy.port)")
            #expect(proxy.server.addresses[1].text.hasPrefix("[::1]:"))
            let clients = try (0..<60).map { _ in try proxy.client() }
            for client in clients {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().body == "x")
            }
            let snapshots = await proxy.server.snapshots()
            #expect(snapshots.map(\.worker) == [0, 1, 2])
            #expect(snapshots.map(\.clientConnections).reduce(0, +) == 60)
            withExtendedLifetime(clients) {}
            #expect(snapshots.allSatisfy { $0.counters.connectionsAccepted > 0 })
        }
    }

    @Test func portInUseIsAnError() async throws {
        let origin = try TestOrigin.saying("x")
        await #expect(throws: (any Error).self) {
            try await TestProxy.start(change: {
                $0.listen = [Endpoint(.v4(0x7F00_0001), port: origin.port)]
            })
        }
    }

    /// Judges are replaced again and again while clients ask: no request fails, and when a
    /// replacement has returned every request meets the new judge.
    @Test func reloadUnderLoad() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: { $0.workers = 2 }) { proxy in
            let port = proxy.port
            let box = SharedCounts()
            for _ in 0..<4 {
                Thread.run { box.load(proxy: port, origin: origin.port) }
            }
            for generation in 2...40 as ClosedRange<UInt64> {
                let isBlocking = generation % 2 == 0
                await proxy.server.replaceJudges { _ in
                    TestJudge(
                        TestRules(paths: isBlocking ? ["/toggle": .block] : [:]),
                        generation: generation)
                }
                let seen = await proxy.server.snapshots().map(\.generation)
                #expect(seen == [Generation(generation), Generation(generation)])
                let client = try proxy.client()
                client.send(get(origin.port, "/toggle"))
                let status = isBlocking ? "451" : "200"
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 \(status)"))
            }
            box.stop()
            #expect(await eventually { box.finished == 4 })
            #expect(box.failed == 0)
            #expect(box.requests > 100)
        }
    }

    @Test func drainEndsIdleAtOnceAndLetsExchangesFinish() async throws {
        let gate = Gate()
        let origin = try TestOrigin.answering { _ in
            while !gate.isOpen { pause(milliseconds: 5) }
            return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"
        }
        let proxy = try await TestProxy.start()
        let idle = try proxy.client()
        let busy = try proxy.client()
        busy.send(get(origin.port, "/"))
        #expect(await eventually { origin.connections == 1 })
        async let left = proxy.server.drain(for: .seconds(10))
        #expect(idle.takeAllText() == "")
        gate.open()
        let (head, body) = busy.takeResponse()
        #expect(body == "done" && head.contains("Connection: close"))
        #expect(throws: LoopbackSocket.Fault.self) { try proxy.client() }
        busy.close()
        #expect(await left == 0)
    }

    @Test func drainCutsTunnelsAfterTheDeadline() async throws {
        let origin = try TunnelTests.echoOrigin()
        let proxy = try await TestProxy.start(change: { $0.connectPorts = [origin.port] })
        let client = try proxy.client()
        client.send(TunnelTests.connect(origin.port))
        _ = client.take(through: "\r\n\r\n")
        let start = ContinuousClock.now
        async let left = proxy.server.drain(for: .milliseconds(300))
        client.send("still")
        #expect(String(decoding: client.take(5), as: UTF8.self) == "still")
        #expect(await left == 1)
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(client.takeAllText() == "" && client.sawEnd)
    }

    @Test func connectionsSurviveStopAccepting() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "x")
            await proxy.server.stopAccepting()
            #expect(throws: LoopbackSocket.Fault.self) { try proxy.client() }
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "x")
        }
    }
}

/// What the threads of a load have in common.
final class SharedCounts: Sendable {
    private let state = Mutex((failed: 0, requests: 0, finished: 0, isRunning: true))

    var failed: Int { state.withLock { $0.failed } }
    var requests: Int { state.withLock { $0.requests } }
    var finished: Int { state.withLock { $0.finished } }

    func stop() { state.withLock { $0.isRunning = false } }

    func load(proxy: UInt16, origin: UInt16) {
        while state.withLock({ $0.isRunning }) {
            guard let client = try? TestSocket(port: proxy) else {
                state.withLock { $0.failed += 1 }
                continue
            }
            for _ in 0..<20 {
                client.send(get(origin, "/"))
                let isGood = client.takeResponse().body == "x"
                state.withLock {
                    $0.requests += 1
                    if !isGood { $0.failed += 1 }
                }
            }
        }
        state.withLock { $0.finished += 1 }
    }
}

/// Closed until it is opened.
final class Gate: Sendable {
    private let state = Mutex(false)

    var isOpen: Bool { state.withLock { $0 } }

    func open() { state.withLock { $0 = true } }
}
