import KhienModel
import KhienProxy
import KhienTestKit
import Testing

/// Which group a client belongs to, against a walk over all networks.
@Suite struct ClientGroupTests {
    private typealias Group = (name: String, networks: [AddressNetwork])

    /// The longest network that contains the client; of equal ones the last.
    private static func naive(_ groups: [Group], _ client: IPAddress) -> String {
        var best: (length: Int, name: String) = (-1, "")
        for group in groups {
            for network in group.networks where network.contains(client) {
                if network.length >= best.length { best = (network.length, group.name) }
            }
        }
        return best.name
    }

    private static func name(_ groups: ClientGroups, _ client: IPAddress) -> String {
        groups.names[groups.group(of: client).index]
    }

    @Test(
        arguments: [
            (0x0A00_0000, "all"), (0x0A01_0000, "building"), (0x0A01_0008, "building"),
            (0x0A01_0009, "desk"), (0x0A01_000A, "building"), (0x0A01_FFFF, "building"),
            (0x0A02_0000, "all"), (0x0AFF_FFFF, "all"), (0x0B00_0000, ""), (0x09FF_FFFF, ""),
            (0, ""), (0xFFFF_FFFF, "last"), (0xFFFF_FFFE, ""),
        ] as [(UInt32, String)])
    func theMostSpecificNetworkCounts(client: UInt32, expected: String) {
        let groups = ClientGroups([
            ("building", [AddressNetwork(address: .v4(0x0A01_0000), length: 16)]),
            ("all", [AddressNetwork(address: .v4(0x0A00_0000), length: 8)]),
            (
                "desk",
                [AddressNetwork(address: .v6(high: 0, low: 0xFFFF_0A01_0009), length: 128)]
            ),
            ("last", [AddressNetwork(address: .v4(.max), length: 32)]),
        ])
        #expect(Self.name(groups, .v4(client)) == expected)
        // IPv4 inside IPv6 is IPv4.
        let mapped = IPAddress.v6(high: 0, low: 0xFFFF << 32 | UInt64(client))
        #expect(Self.name(groups, mapped) == expected)
    }

    @Test func noGroupsAndAllOfAFamily() {
        #expect(ClientGroups.none.group(of: .v4(1)) == .general)
        #expect(ClientGroups.none.names == [""])
        let groups = ClientGroups([
            ("four", [AddressNetwork(address: .v4(0), length: 0)]),
            ("six", [AddressNetwork(address: .v6(high: 0, low: 0), length: 0)]),
        ])
        for address in [UInt32(0), 1, 0x7FFF_FFFF, .max] {
            #expect(Self.name(groups, .v4(address)) == "four")
        }
        for half in [UInt64(0), 1, .max] {
            #expect(Self.name(groups, .v6(high: half, low: half)) == "six")
        }
    }

    /// Networks cluster, so that they nest and touch; clients stand at their edges.
    @Test(arguments: 0..<40)
    func asAWalkOverAllNetworksSays(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var groups: [Group] = []
        var edges: [IPAddress] = [.v4(0), .v4(.max), .v6(high: 0, low: 0)]
        edges.append(.v6(high: .max, low: .max))
        let bits4 = random.pick([4, 8, 32])
        let bits6 = random.pick([6, 64, 128])
        for number in 0..<random.below(12) {
            var networks: [AddressNetwork] = []
            for _ in 0..<1 + random.below(20) {
                let network = Self.network(bits4, bits6, &random)
                networks.append(network)
                edges += Self.edges(network)
            }
            groups.append(("g\(number)", networks))
        }
        let table = ClientGroups(groups)
        for client in edges {
            #expect(Self.name(table, client) == Self.naive(groups, client), "\(client)")
        }
    }

    private static func network(
        _ bits4: Int, _ bits6: Int, _ random: inout SplitMix64
    ) -> AddressNetwork {
        if random.chance(0.5) {
            let address = UInt32(truncatingIfNeeded: random.next()) << UInt32(32 - bits4)
            return AddressNetwork(address: .v4(address), length: random.below(33))
        }
        let value = (UInt128(random.next()) << 64 | UInt128(random.next())) << UInt128(128 - bits6)
        let address = IPAddress.v6(
            high: UInt64(value >> 64), low: UInt64(truncatingIfNeeded: value))
        return AddressNetwork(address: address, length: random.below(129)).unmapped
    }

    /// The first and the last address of a network, and their neighbours.
    private static func edges(_ network: AddressNetwork) -> [IPAddress] {
        switch network.address {
        case .v4(let start):
            let last = start | (network.length == 0 ? .max : UInt32.max >> UInt32(network.length))
            return [start, start &- 1, last, last &+ 1].map { .v4($0) }
        case .v6(let high, let low):
            let start = UInt128(high) << 64 | UInt128(low)
            let hosts = network.length == 0 ? .max : UInt128.max >> UInt128(network.length)
            return [start, start &- 1, start | hosts, (start | hosts) &+ 1].map {
                .v6(high: UInt64($0 >> 64), low: UInt64(truncatingIfNeeded: $0))
            }
        }
    }
}
