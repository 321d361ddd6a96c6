import KhienConfig
import KhienModel
import Testing

@Suite struct ClientGroupTests {
    private static let general = """
        text: { limit: 120, limits: { gambling: 80, bullying: 90 }, forms: on, hold: 32KiB }
        failure: { text-over-limit: block, log-unwritable: refuse-all }

        """

    @Test func whatAGroupNamesStandsInFrontOfWhatHoldsForAll() throws {
        // The groups stand before what they build on.
        let found = try configuration(
            """
            client-groups:
              - name: pupils
                clients: [10.1.0.0/16, "fd00:1::/32", 10.9.0.7]
                text: { limit: 40, limits: { bullying: 30, self-harm: 20 }, types: [html] }
              - name: teachers
                clients: ["::ffff:10.2.0.0/112"]
                text: { pages: off, forms: off, body-max: 1MiB }
                failure: { text-over-limit: pass-and-count, text-unreadable: block }

            """ + Self.general + oneList)
        #expect(found.clientGroups.map(\.name) == ["pupils", "teachers"])
        let (pupils, teachers) = (found.clientGroups[0], found.clientGroups[1])
        #expect(
            pupils.clients.map(\.description) == [
                "10.1.0.0/16", "fd00:1:0:0:0:0:0:0/32", "10.9.0.7/32",
            ])
        // IPv4 inside IPv6 is IPv4.
        #expect(teachers.clients.map(\.description) == ["10.2.0.0/16"])
        #expect(pupils.text.limit == 40 && pupils.text.types == [.html])
        #expect(pupils.text.pages && pupils.text.forms && pupils.text.hold == 32_768)
        // Groups of phrases that it does not name keep their limit.
        let limits = pupils.text.limits.map { "\($0.group) \($0.limit)" }.sorted()
        #expect(limits == ["bullying 30", "gambling 80", "self-harm 20"])
        #expect(pupils.failure == found.failure)
        #expect(!teachers.text.pages && !teachers.text.forms)
        #expect(teachers.text.bodyMax == 1 << 20 && teachers.text.limit == 120)
        #expect(teachers.text.limits == found.text.limits)
        #expect(teachers.failure.textOverLimit == .passAndCount)
        #expect(teachers.failure.textUnreadable == .block)
        #expect(teachers.failure.logUnwritable == .refuseAll)
        // What holds for all is as before.
        #expect(found.text.limit == 120 && found.text.limits.count == 2)
    }

    /// The general policy, that of the group, and what holds for the group.
    @Test(arguments: [
        ("text-overloaded: block", "text-unreadable: pass-and-count", true),
        ("text-overloaded: block", "text-overloaded: pass-and-count", false),
        ("text-overloaded: block", "text-overloaded: as-unreadable", false),
        ("text-unreadable: pass-and-count", "text-unreadable: block", true),
        ("text-unreadable: block", "text-over-limit: block", true),
    ])
    func readersThatRunOut(general: String, own: String, isBlocked: Bool) throws {
        let found = try configuration(
            """
            failure: { \(general) }
            client-groups:
              - { name: a, clients: [10.1.0.0/16], failure: { \(own) } }

            """ + oneList)
        #expect(found.clientGroups[0].failure.blocksOverloaded == isBlocked)
    }

    static let table: [(String, String)] = [
        (
            "client-groups: {name: a}\n",
            "c.yaml:2:16: error: expected a list of groups of clients (`- name: ...`), found a"
                + " section [config.wrong-type]"
        ),
        (
            "client-groups: [{name: a}]\n",
            "c.yaml:2:17: error: the key `clients` is missing; expected a list of: an address or a"
                + " network, like 10.1.2.3, 10.1.0.0/16 or fd00::/8 [config.missing-key]"
        ),
        (
            "client-groups: [{clients: [10.0.0.1]}]\n",
            "c.yaml:2:17: error: the key `name` is missing; expected a name: letters, digits, `.`,"
                + " `_` and `-`, at most 64 [config.missing-key]"
        ),
        (
            "client-groups: [{name: a, clients: []}]\n",
            "c.yaml:2:36: error: expected a list of: an address or a network, like 10.1.2.3,"
                + " 10.1.0.0/16 or fd00::/8; found none [config.out-of-range]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1, lab]}]\n",
            "c.yaml:2:47: error: expected an address or a network, like 10.1.2.3, 10.1.0.0/16 or"
                + " fd00::/8, found \"lab\" [config.wrong-type]"
        ),
        (
            "client-groups: [{name: a, clients: [10.1.2.3/8]}]\n",
            "c.yaml:2:37: error: expected an address or a network, like 10.1.2.3, 10.1.0.0/16 or"
                + " fd00::/8, but 10.1.2.3/8 has bits beyond its length; write 10.0.0.0/8, or the"
                + " address alone [config.invalid]"
        ),
        (
            "client-groups:\n  - {name: a, clients: [10.0.0.0/8]}\n"
                + "  - {name: b, clients: [10.1.0.0/16, \"::ffff:10.0.0.0/104\"]}\n",
            "c.yaml:4:38: error: 10.0.0.0/8 belongs to the group `a` already (line 3); expected"
                + " each network in one group [config.duplicate]"
        ),
        (
            "client-groups:\n  - {name: a, clients: [10.0.0.1]}\n  - {name: a, clients: [10.0.0.2]}\n",
            "c.yaml:4:5: error: two groups of clients are named `a` (the other in line 3); expected"
                + " a `name` of its own for each [config.duplicate]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1], text: {hold: 8KiB}}]\n",
            "c.yaml:2:61: error: `hold` is the same for all clients; expected it in the section"
                + " `text` of the top level only [config.same-for-all]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1], failure: {log-unwritable: refuse-all}}]\n",
            "c.yaml:2:74: error: `log-unwritable` is the same for all clients; expected it in the"
                + " section `failure` of the top level only [config.same-for-all]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1], text: {colour: red}}]\n",
            "c.yaml:2:55: error: unknown key `colour`; expected one of: `body-max`, `forms`,"
                + " `limit`, `limits`, `pages`, `types` [config.unknown-key]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1], lists: []}]\n",
            "c.yaml:2:48: error: unknown key `lists`; expected one of: `clients`, `failure`, `name`,"
                + " `text` [config.unknown-key]"
        ),
        (
            "client-groups: [{name: a, clients: [10.0.0.1], text: {limit: 0}}]\n",
            "c.yaml:2:62: error: expected a whole number from 1 to 1000000; \"0\" is outside"
                + " [config.out-of-range]"
        ),
    ]

    @Test(arguments: table)
    func eachFaultIsNamedWithItsPlace(text: String, message: String) {
        #expect(faults(oneList + text, file: "c.yaml") == [message])
    }

    /// Cut and changed groups must end as messages or configurations, never otherwise.
    @Test func anyCutAndAnyChangedByteIsAnswered() {
        let text = Array(
            """
            client-groups:
              - name: pupils
                clients: [10.1.0.0/16, "fd00:1::/32", "::ffff:10.2.0.0/112"]
                text: { limit: 40, limits: { bullying: 30 }, types: [html] }
                failure: { text-unreadable: block }

            """.utf8)
        var refused = 0
        for index in text.indices {
            let cut = String(decoding: text[..<index], as: UTF8.self)
            if !faults(oneList + cut).isEmpty { refused += 1 }
            for byte: UInt8 in [0x20, 0x22, 0x2A, 0x2F, 0x30, 0x3A, 0x5B, 0x7B] {
                var changed = text
                changed[index] = byte
                if !faults(oneList + String(decoding: changed, as: UTF8.self)).isEmpty {
                    refused += 1
                }
            }
        }
        #expect(refused > text.count)
    }

    private static func codes(_ text: String) -> [String] {
        faults(oneList + text).map { String($0.split(separator: "[").last?.dropLast() ?? "") }
    }

    @Test(arguments: [(0, [String]()), (1, ["config.out-of-range"])])
    func groups(past: Int, expected: [String]) {
        let groups = (0..<Limits.Config.clientGroupsMax + past).map {
            "  - {name: g\($0), clients: [10.0.0.\($0)]}\n"
        }
        #expect(Self.codes("client-groups:\n" + groups.joined()) == expected)
    }

    /// In all groups together.
    @Test(arguments: [(0, [String]()), (1, ["config.out-of-range"])])
    func networks(past: Int, expected: [String]) {
        let count = Limits.Config.clientNetworksMax + past
        let clients = (0..<count).map { "10.0.\($0 / 256).\($0 % 256)" }
        let halves = [clients[..<5_000], clients[5_000...]].enumerated().map { index, half in
            "  - {name: g\(index), clients: [\(half.joined(separator: ", "))]}\n"
        }
        #expect(Self.codes("client-groups:\n" + halves.joined()) == expected)
    }
}
