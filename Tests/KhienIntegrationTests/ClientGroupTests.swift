import Foundation
import Synchronization
import Testing

/// A school: pupils, teachers and other machines, told apart by the address that they connect from.
/// The real daemon, with clients on several addresses of loopback.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct ClientGroupTests {
    private static let pupil = "127.0.0.3"
    private static let teacher = "127.0.0.2"
    private static let other = "127.0.0.9"
    private static let ordered = "con rùa vàng ánh kim"
    private static let weighed = "con cua đá ven sông"

    private static let groups = """
        text: { forms: on }
        client-groups:
          - name: pupils
            clients: [127.0.0.0/29]
            text: { limit: 40 }
          - name: teachers
            clients: [127.0.0.2]
            text: { pages: off, forms: off }

        """

    private static func site(
        _ top: String = groups, hasOrders: Bool = true
    ) throws -> Site {
        let weights = """
            category: water
            rules:
              - { phrase: \(weighed), weight: 60 }

            """
        let bans = "scope: both\nrules:\n  - { phrase: \(ordered), effect: ban }\n"
        let site = try Site(
            top: top,
            lists: TextSite.lists + "\n  - { path: weights.yaml, format: phrases }\n"
                + (hasOrders
                    ? "  - { path: bans.yaml, format: phrases, authority: authority }\n" : ""),
            files: [
                "phrases.yaml": TextSite.phrases, "forms.yaml": TextSite.formPhrases,
                "weights.yaml": weights, "bans.yaml": bans,
            ])
        let pages = [
            "good": "con mèo", "banned": TextSite.canary, "ordered": ordered, "weighed": weighed,
        ]
        for (name, text) in pages {
            try site.origin.folder.write("www/text/\(name).html", TextSite.page(text))
        }
        return site
    }

    private static func get(_ site: Site, _ url: String, from client: String) throws -> Int {
        let socket = try RawSocket(port: site.daemon.port, from: client)
        socket.send(DaemonProcess.head(url))
        guard let response = socket.takeResponse() else { throw Failure("no answer: \(url)") }
        return response.status
    }

    /// `blocked` or `passes`, for each page.
    private static func pages(_ site: Site, from client: String) throws -> [String] {
        try ["good", "banned", "ordered", "weighed"].map { name in
            let status = try get(site, site.origin.url("/text/\(name).html"), from: client)
            return status == 200 ? "passes" : status == 403 || status == 451 ? "blocked" : "?"
        }
    }

    @Test func pagesDifferAndOrdersHoldForAll() throws {
        let site = try Self.site()
        let (passes, blocked) = ("passes", "blocked")
        #expect(
            try Self.pages(site, from: Self.pupil) == [passes, blocked, blocked, blocked])
        #expect(
            try Self.pages(site, from: Self.teacher) == [passes, passes, blocked, passes])
        #expect(
            try Self.pages(site, from: Self.other) == [passes, blocked, blocked, passes])
        for client in [Self.pupil, Self.teacher, Self.other] {
            #expect(try Self.get(site, Site.blockedByOrder, from: client) == 451)
            #expect(try Self.get(site, Site.blockedByOperator, from: client) == 403)
        }
        // Events have the group's name and never the address.
        let events = try site.daemon.events()
        let names = events.map { $0["client.user.group.name"] as? String ?? "" }
        #expect(
            names == ["pupils", "pupils", "pupils", "teachers", "", ""]
                + ["pupils", "pupils", "teachers", "teachers", "", ""])
        let log = "\(try site.daemon.records())"
        for client in [Self.pupil, Self.teacher, Self.other] { #expect(!log.contains(client)) }
        #expect(events[2]["khien.text.limit"] as? Int == 40)
        try Self.checkCounts(site)
    }

    /// What the last test did, by group.
    private static func checkCounts(_ site: Site) throws {
        var found: [String: [UInt64]] = [:]
        for group in try site.daemon.status().workers.flatMap({ $0.clientGroups ?? [] }) {
            let counts = [group.requests, group.blocked, group.bodiesRead, group.warned]
            found[group.name] = zip(found[group.name] ?? [0, 0, 0, 0], counts).map { $0 + $1 }
        }
        #expect(
            found == ["": [6, 4, 4, 0], "pupils": [6, 5, 4, 0], "teachers": [6, 3, 4, 0]])
        let text = try site.daemon.statusCommand().text
        #expect(text.contains("pupils:") && text.contains("(no group):"))
    }

    /// Without bans of an authority nobody reads what a group's pages say.
    @Test func aGroupThatIsNotRead() throws {
        let site = try Self.site(hasOrders: false)
        #expect(try Self.pages(site, from: Self.teacher) == Array(repeating: "passes", count: 4))
        let workers = try site.daemon.status().workers
        #expect(workers.compactMap { $0.blindSpots?["excluded"] }.reduce(0, +) == 4)
        #expect(workers.compactMap(\.bodiesRead).reduce(0, +) == 0)
    }

    @Test func formsDiffer() throws {
        let site = try Self.site()
        let origin = try ScriptedOrigin { socket in
            while let head = socket.takeHead() {
                let length = Response(head: head).field("content-length").flatMap { Int($0) }
                _ = socket.take(length ?? 0)
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        func send(_ text: String, from client: String) throws -> Int {
            let body = "q=\(text.replacingOccurrences(of: " ", with: "+"))"
            let socket = try RawSocket(port: site.daemon.port, from: client)
            socket.send(
                DaemonProcess.head(
                    "http://127.0.0.1:\(origin.port)/send", method: "POST",
                    fields: [
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Length: \(body.utf8.count)",
                    ]) + body)
            return socket.takeResponse()?.status ?? 0
        }
        #expect(try send(TextSite.formCanary, from: Self.pupil) == 403)
        #expect(try send(TextSite.formCanary, from: Self.other) == 403)
        #expect(try send(TextSite.formCanary, from: Self.teacher) == 200)
        for client in [Self.pupil, Self.teacher, Self.other] {
            #expect(try [403, 451].contains(send(Self.ordered, from: client)), "\(client)")
            #expect(try send("con mèo", from: client) == 200)
        }
    }

    /// A reload moves clients to other groups, on connections that are open too; a refused one does
    /// not.
    @Test func reloadsMoveClients() throws {
        let site = try Self.site()
        let socket = try RawSocket(port: site.daemon.port, from: Self.teacher)
        let url = site.origin.url("/text/banned.html")
        func status() -> Int? {
            socket.send(DaemonProcess.head(url))
            return socket.takeResponse()?.status
        }
        func rewrite(_ old: String, _ new: String) throws {
            let text = String(decoding: try site.folder.read("khien.yaml"), as: UTF8.self)
            try site.folder.write("khien.yaml", text.replacingOccurrences(of: old, with: new))
        }
        #expect(status() == 200)
        try rewrite("[127.0.0.2]", "[127.0.0.2/30]")
        let refused = try site.daemon.reload()
        #expect(refused.status == 1 && refused.everything.contains("bits beyond its length"))
        #expect(status() == 200)
        try rewrite("[127.0.0.2/30]", "[127.0.0.9]")
        #expect(try site.daemon.reload().status == 0)
        #expect(status() == 403)
        #expect(try Self.get(site, url, from: Self.other) == 200)
        // A new first group: the numbers of the others change, their names and counts do not.
        try rewrite("client-groups:\n", "client-groups:\n  - { name: lab, clients: [127.0.0.4] }\n")
        #expect(try site.daemon.reload().status == 0)
        #expect(status() == 403)
        let groups = try site.daemon.status().workers.flatMap { $0.clientGroups ?? [] }
        let read = groups.filter { $0.name == "pupils" }.map(\.blocked).reduce(0, +)
        #expect(read == 2)
        #expect(Set(groups.map(\.name)) == ["", "lab", "pupils", "teachers"])
    }

    /// A reload begins to read pages while an answer is on its way: that one passes as it was asked
    /// for, and nothing that a page about it would need is missed.
    @Test func aReloadThatBeginsToRead() throws {
        let site = try Self.site("text: { pages: off }\n")
        let mayAnswer = Mutex(false)
        let page = TextSite.bad
        let origin = try ScriptedOrigin { socket in
            guard socket.takeHead() != nil else { return }
            _ = eventually(seconds: 30) { mayAnswer.withLock { $0 } }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    + "Content-Length: \(page.utf8.count)\r\n\r\n\(page)")
        }
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(
            DaemonProcess.head(
                "http://127.0.0.1:\(origin.port)/", fields: ["Accept-Language: vi", "Cookie: a=b"]))
        #expect(eventually { origin.connections == 1 })
        let text = String(decoding: try site.folder.read("khien.yaml"), as: UTF8.self)
        try site.folder.write(
            "khien.yaml", text.replacingOccurrences(of: "pages: off", with: "pages: on"))
        #expect(try site.daemon.reload().status == 0)
        mayAnswer.withLock { $0 = true }
        #expect(socket.takeResponse()?.text == page)
        #expect(
            try Self.get(site, site.origin.url("/text/banned.html"), from: Self.other) == 403)
        #expect(site.daemon.child.isRunning)
    }
}
