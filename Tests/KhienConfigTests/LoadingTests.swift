import Foundation
import KhienConfig
import KhienModel
import Testing

@Suite struct LoadingTests {
    /// The example of the design document, section 9, with its comments.
    static let example = """
        listen:
          - explicit: 127.0.0.1:8118          # later: transparent:
        control: /run/khien/control.sock      # khien status | reload
        state: /var/lib/khien
        lists:
          - path: lists/gambling.txt          # file, folder (UT1)
            format: auto
            name: gambling
            category: gambling
            action: block
        guards: { minimum-entries: 1, maximum-shrink: 10%, maximum-growth: 50%, canaries: [canary.test] }
        upstream: { connect-ports: [443], allow-private: false }
        block-page: { site: "Trường THPT mẫu", contact: "admin@school.test", languages: [vi, en] }
        events: { url: host, client: none }
        failure: { log-unwritable: block-and-alert, text-over-limit: pass-and-count }
        workers: auto
        """

    @Test func theExampleOfTheDesignLoads() throws {
        let found = try configuration(Self.example, file: "/etc/khien/khien.yaml")
        #expect(found.listen.map(\.description) == ["127.0.0.1:8118"])
        #expect(found.lists.count == 1)
        #expect(found.lists[0].path == "/etc/khien/lists/gambling.txt")
        #expect(found.lists[0].guards.canaries == ["canary.test"])
        #expect(found.guards.maximumShrink == Percentage(10))
        #expect(found.blockPage.site == "Trường THPT mẫu")
        #expect(found.eventsFolder == "/var/lib/khien/events")
        #expect(found.workers == .automatic)
    }

    @Test func everythingButListsHasADefault() throws {
        var expected = Configuration()
        expected.file = "conf/khien.yaml"
        expected.lists = try configuration(oneList).lists
        #expect(try configuration(oneList) == expected)
        #expect(expected.lists[0].path == "conf/a.txt")
        #expect(expected.lists[0].name == "a")
        #expect(expected.lists[0].category == "a")
    }

    @Test func aListChangesTheGuardsForItself() throws {
        let found = try configuration(
            """
            lists:
              - {path: a, guards: {maximum-shrink: none}}
              - {path: b}
            guards: {maximum-shrink: 20%, minimum-entries: 7}
            """)
        #expect(found.lists[0].guards.maximumShrink == nil)
        #expect(found.lists[0].guards.minimumEntries == 7)
        #expect(found.lists[1].guards.maximumShrink == Percentage(20))
    }

    @Test func allValuesArrive() throws {
        let found = try configuration(
            """
            listen: [{explicit: "[::1]:0"}, {explicit: "0.0.0.0:3128"}]
            control: run/c.sock
            state: s
            lists: [{path: /x/orders.csv.gz, format: orders, authority: authority, action: warn, confidential: true}]
            upstream:
              connect-ports: [443, 8443]
              allow-private: [127.0.0.0/8, "::1", 10.1.2.3/8]
              idle-connections: 0
              resolve-cache: 5m
              resolve-failure-cache: 250ms
              happy-eyeballs-delay: 100ms
            block-page:
              templates: pages
              url: https://filter.example.org/why
              hotline: "+84 111"
              continue-lifetime: 1h
            events: {url: keyed-hash, client: pseudonym, path: log, gravest: [x], sync: none, node: n1}
            failure: {log-unwritable: refuse-all}
            workers: 3
            timeouts: {head: 1s, idle: 2s, connect: 3s, response: 4s, transfer-idle: 5s, tunnel-idle: 1d,
                drain: 500ms}
            limits: {connections: 10, request-line-bytes: 1KiB, header-bytes: 2048, header-fields: 9}
            protected-names: [School.TEST.]
            public-suffix-list: psl.dat
            """)
        #expect(found.listen.map(\.description) == ["[0:0:0:0:0:0:0:1]:0", "0.0.0.0:3128"])
        #expect(found.control == "conf/run/c.sock")
        #expect(found.lists[0].name == "orders")
        #expect(found.lists[0].authority == .authority)
        #expect(found.lists[0].action == .warn)
        #expect(found.lists[0].isConfidential)
        #expect(found.upstream.connectPorts == [443, 8443])
        #expect(found.upstream.allowPrivate.allows(.v4(0x0A00_0001)))
        #expect(found.upstream.allowPrivate.allows(.v6(high: 0, low: 1)))
        #expect(found.upstream.allowPrivate.allows(.v6(high: 0, low: 0xFFFF_7F00_0001)))
        #expect(!found.upstream.allowPrivate.allows(.v6(high: 0, low: 2)))
        #expect(!found.upstream.allowPrivate.allows(.v4(0x0B00_0001)))
        #expect(found.upstream.resolveCache == .seconds(300))
        #expect(found.upstream.resolveFailureCache == .milliseconds(250))
        #expect(found.blockPage.templates == "conf/pages")
        #expect(found.blockPage.host == "filter.example.org")
        #expect(found.events.url == .keyedHash)
        #expect(found.eventsFolder == "conf/log")
        #expect(found.events.sync == nil)
        #expect(found.failure.logUnwritable == .refuseAll)
        #expect(found.workers == .fixed(3))
        #expect(found.timeouts.transferIdle == .seconds(5))
        #expect(found.timeouts.tunnelIdle == .seconds(86_400))
        #expect(found.limits.requestLineBytes == 1_024)
        #expect(found.limits.headerBytes == 2_048)
        #expect(found.protectedNames == ["school.test"])
        #expect(found.publicSuffixList == "conf/psl.dat")
    }

    @Test func valuesAboutTextArrive() throws {
        let text = try configuration(
            oneList + """
                text:
                  pages: off
                  forms: on
                  hold: 32KiB
                  delay-max: 100ms
                  body-max: 1MiB
                  limit: 120
                  limits: { gambling: 80, self-harm: 60 }
                  types: [plain, html]
                failure: {text-over-limit: block, text-unreadable: block}
                """)
        #expect(text.failure.textOverLimit == .block)
        #expect(text.failure.textUnreadable == .block)
        #expect(!text.text.pages && text.text.forms)
        #expect(text.text.hold == 32_768)
        #expect(text.text.delayMax == .milliseconds(100))
        #expect(text.text.bodyMax == 1 << 20)
        #expect(text.text.limit == 120)
        #expect(text.text.limits.map(\.group) == ["gambling", "self-harm"])
        #expect(text.text.limits.map(\.limit) == [80, 60])
        #expect(text.text.types == [.plain, .html])
    }

    /// What nobody says of bodies for which there is no reader is what is said of those that cannot be read.
    @Test(arguments: [
        ("", false), ("text-unreadable: block", true), ("text-overloaded: block", true),
        ("text-overloaded: pass-and-count", false),
        ("text-unreadable: block, text-overloaded: pass-and-count", false),
        ("text-unreadable: block, text-overloaded: as-unreadable", true),
        ("text-over-limit: block", false),
    ])
    func whatIsDoneWhenReadersRunOut(failure: String, isBlocked: Bool) throws {
        let found = try configuration(oneList + "failure: { \(failure) }\n")
        #expect(found.failure.blocksOverloaded == isBlocked)
    }

    @Test func aFileIsReadFromDisk() throws {
        let path = FileManager.default.temporaryDirectory.path + "/khien-\(UUID().uuidString).yaml"
        try Data("\u{FEFF}\(oneList)".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try ConfigurationLoader.load(path: path).lists.count == 1)
        do {
            _ = try ConfigurationLoader.load(path: path + ".absent")
            Issue.record("an absent file was read")
        } catch {
            #expect(error.diagnostics.map(\.code) == ["config.unreadable"])
        }
    }

    @Test func aliasesWithinTheLimitAreFollowed() throws {
        let found = try configuration(
            "lists: [{path: a, guards: &g {minimum-entries: 3}}, {path: b, guards: *g}]")
        #expect(found.lists[1].guards.minimumEntries == 3)
    }
}
