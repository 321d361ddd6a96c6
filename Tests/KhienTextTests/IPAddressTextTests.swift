import Glibc
import KhienModel
import KhienText
import Testing

@Suite struct IPAddressTextTests {
    @Test(
        arguments: [
            ("1.2.3.4", .v4(0x0102_0304), "1.2.3.4"),
            ("0.0.0.0", .v4(0), "0.0.0.0"),
            ("255.255.255.255", .v4(.max), "255.255.255.255"),
            ("::", .v6(high: 0, low: 0), "::"),
            ("::1", .v6(high: 0, low: 1), "::1"),
            ("1::", .v6(high: 1 << 48, low: 0), "1::"),
            ("::ffff:1.2.3.4", .v6(high: 0, low: 0xFFFF_0102_0304), "::ffff:102:304"),
            ("1:2:3:4:5:6:1.2.3.4", .v6(high: 0x1_0002_0003_0004, low: 0x5_0006_0102_0304), nil),
            // RFC 5952 sections 4.1 to 4.3.
            ("2001:0DB8::0001", .v6(high: 0x2001_0DB8_0000_0000, low: 1), "2001:db8::1"),
            (
                "2001:db8:0:1:1:1:1:1", .v6(high: 0x2001_0DB8_0000_0001, low: 0x1_0001_0001_0001),
                "2001:db8:0:1:1:1:1:1"
            ),
            (
                "2001:0:0:1:0:0:0:1", .v6(high: 0x2001_0000_0000_0001, low: 1), "2001:0:0:1::1"
            ),
            (
                "2001:db8::1:0:0:1", .v6(high: 0x2001_0DB8_0000_0000, low: 0x1_0000_0000_0001),
                "2001:db8::1:0:0:1"
            ),
        ] as [(String, IPAddress, String?)])
    func readsAndWrites(text: String, address: IPAddress, written: String?) {
        #expect(IPAddressText.parse(Array(text.utf8).span) == address)
        if let written { #expect(IPAddressText.string(address) == written) }
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "01.2.3.4", "1.2.3.00", "1.2.3.256",
        "1.2.3.4444",
        "0x1.2.3.4", " 1.2.3.4", "1..2.3", "[::1]", ":", ":::", "1:2:3:4:5:6:7:8:9", "::1::",
        "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "::g", "12345::", "1.2.3.4::", "::1.2.3.04", "1:",
    ])
    func refuses(text: String) {
        #expect(IPAddressText.parse(Array(text.utf8).span) == nil)
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.0.0.0", 8, false), ("10.1.2.3/8", "10.0.0.0", 8, true),
            ("1.2.3.4/32", "1.2.3.4", 32, false), ("255.255.255.255/0", "0.0.0.0", 0, true),
            ("2001:db8::1/32", "2001:db8::", 32, true), ("::1/128", "::1", 128, false),
            ("ffff::/0", "::", 0, true), ("1:2:3:4:5::/64", "1:2:3:4::", 64, true),
            ("1:2:3:4:5::/65", "1:2:3:4::", 65, true),
        ] as [(String, String, UInt8, Bool)])
    func networks(text: String, address: String, length: UInt8, hasHostBits: Bool) throws {
        let parsed = IPAddressText.parseNetwork(Array(text.utf8).span)
        let network = try #require(parsed)
        #expect(IPAddressText.string(network.address) == address)
        #expect(network.prefixLength == length)
        #expect(network.hasHostBits == hasHostBits)
    }

    @Test(arguments: [
        "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/-1",
        "10.0.0.0/8/8", "10.0.0.0/1000", "10/8", "10.0.0.0/ 8",
    ])
    func refusesNetworks(text: String) {
        #expect(IPAddressText.parseNetwork(Array(text.utf8).span) == nil)
    }

    /// Reading and writing against the C library's `inet_pton` and `inet_ntop`.
    @Test func agreesWithTheCLibrary() {
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<20_000 {
            var octets = (0..<16).map { _ in
                Bool.random(using: &generator) ? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            // The C library writes these two blocks with dots; we do not.
            octets[0] |= 1
            var buffer = [CChar](repeating: 0, count: 64)
            guard inet_ntop(AF_INET6, &octets, &buffer, 64) != nil else {
                Issue.record("inet_ntop failed")
                return
            }
            let end = buffer.firstIndex(of: 0) ?? 0
            let text = buffer[..<end].map { UInt8(bitPattern: $0) }
            let high = octets[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let low = octets[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            #expect(IPAddressText.parse(text.span) == .v6(high: high, low: low))
            let written = IPAddressText.string(.v6(high: high, low: low))
            #expect(Array(written.utf8) == text)
        }
    }

    @Test func readsWhatTheCLibraryReads() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789abcF::::....".utf8)
        var accepted = 0
        for _ in 0..<300_000 {
            let text = (0..<Int.random(in: 1...14, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let name = String(decoding: text, as: UTF8.self)
            var octets = [UInt8](repeating: 0, count: 16)
            let isV6 = inet_pton(AF_INET6, name, &octets) == 1
            let isV4 = inet_pton(AF_INET, name, &octets) == 1
            let ours = IPAddressText.parse(text.span)
            #expect((ours != nil) == (isV6 || isV4), "\(name)")
            if ours != nil { accepted += 1 }
        }
        #expect(accepted > 1_000)
    }
}
