import KhienModel

/// Which group a client belongs to: the one with the most specific network that its address lies in.
///
/// ```
///   10.0.0.0/8 pupils      10.1.0.0/16 teachers        10.1.0.9 office
///   ─┬──────────────┬──────────────┬─┬──────────────┬────────────────
///    0 pupils       1 teachers     2 3 teachers      4 pupils          ranges, by their first address
/// ```
/// Networks lie one inside the other or apart, so they make ranges that do not overlap; a look-up is a
/// binary search for the range. Immutable and shared by all event loops; asked once for each
/// connection and judge.
public struct ClientGroups: Sendable {
    /// By group; the first is that of clients without a group and is empty.
    public let names: [String]
    private let version4: NetworkRanges<UInt32>
    private let version6: NetworkRanges<UInt128>

    /// No groups.
    public static let none = ClientGroups([])

    /// - Parameter groups: equal networks of two groups count for the later one; a configuration has
    ///   none.
    public init(_ groups: [(name: String, networks: [AddressNetwork])]) {
        names = [""] + groups.map(\.name)
        var version4: [NetworkRanges<UInt32>.Network] = []
        var version6: [NetworkRanges<UInt128>.Network] = []
        for (index, group) in groups.enumerated() {
            for network in group.networks.map(\.unmapped) {
                let length = network.length
                switch network.address {
                case .v4(let start): version4.append((start, length, index + 1))
                case .v6: version6.append((Self.number(network.address), length, index + 1))
                }
            }
        }
        self.version4 = NetworkRanges(version4)
        self.version6 = NetworkRanges(version6)
    }

    /// The group of a client. IPv4 inside IPv6 counts as IPv4. Allocates nothing.
    ///
    /// - Complexity: logarithmic in the number of networks.
    public func group(of client: IPAddress) -> ClientGroup {
        let client = client.unmapped
        return switch client {
        case .v4(let address): ClientGroup(version4.group(of: address))
        case .v6: ClientGroup(version6.group(of: Self.number(client)))
        }
    }

    private static func number(_ address: IPAddress) -> UInt128 {
        switch address {
        case .v4(let value): UInt128(value)
        case .v6(let high, let low): UInt128(high) << 64 | UInt128(low)
        }
    }
}

/// The ranges that nested networks make.
private struct NetworkRanges<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    typealias Network = (start: Address, length: Int, group: Int)

    /// The first address of each range, rising; the first range begins at zero.
    private var starts: [Address] = [0]
    private var groups: [Int] = [ClientGroup.general.index]

    init(_ networks: [Network]) {
        let sorted = networks.sorted {
            ($0.start, $0.length, $0.group) < ($1.start, $1.length, $1.group)
        }
        var open: [(last: Address, group: Int)] = []
        for network in sorted {
            while let inner = open.last, inner.last < network.start { end(&open, inner.last) }
            begin(network.start, network.group)
            let hosts = network.length == 0 ? Address.max : Address.max >> network.length
            open.append((network.start | hosts, network.group))
        }
        while let inner = open.last { end(&open, inner.last) }
    }

    /// The innermost network ends with the address `last`; the one around it goes on.
    private mutating func end(_ open: inout [(last: Address, group: Int)], _ last: Address) {
        open.removeLast()
        guard last < Address.max else { return }
        begin(last + 1, open.last?.group ?? ClientGroup.general.index)
    }

    private mutating func begin(_ start: Address, _ group: Int) {
        if starts[starts.count - 1] == start {
            groups[groups.count - 1] = group
        } else {
            starts.append(start)
            groups.append(group)
        }
    }

    func group(of address: Address) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle } else { high = middle }
        }
        return groups[low]
    }
}
