import Foundation
import KhienModel
import KhienTestKit
import Testing

/// Every disguise of listed targets, written into a request line as it stands: blocked, or refused
/// as no request; never sent on.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct DisguiseTests {
    /// Blocked by order or operator; or refused: malformed, too long, an unknown scheme or version.
    private static let blocked: Set<Int> = [403, 451]
    private static let refused: Set<Int> = [400, 414, 501, 505]

    private static let targets: [(TargetKind, String)] = [
        (.domain, "casino.order.test"), (.domain, "xn--sngbi-yqa9c.kiss.test"),
        (.host, "192.0.2.77"), (.urlPrefix, "127.0.0.1/ordered"),
        (.url, "site.kiss-2.test/so%20bac/a%20b.php"), (.url, "site.kiss-2.test/?id=casino"),
    ]

    private let folder: TemporaryFolder
    private let daemon: DaemonProcess

    init() throws {
        folder = try TemporaryFolder()
        try Site.writeLists(folder)
        try folder.write(
            "more.txt",
            "xn--sngbi-yqa9c.kiss.test\nhttp://192.0.2.77/\n"
                + "http://site.kiss-2.test/so%20bac/a%20b.php\nhttp://site.kiss-2.test/?id=casino\n"
        )
        try folder.write("urls", "127.0.0.1/ordered\n")
        try folder.write(
            "khien.yaml",
            Site.configuration(
                lists: """
                      - { path: more.txt, format: urls, category: gambling }
                      - { path: urls, format: ut1, category: gambling }
                    """.replacing("                      -", with: "  -")))
        daemon = try DaemonProcess(folder)
    }

    /// HTTP/1.0 needs no `Host`, so that a wrong one is not what refuses the request.
    @Test(arguments: ["HTTP/1.0", "HTTP/1.1"]) func nothingIsForwarded(version: String) throws {
        var count: [Int: Int] = [:]
        for (kind, listed) in Self.targets {
            let target = try #require(DisguisedTarget(kind: kind, target: listed))
            for disguise in Disguise.all {
                guard let url = disguise.spell(target) else { continue }
                let status = try status("GET \(url) \(version)", host: Self.authority(of: url))
                count[status, default: 0] += 1
                #expect(
                    Self.blocked.contains(status) || Self.refused.contains(status),
                    "\(disguise.name): \(status) for \(url.prefix(200))")
                if disguise.name == "plain" { #expect(Self.blocked.contains(status), "\(url)") }
            }
        }
        // What HTTP's own grammar lets pass is blocked: this is no test of refusals.
        let blocked = Self.blocked.reduce(0) { $0 + count[$1, default: 0] }
        #expect(blocked >= 150, "\(count)")
    }

    @Test func noTunnelIsOpened() throws {
        var blocked = 0
        for (kind, listed) in Self.targets where kind == .domain || kind == .host {
            let target = try #require(DisguisedTarget(kind: kind, target: listed))
            for disguise in Disguise.names + Disguise.addresses {
                guard let url = disguise.spell(target) else { continue }
                let host = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != ":" }
                let bracketed =
                    url.contains("[") ? url.prefix { $0 != "]" }.dropFirst(7) + "]" : host
                let place = bracketed + ":443"
                let status = try status("CONNECT \(place) HTTP/1.1", host: String(place))
                #expect(
                    Self.blocked.contains(status) || Self.refused.contains(status),
                    "\(disguise.name): \(status) for \(place)")
                if Self.blocked.contains(status) { blocked += 1 }
            }
        }
        #expect(blocked >= 40)
    }

    private func status(_ line: String, host: String) throws -> Int {
        let socket = try RawSocket(port: daemon.port)
        let fields = line.hasSuffix("1.0") ? "" : "Host: \(host)\r\n"
        socket.send("\(line)\r\n\(fields)Accept: application/json\r\n\r\n")
        return try #require(socket.takeResponse(), "\(line.prefix(200))").status
    }

    /// What stands between the scheme's slashes and the path.
    private static func authority(of url: String) -> String {
        let rest = url.drop { $0 != ":" }.dropFirst().drop { $0 == "/" || $0 == "\\" }
        return String(rest.prefix { !"/\\?#\r\n".contains($0) })
    }
}
