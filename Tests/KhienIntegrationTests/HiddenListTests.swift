import Foundation
import KhienService
import Testing

/// Lists without clear text through the real daemon: confidential ones and hashed ones.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct HiddenListTests {
    /// What must stand in no file of the daemon's and in no word of its tools.
    private static let secrets = ["verborgen", "heimlich", "donker"]

    private static let lists = """
          - { path: secret.csv, format: orders, confidential: true }
          - { path: hashed.txt, format: sha256, category: abuse }
        """

    /// A daemon that took hidden lists in by a reload. Its log is asked for whole URLs.
    private static func site() throws -> Site {
        let site = try Site(
            top: "events: { url: full }\nprotected-names: [school.heimlich.test]")
        let folder = site.folder
        try folder.write(
            "secret.csv",
            Site.ordersHeader
                + """
                7/QĐ-VD,Sở mẫu,Điều 9,2026-01-05,2026-01-06,,abuse,block,domain,verborgen.test,
                7/QĐ-VD,,,,,,,,url-prefix,http://127.0.0.1/donker/,
                7/QĐ-VD,,,,,,,,domain,heimlich.test,
                7/QĐ-VD,,,,,,,,domain,both.order.test,
                7/QĐ-VD,,,,,,,,domain,ver borgen.heimlich.test,

                """)
        // printf %s 'gehasht.test/' | sha256sum
        try folder.write(
            "hashed.txt",
            "1b329b98196d5307cd631828f2a1f649543bbf4a4ea23054b490ad3839477b9c\n")
        let text = String(decoding: try folder.read("khien.yaml"), as: UTF8.self)
        try folder.write("khien.yaml", text.replacing("guards:", with: lists + "\nguards:"))
        let reload = try site.daemon.reload("--accept-sizes", "--json")
        #expect(reload.status == 0, "\(reload.everything)")
        // One is held, one is wrong; both are told by their lines alone.
        #expect(reload.text.contains("secret.csv"), "\(reload.text)")
        for secret in secrets { #expect(!reload.everything.contains(secret)) }
        return site
    }

    /// Every file of the state folder, and the daemon's own words.
    private static func expectNoSecrets(_ site: Site) throws {
        let files = try #require(
            FileManager.default.enumerator(atPath: site.folder.file("state"))?.allObjects
                as? [String])
        #expect(files.contains("current.khien") && files.contains("lists.key"))
        // `parsed` is the cache of parsed lists: no confidential list may stand there.
        for name in files where name != "events" && name != "parsed" {
            let bytes = try site.folder.read("state/" + name)
            let text = String(decoding: bytes, as: UTF8.self)
            for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(name)") }
        }
        for secret in secrets { #expect(!site.daemon.log.contains(secret), "\(secret)") }
    }

    @Test func aConfidentialListBlocksAndIsNotWrittenDown() throws {
        let site = try Self.site()
        let tunnel = try site.daemon.request("a.verborgen.test:443", method: "CONNECT")
        #expect(tunnel.status == 451)
        for url in [
            "http://verborgen.test/x?y=1", "http://a.verborgen.test/",
            "\(site.origin.url("/donker/album.html"))",
        ] {
            let response = try site.daemon.request(url, fields: ["Accept: application/json"])
            #expect(response.status == 451, "\(url)")
            let event = try #require(
                try site.daemon.event(response.member("reference")), "\(url)")
            #expect(event["url.domain"] == nil && event["url.full"] == nil)
            #expect((event["khien.url.hash"] as? String)?.count == 64)
            #expect(event["rule.name"] == nil)
            #expect(event["rule.ruleset"] as? String == "secret")
            #expect(event["khien.order.number"] as? String == "7/QĐ-VD")
        }
        // An operator's protected name holds no order.
        let protected = try site.daemon.request("http://x.heimlich.test/")
        #expect(protected.status == 451)
        #expect(try site.daemon.verifyLog().status == 0)
        try Self.expectNoSecrets(site)
    }

    /// An open list decides, a confidential one names the same: the event says no more than the
    /// confidential one allows.
    @Test func anEventOfBothIsTheConfidentialOnes() throws {
        let site = try Self.site()
        let orders = String(decoding: try site.folder.read("orders.csv"), as: UTF8.self)
        try site.folder.write(
            "orders.csv", orders + "12/QĐ-VD,,,,,,,,domain,both.order.test,\n")
        #expect(try site.daemon.reload("--accept-sizes").status == 0)
        for (host, isNamed) in [("both.order.test", false), ("casino.order.test", true)] {
            let response = try site.daemon.request(
                "http://\(host)/", fields: ["Accept: application/json"])
            let event = try #require(try site.daemon.event(response.member("reference")))
            #expect(event["rule.ruleset"] as? String == "orders")
            #expect((event["url.domain"] != nil) == isNamed, "\(host)")
            #expect((event["rule.name"] != nil) == isNamed, "\(host)")
        }
    }

    @Test func theKeyIsTheDaemonsOwn() throws {
        let site = try Self.site()
        let attributes = try FileManager.default.attributesOfItem(
            atPath: site.folder.file("state/lists.key"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == 16)
        let key = try site.folder.read("state/lists.key")
        let image = try site.folder.read("state/current.khien")
        #expect(Data(image).range(of: Data(key)) == nil)
        #expect(Data(image).range(of: Data(key.prefix(8))) == nil)
        // A second reload keeps it, and the image with it.
        let first = try site.daemon.status().image.fingerprint
        #expect(try site.daemon.reload().status == 0)
        #expect(try site.daemon.status().image.fingerprint == first)
        #expect(try site.folder.read("state/lists.key") == key)
    }

    @Test func theToolsNeedTheKey() throws {
        let site = try Self.site()
        let image = site.folder.file("state/current.khien")
        // Beside the image, as in the state folder.
        let explained = try Command.khien(
            "explain", "--image", image, "--json", "http://a.verborgen.test/")
        #expect(explained.status == 0, "\(explained.everything)")
        #expect(explained.text.contains("confidential:"))
        let matched = try Command.khien(
            "match", "--image", image, "--requests", "-", input: "http://verborgen.test/\n")
        #expect(matched.text.hasPrefix("block\thost\tsecret:2\tconfidential:"))
        let elsewhere = try site.folder.write(
            "away/image.khien", site.folder.read("state/current.khien"))
        let without = try Command.khien("explain", "--image", elsewhere, "http://a.test/")
        #expect(without.status == 1 && without.errors.contains("--key"), "\(without.everything)")
        let wrong = try site.folder.write("away/wrong.key", [UInt8](repeating: 1, count: 16))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: wrong)
        let other = try Command.khien(
            "explain", "--image", elsewhere, "--key", wrong, "http://a.test/")
        #expect(other.status == 1 && other.errors.contains("another key"))
        // A key that others can read is no secret.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: wrong)
        let open = try Command.khien(
            "explain", "--image", elsewhere, "--key", wrong, "http://a.test/")
        #expect(open.status == 1 && open.errors.contains("mode 0600"), "\(open.everything)")
        let right = try Command.khien(
            "explain", "--image", elsewhere, "--key", site.folder.file("state/lists.key"),
            "http://verborgen.test/")
        #expect(right.status == 0 && right.text.contains("verdict  block"))
    }

    /// A lost key is no lost daemon: the last good image is refused, the lists are compiled anew.
    @Test func aLostKeyIsMadeAnew() throws {
        let site = try Self.site()
        let folder = site.folder
        site.daemon.child.kill()
        try folder.remove("state/lists.key")
        let again = try DaemonProcess(folder)
        #expect(again.log.contains("no key for them was given"), "\(again.log)")
        #expect(try again.request("http://verborgen.test/").status == 451)
        again.child.kill()
        try folder.write("state/lists.key", [UInt8](repeating: 9, count: 16))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.file("state/lists.key"))
        let third = try DaemonProcess(folder)
        #expect(third.log.contains("compiled with another key"), "\(third.log)")
        #expect(try third.request("http://verborgen.test/").status == 451)
    }

    /// A key that cannot be used refuses the reload, with its reason; the old lists stay.
    @Test func aKeyThatOthersCanReadRefusesAReload() throws {
        let site = try Self.site()
        let key = site.folder.file("state/lists.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
        let reload = try site.daemon.reload()
        #expect(reload.status == 1 && reload.everything.contains("key.unusable"))
        #expect(try site.daemon.request("http://verborgen.test/").status == 451)
    }

    /// What cannot be confidential refuses the reload by its line, without its text.
    @Test func aConfidentialPatternRefusesAReload() throws {
        let site = try Self.site()
        let text = String(decoding: try site.folder.read("secret.csv"), as: UTF8.self)
        try site.folder.write("secret.csv", text + "7/QĐ-VD,,,,,,,,regex,don[k]er,\n")
        let reload = try site.daemon.reload("--accept-sizes")
        #expect(reload.status == 1, "\(reload.everything)")
        #expect(reload.everything.contains("secret.csv:7: error: "), "\(reload.everything)")
        #expect(reload.everything.contains("confidential.regex"))
        #expect(!reload.everything.contains("don[k]er"))
        #expect(try site.daemon.request("http://verborgen.test/").status == 451)
    }

    @Test func aHashedListBlocks() throws {
        let site = try Self.site()
        #expect(try site.daemon.request("http://x.gehasht.test/1/2").status == 403)
        let tunnel = try site.daemon.request("gehasht.test:443", method: "CONNECT")
        #expect(tunnel.status == 403)
        let response = try site.daemon.request(
            "http://gehasht.test/", fields: ["Accept: application/json"])
        let event = try #require(try site.daemon.event(response.member("reference")))
        #expect(event["khien.target.kind"] as? String == "sha256")
        #expect(event["khien.view"] as? String == "expression")
        let image = site.folder.file("state/current.khien")
        let explained = try Command.khien("explain", "--image", image, "http://x.gehasht.test/1")
        #expect(explained.text.contains("view expression"), "\(explained.everything)")
        #expect(explained.text.contains("expression gehasht.test/,"), "\(explained.everything)")
        // Not confidential: the log was asked for whole URLs.
        #expect(event["url.full"] as? String == "http://gehasht.test/")
    }
}
