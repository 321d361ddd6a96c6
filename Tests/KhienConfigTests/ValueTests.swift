import KhienConfig
import KhienModel
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("100ms", Int64(100)), ("1s", 1_000), ("90s", 90_000), ("5m", 300_000), ("24h", 86_400_000),
        ("1d", 86_400_000), ("30 s", 30_000),
    ])
    func durations(text: String, milliseconds: Int64) throws {
        let found = try configuration(oneList + "timeouts: {idle: \(text)}")
        #expect(found.timeouts.idle == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "1", "1 week", "-1s", "1.5s", "1e3s", "0x10s", "99ms", "86401s",
        "9223372036854775807d", "١s",
    ])
    func noDurations(text: String) {
        #expect(faults(oneList + "timeouts: {idle: \"\(text)\"}").count == 1)
    }

    @Test(arguments: [("512", 512), ("512B", 512), ("1KiB", 1_024), ("64KiB", 65_536)])
    func sizes(text: String, bytes: Int) throws {
        let found = try configuration(oneList + "limits: {request-line-bytes: \(text)}")
        #expect(found.limits.requestLineBytes == bytes)
    }

    @Test(arguments: [
        "511", "65537", "65KiB", "1kB", "1K", "KiB", "1.5KiB", "9223372036854775807GiB",
    ])
    func noSizes(text: String) {
        #expect(faults(oneList + "limits: {request-line-bytes: \(text)}").count == 1)
    }

    @Test(arguments: [("on", true), ("off", false), ("true", true), ("no", false)])
    func switches(text: String, isOn: Bool) throws {
        #expect(try configuration(oneList + "text: {pages: \(text)}").text.pages == isOn)
    }

    /// What else a section `text` may not say.
    @Test(arguments: [
        "pages: maybe", "pages:", "hold: 4095", "hold: 1025KiB", "delay-max: 9ms",
        "delay-max: 11s", "body-max: 65535", "body-max: 2GiB", "limit: 0", "limit: 1000001",
        "limits: 80", "limits: [a]", "limits: {\"a b\": 80}", "limits: {a: 0}", "limits: {a: x}",
        "types: []", "types: [html, html]", "types: [image]", "type: [html]",
    ])
    func noTextSection(line: String) {
        #expect(faults(oneList + "text: {\(line)}").count == 1)
    }

    @Test(arguments: [
        "hold: 4096", "hold: 1MiB", "delay-max: 10ms", "delay-max: 10s",
        "body-max: 64KiB", "body-max: 1GiB", "limit: 1", "limit: 1000000", "limits: {}",
    ])
    func textSectionAtItsLimits(line: String) {
        #expect(faults(oneList + "text: {\(line)}").isEmpty)
    }

    @Test(arguments: [("0%", 0), ("10%", 100), ("12.5%", 125), ("100%", 1_000), ("10 %", 100)])
    func percentages(text: String, tenths: Int) throws {
        let found = try configuration(oneList + "guards: {maximum-shrink: \(text)}")
        #expect(found.guards.maximumShrink == Percentage(tenths: tenths))
    }

    @Test(arguments: ["10", "100.1%", "101%", "-1%", "1.25%", "%", "1.%"])
    func noPercentages(text: String) {
        #expect(faults(oneList + "guards: {maximum-shrink: \"\(text)\"}").count == 1)
    }

    @Test(arguments: [
        (Percentage(10), 1_000, 100), (Percentage(tenths: 125), 8, 1),
        (Percentage(100_000), Int.max, Int.max),
    ])
    func shares(share: Percentage, count: Int, result: Int) {
        #expect(share.of(count) == result)
    }

    /// Forms that `inet_aton` or browsers take and this file does not: RFC 6943 section 3.1.1 tells
    /// why two readings are dangerous.
    @Test(arguments: [
        "127.1:80", "0177.0.0.1:80", "0x7f.0.0.1:80", "2130706433:80", "localhost:80",
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "[127.0.0.1]:80", "[::1%lo]:80", "[:::1]:80",
        "[1:2:3:4:5:6:7:8:9]:80", "[1:2:3:4:5:6:7]:80", "[::1.2.3]:80", "[12345::]:80", "[+1::]:80",
        ":80", "256.0.0.1:80", "1.2.3.4.5:80",
    ])
    func noListeners(text: String) {
        #expect(faults(oneList + "listen: [{explicit: \"\(text)\"}]").count == 1)
    }

    /// RFC 4291 section 2.2, RFC 5952 section 1.
    @Test(arguments: [
        ("[::]:1", "[0:0:0:0:0:0:0:0]:1"),
        ("[2001:DB8::8:800:200C:417A]:1", "[2001:db8:0:0:8:800:200c:417a]:1"),
        ("[::ffff:192.0.2.1]:1", "[0:0:0:0:0:ffff:c000:201]:1"),
        ("[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1"),
        ("0.0.0.0:0", "0.0.0.0:0"),
    ])
    func listeners(text: String, rendered: String) throws {
        let found = try configuration(oneList + "listen: [{explicit: \"\(text)\"}]")
        #expect(found.listen.map(\.description) == [rendered])
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("0.0.0.0/0", "255.255.255.255", "::1"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"), ("fd00::/8", "fdff::1", "fe00::"),
        ("2001:db8::/65", "2001:db8::7fff:0:0:0", "2001:db8::8000:0:0:0"),
        ("::/0", "::5", "1.2.3.4"),
    ])
    func networks(network: String, inside: String, outside: String) throws {
        let found = try configuration(
            oneList
                + "upstream: {allow-private: [\"\(network)\"]}\nlisten: [{explicit: \"\(bracketed(inside)):0\"}, {explicit: \"\(bracketed(outside)):0\"}]"
        )
        #expect(found.upstream.allowPrivate.allows(found.listen[0].address))
        #expect(!found.upstream.allowPrivate.allows(found.listen[1].address))
    }

    private func bracketed(_ address: String) -> String {
        address.contains(":") ? "[\(address)]" : address
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "10.0.0/8", "a/8"])
    func noNetworks(text: String) {
        #expect(faults(oneList + "upstream: {allow-private: [\"\(text)\"]}").count == 1)
    }

    @Test(arguments: [
        "", ".", "a..b", "-a.test", "a-.test", "a b", "ví-dụ.test", "a/b",
        String(repeating: "a", count: 64), String(repeating: "a.", count: 128),
    ])
    func noHostNames(text: String) {
        #expect(faults(oneList + "protected-names: [\"\(text)\"]").count == 1)
    }

    @Test(arguments: [
        "ftp://a.test/", "https://", "https://u@a.test/", "https://a.test:0/", "https://a.test/ b",
        "javascript:alert(1)", "https://ví.test/",
    ])
    func noWebAddresses(text: String) {
        #expect(faults(oneList + "block-page: {url: \"\(text)\"}").count == 1)
    }
}
