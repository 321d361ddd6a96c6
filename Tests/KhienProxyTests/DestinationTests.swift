import KhienModel
import KhienProxy
import Testing

/// Which addresses are connected to.
@Suite(.alone) struct DestinationTests {
    /// IANA special-purpose address registries; RFC 6890 and those named beside the rows.
    static let addresses: [(IPAddress, AddressScope)] = [
        (.v4(0x0000_0000), .special), (.v4(0x00FF_FFFF), .special), (.v4(0x0100_0000), .global),
        (.v4(0x0A00_0000), .special), (.v4(0x0AFF_FFFF), .special), (.v4(0x0B00_0000), .global),
        (.v4(0x09FF_FFFF), .global),
        // RFC 6598
        (.v4(0x643F_FFFF), .global), (.v4(0x6440_0000), .special), (.v4(0x647F_FFFF), .special),
        (.v4(0x6480_0000), .global),
        (.v4(0x7F00_0001), .special), (.v4(0x7FFF_FFFF), .special), (.v4(0x8000_0000), .global),
        // RFC 3927: cloud metadata lives at 169.254.169.254
        (.v4(0xA9FE_A9FE), .special), (.v4(0xA9FF_0000), .global),
        (.v4(0xAC10_0000), .special), (.v4(0xAC1F_FFFF), .special), (.v4(0xAC20_0000), .global),
        (.v4(0xC0A8_0101), .special), (.v4(0xC0A9_0000), .global), (.v4(0xC000_0001), .special),
        (.v4(0xC612_0000), .special), (.v4(0xC613_FFFF), .special), (.v4(0xC614_0000), .global),
        (.v4(0xDFFF_FFFF), .global), (.v4(0xE000_0000), .special), (.v4(0xEFFF_FFFF), .special),
        (.v4(0xF000_0000), .special), (.v4(0xFFFF_FFFF), .special), (.v4(0x0808_0808), .global),
        (.v6(high: 0, low: 0), .special), (.v6(high: 0, low: 1), .special),
        // ::ffff:10.0.0.1, ::ffff:8.8.8.8, ::10.0.0.1, ::ffff:0:10.0.0.1
        (.v6(high: 0, low: 0xFFFF_0A00_0001), .special),
        (.v6(high: 0, low: 0xFFFF_0808_0808), .global),
        (.v6(high: 0, low: 0x0A00_0001), .special),
        (.v6(high: 0, low: 0xFFFF_0000_0A00_0001), .special),
        // RFC 6052: 64:ff9b::10.0.0.1, 64:ff9b::8.8.8.8; RFC 8215: 64:ff9b:1::/48
        (.v6(high: 0x0064_FF9B_0000_0000, low: 0x0A00_0001), .special),
        (.v6(high: 0x0064_FF9B_0000_0000, low: 0x0808_0808), .global),
        (.v6(high: 0x0064_FF9B_0001_0000, low: 0x0808_0808), .special),
        // RFC 3056: 2002:7f00:1:: carries 127.0.0.1
        (.v6(high: 0x2002_7F00_0001_0000, low: 1), .special),
        (.v6(high: 0x2002_0808_0808_0000, low: 1), .global),
        // RFC 4193, 4291, 3849, 9637, 4380
        (.v6(high: 0xFC00_0000_0000_0000, low: 1), .special),
        (.v6(high: 0xFDFF_FFFF_FFFF_FFFF, low: 1), .special),
        (.v6(high: 0xFE80_0000_0000_0000, low: 1), .special),
        (.v6(high: 0xFF02_0000_0000_0000, low: 1), .special),
        (.v6(high: 0x2001_0DB8_0000_0000, low: 1), .special),
        (.v6(high: 0x3FFF_0FFF_0000_0000, low: 1), .special),
        (.v6(high: 0x2001_0000_0000_0000, low: 1), .special),
        (.v6(high: 0x2606_4700_0000_0000, low: 1), .global),
        (.v6(high: 0x2400_CB00_2048_0001, low: 1), .global),
    ]

    @Test func scopeOfAddresses() {
        for (address, scope) in Self.addresses {
            #expect(address.scope == scope, "\(address)")
        }
    }

    static let localhost = IPAddress.v4(0x7F00_0001)
    static let interface = IPAddress.v4(0xC633_6407)
    static let any6 = IPAddress.v6(high: 0, low: 0)

    /// The proxy never connects to itself, even where every destination is allowed.
    @Test(arguments: [
        (IPAddress.v4(0), localhost, true), (.v4(0), interface, true),
        (.v4(0), .v4(0x7F01_0203), true),
        (any6, localhost, true), (any6, interface, true), (.v4(0), .v4(0x0808_0808), false),
        (localhost, localhost, true), (localhost, .v4(0), true), (localhost, any6, true),
        (localhost, .v4(0x7F00_0002), false), (interface, interface, true),
        (interface, localhost, false), (localhost, .v6(high: 0, low: 0xFFFF_7F00_0001), true),
    ])
    func ownListeners(bound: IPAddress, asked: IPAddress, isRefused: Bool) {
        let policy = DestinationPolicy(
            scope: .any, listeners: [Endpoint(bound, port: 8118)],
            ownAddresses: [Self.localhost, Self.interface])
        let refusal = policy.refusal(of: Endpoint(asked, port: 8118))
        #expect(refusal == (isRefused ? .loop : nil))
        #expect(policy.refusal(of: Endpoint(asked, port: 8119)) == nil)
    }

    @Test(arguments: ["127.0.0.1", "0.0.0.0", "localhost.test", "[::ffff:127.0.0.1]", "2130706433"])
    func proxyAskedForItselfDoesNotLoop(host: String) async throws {
        try await TestProxy.with(names: ["localhost.test": [Self.localhost]]) { proxy in
            let client = try proxy.client()
            client.send(
                "GET http://\(host):\(proxy.port)/ HTTP/1.1\r\nHost: \(host):\(proxy.port)\r\n\r\n")
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 508 "))
            let counters = await proxy.counters()
            #expect(counters.upstreamConnects == 0)
            #expect(counters.count(of: .loop) == 1)
        }
    }

    /// A way around the addresses (NAT, a second proxy): recognised by `Via`.
    @Test func requestThatComesBackIsRecognised() async throws {
        let origin = try TestOrigin.answering { head in
            let via = head.split(separator: "\r\n").first { $0.hasPrefix("Via: ") } ?? ""
            return "HTTP/1.1 200 OK\r\nContent-Length: \(via.utf8.count)\r\n\r\n\(via)"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let via = client.takeResponse().body
            client.send(get(origin.port, "/", extra: "\(via)\r\n"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 508 "))
        }
    }

    @Test(arguments: ["127.0.0.1", "[::1]", "private.test", "[::ffff:10.0.0.1]", "169.254.169.254"])
    func privateDestinationsAreRefused(host: String) async throws {
        let origin = try TestOrigin.saying("inside")
        try await TestProxy.with(
            names: ["private.test": [Self.localhost]], change: { $0.destinations = .publicOnly }
        ) { proxy in
            let client = try proxy.client()
            let authority = "\(host):\(origin.port)"
            client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 403 "))
            #expect(head.contains("Proxy-Status: khien; error=destination_ip_prohibited\r\n"))
            #expect(body.contains("not allowed"))
            #expect(origin.connections == 0)
        }
    }

    /// An address that a list blocks, found only after the name is resolved.
    @Test func addressEntryBlocksAName() async throws {
        let origin = try TestOrigin.saying("content")
        let rules = TestRules(addresses: [Self.localhost: .block])
        try await TestProxy.with(rules: rules, names: ["a.test": [Self.localhost]]) { proxy in
            let client = try proxy.client()
            let authority = "a.test:\(origin.port)"
            client.send("GET http://\(authority)/x HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            #expect(client.takeResponse().body.contains("http://\(authority)/x"))
            #expect(origin.connections == 0)
            let event = try #require(proxy.events.events.first)
            #expect(event.destination == Self.localhost && event.host == Array("a.test".utf8))
        }
    }

    /// One blocked and one allowed address: the allowed one is connected to.
    @Test func blockedAddressIsPassedOver() async throws {
        let origin = try TestOrigin.saying("content")
        let rules = TestRules(addresses: [.v4(0x7F00_0002): .block])
        try await TestProxy.with(
            rules: rules, names: ["a.test": [.v4(0x7F00_0002), Self.localhost]]
        ) { proxy in
            let client = try proxy.client()
            let authority = "a.test:\(origin.port)"
            client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            #expect(client.takeResponse().body == "content")
            #expect(proxy.events.events.isEmpty)
            #expect(await proxy.counters().addressesSkipped == 1)
        }
    }

    /// A pooled connection's address is judged again when the lists have changed.
    @Test func pooledAddressIsJudgedAgainAfterReload() async throws {
        let origin = try TestOrigin.saying("content")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "content")
            await proxy.server.replaceJudges { _ in
                TestJudge(TestRules(addresses: [Self.localhost: .block]), generation: 2)
            }
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 0)
        }
    }

    /// A warned address in the pool is not free for all.
    @Test func pooledWarnedAddressIsAskedForEachClient() async throws {
        let origin = try TestOrigin.saying("content")
        let rules = TestRules(addresses: [Self.localhost: .warn])
        try await TestProxy.with(rules: rules) { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/", extra: "Cookie: leave=yes\r\n"))
                #expect(client.takeResponse().body == "content")
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            }
            #expect(origin.connections == 1)
        }
    }
}
