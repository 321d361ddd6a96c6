import Foundation
import Testing

/// Where the daemon does not connect to, whatever the URL says.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct DestinationTests {
    @Test func privateDestinationsAreRefusedUnlessAllowed() throws {
        let site = try Site(upstream: "{ connect-ports: [443] }")
        let port = site.origin.port
        var hosts = [
            "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "10.1.2.3",
            "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::1]", "[::ffff:127.0.0.1]",
            "[fe80::1]", "[fd00::1]", "[::]", "[64:ff9b::7f00:1]",
        ]
        if !NginxOrigin.hasIPv6 { hosts.removeAll { $0 == "[::1]" } }
        for host in hosts {
            let response = try site.daemon.request("http://\(host):\(port)/small.txt")
            #expect(response.status == 403, "\(host)")
            #expect(
                response.field("proxy-status")?.contains("destination_ip_prohibited") == true,
                "\(host): \(response.head)")
        }
        #expect(try site.daemon.request("127.0.0.1:443", method: "CONNECT").status == 403)
        #expect(try site.origin.requests().isEmpty)
    }

    @Test func networksCanBeAllowedOneByOne() throws {
        let site = try Site(upstream: "{ allow-private: [127.0.0.3/32] }")
        let allowed = try site.daemon.request(site.origin.url("/small.txt", host: "127.0.0.3"))
        #expect(allowed.text == NginxOrigin.smallText)
        let refused = try site.daemon.request(site.origin.url("/small.txt", host: "127.0.0.4"))
        #expect(refused.status == 403)
    }

    @Test func theOwnListenerIsNoDestination() throws {
        let site = try Site()
        for host in ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"] {
            let response = try site.daemon.request("http://\(host):\(site.daemon.port)/")
            #expect(response.status == 508, "\(host)")
        }
    }

    @Test func addressEntriesAreMetOnTheAddressOfTheConnection() throws {
        let site = try Site()
        let direct = try site.daemon.request(
            site.origin.url("/small.txt", host: "127.0.0.2"), fields: ["Accept: application/json"])
        #expect(direct.status == 403)
        #expect(direct.member("list") == "addresses")
        #expect(direct.member("category") == "malware")
        let event = try #require(try site.daemon.event(direct.member("reference")))
        #expect(event["khien.layer"] as? String == "ip")

        // A name that no list has, and that leads to a listed address.
        #expect(
            try site.daemon.request(site.origin.url("/small.txt", host: "localhost")).status == 200)
        try site.folder.write("addresses.txt", "127.0.0.0/31\n::1\n198.51.100.0/24\n")
        #expect(try site.daemon.reload().status == 0)
        let named = try site.daemon.request(site.origin.url("/small.txt", host: "localhost"))
        #expect(named.status == 403)
        // Its open connections are no way around the new list.
        #expect(try site.daemon.request(site.origin.url("/small.txt")).status == 403)
        #expect(try site.origin.requests() == ["GET /small.txt 200"])
    }
}
