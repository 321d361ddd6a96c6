import KhienModel
import KhienText
import Testing

@Suite struct IPAddressTextTests {
    @Test(arguments: [
        ("1.2.3.4", IPAddress.v4(0x0102_0304)),
        ("255.255.255.255", .v4(.max)),
        ("::", .v6(high: 0, low: 0)),
        ("::ffff:1.2.3.4", .v6(high: 0, low: 0xFFFF_0102_0304)),
        ("2001:DB8::1", .v6(high: 0x2001_0DB8_0000_0000, low: 1)),
    ])
    func reads(text: String, address: IPAddress) {
        let bytes = Array(text.utf8)
        #expect(IPAddressText.parse(bytes.span) == address)
    }
}
