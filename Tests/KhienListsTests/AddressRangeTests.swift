import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Ranges become networks that cover exactly them, checked through the list format.
@Suite struct AddressRangeTests {
    private func networks(_ line: String) -> [IPNetwork] {
        var options = ListParser.Options()
        options.format = .addresses
        let list = ListParser.parse(Array(line.utf8), name: "", path: "", options: options)
        return list.entries.records.compactMap { record in
            let text = list.entries.text[record.range]
            if record.kind == .network { return IPAddressText.parseNetwork(Array(text).span) }
            guard let address = IPAddressText.parse(Array(text).span) else { return nil }
            var length = 128
            if case .v4 = address { length = 32 }
            return IPNetwork(address: address, prefixLength: length)
        }
    }

    @Test func networksOfARangeTouchAndCoverIt() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2_000 {
            let one = UInt32.random(in: 1...UInt32.max, using: &random) >> UInt32(random.below(30))
            let two = UInt32.random(in: 1...UInt32.max, using: &random) >> UInt32(random.below(30))
            let (low, high) = (min(one, two), max(one, two))
            let line = "\(IPAddressText.string(.v4(low)))-\(IPAddressText.string(.v4(high)))"
            var next = UInt64(low)
            for network in networks(line) {
                guard case .v4(let start) = network.address else {
                    Issue.record("an IPv6 network")
                    return
                }
                #expect(UInt64(start) == next && !network.hasHostBits)
                next += UInt64(1) << UInt64(32 - network.prefixLength)
            }
            #expect(next == UInt64(high) + 1, "\(line)")
        }
    }

    /// At the limit and past it, in one pass and in pieces: which ranges are refused depends on all before them.
    @Test(arguments: [11, 12, 13, 1_000])
    func theMostNetworksOfAList(limit: Int) {
        // Ranges of 2, 6, 1 and 3 networks; an address and a network, which do not count.
        let lines = [
            "192.0.2.1-192.0.2.2", "192.0.2.1-192.0.2.14", "192.0.2.3", "198.51.100.0/24",
            "198.51.100.0-198.51.100.255", "203.0.113.2-203.0.113.9",
        ]
        let lists = [Int.max, 1, 30].map { pieceBytes in
            var options = ListParser.Options()
            options.format = .addresses
            options.rangeNetworksMax = limit
            options.pieceBytes = pieceBytes
            return ListParser.parse(
                Array(lines.joined(separator: "\n").utf8), name: "", path: "", options: options)
        }
        for list in lists {
            #expect(list.report.rejections == (limit < 12 ? ["address.too-many": 1] : [:]))
            #expect(list.entries.records.count == (limit < 12 ? 11 : 14))
            #expect(list.report.diagnostics.map(\.location.line) == (limit < 12 ? [6] : []))
            #expect(list.entries.text == lists[0].entries.text)
        }
    }

    /// What is refused takes no room: the next range that fits is taken, on lines and in rows of an order. The
    /// message names the limit that holds.
    @Test func refusedRangesDoNotCount() {
        let ranges = [
            "192.0.2.1-192.0.2.2", "192.0.2.1-192.0.2.14", "192.0.2.3-192.0.2.3",
            "203.0.113.2-203.0.113.9", "198.51.100.0-198.51.100.255", "192.0.2.8-192.0.2.8",
        ]
        for isOrder in [false, true] {
            for pieceBytes in [Int.max, 1, 30] {
                var options = ListParser.Options()
                options.format = isOrder ? .orders : .addresses
                options.rangeNetworksMax = 4
                options.pieceBytes = pieceBytes
                let head = isOrder ? "order,target-type,target\n" : ""
                let text = head + ranges.map { isOrder ? "1,cidr,\($0)\n" : "\($0)\n" }.joined()
                let list = ListParser.parse(
                    Array(text.utf8), name: "", path: "", options: options)
                let lines = [1, 1, 3, 5].map { UInt32($0) + (isOrder ? 1 : 0) }
                #expect(list.entries.records.map(\.line) == lines)
                #expect(list.report.rejections == ["address.too-many": 3])
                let messages = list.report.diagnostics.filter { $0.code == "address.too-many" }
                #expect(messages.count == 3)
                #expect(messages.allSatisfy { $0.message.contains("(at most 4)") }, "\(messages)")
            }
        }
    }

    /// 20,000 lines that became 3.2 million entries.
    @Test func noListBecomesMoreNetworks() {
        let line = "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n"
        let count = Limits.Lists.rangeNetworksMax / 254
        var options = ListParser.Options()
        options.format = .addresses
        let list = ListParser.parse(
            Array(String(repeating: line, count: count + 2).utf8), name: "", path: "",
            options: options)
        #expect(list.report.rejections == ["address.too-many": 2])
        #expect(list.entries.records.count == count * 254)
    }

    /// The longest answers: 2 (n - 1) networks for n bits.
    @Test(arguments: [
        ("0.0.0.1-255.255.255.254", 62),
        ("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 254),
        ("::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1),
        ("2001:db8::-2001:db8::", 1),
    ])
    func theMostNetworksOfARange(line: String, count: Int) {
        #expect(networks(line).count == count)
        #expect(count < Limits.Lists.networksPerRangeMax)
    }
}
