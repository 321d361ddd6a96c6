import KhienModel

/// Clients whose pages and forms are read otherwise than those of the rest.
///
/// A client belongs to the group with the most specific network that it lies in. Lists and orders are
/// the same for all.
public struct ClientGroupConfiguration: Hashable, Sendable {
    public var name = ""
    /// Never empty. IPv4 inside IPv6 stands here as IPv4.
    public var clients: [AddressNetwork] = []
    /// The settings for all with what this group says otherwise. `hold` and `delayMax` are those for
    /// all.
    public var text = TextConfiguration()
    /// The same; `logUnwritable` is that for all.
    public var failure = FailureConfiguration()
}

/// The key `client-groups`: its elements start from `text` and `failure` of the file.
enum ClientGroups {
    static let key = SectionKey<Configuration>(
        name: "client-groups", expected: expected, read: read,
        documentation: { prefix, defaults in
            table.documentation(
                prefix: prefix + "client-groups[].", defaults: ClientGroupConfiguration())
        })

    private static let expected = "a list of groups of clients (`- name: ...`)"

    private static let table = SectionTable<ClientGroupConfiguration>([
        .required(
            "name", \.name, .word("a name"),
            "In events and in `khien status`; each group has its own."),
        .required(
            "clients", \.clients, client.list(atLeast: 1),
            "Who belongs to it, by the address that the connection comes from. A client is in the group"
                + " with the smallest network around it; one network is in one group only. Clients of"
                + " no group have the general settings. `0.0.0.0/0` is all of IPv4, `::/0` all of IPv6."
        ),
        .section("text", \.text, text),
        .section("failure", \.failure, failure),
    ])

    private static let client = ValueParser<AddressNetwork>.scalar(
        "an address or a network, like 10.1.2.3, 10.1.0.0/16 or fd00::/8", render: \.description
    ) { (text, _) throws(ScalarFault) in
        guard let network = AddressText.network(text) else { throw .shape }
        // 10.1.2.3/8 may be meant for one machine or for all: who reads it must not have to guess.
        let typed = text.prefix { $0 != "/" }
        guard AddressText.address(String(typed)) == network.address else {
            throw .because(
                "\(text) has bits beyond its length; write \(network), or the address alone")
        }
        return network.unmapped
    }

    /// What the documentation says of keys that a group need not name.
    private static let inherited = "as in text"

    private static let text = SectionTable<TextConfiguration>([
        .value(
            "pages", \.pages, .onOff,
            "Whether this group's pages are judged. What authorities ban by phrases holds all the same,"
                + " wherever `text.pages` is on.", shownDefault: inherited),
        .value(
            "forms", \.forms, .onOff,
            "Whether what this group sends is judged; of authorities' bans as above.",
            shownDefault: inherited),
        .value(
            "body-max", \.bodyMax, .size(65_536...1_073_741_824),
            "Bytes of a page that are read; never fewer than `text.body-max` while an authority bans"
                + " by phrases.", shownDefault: inherited),
        .value(
            "limit", \.limit, .integer(1...1_000_000),
            "The score at which a page is condemned.", shownDefault: inherited),
        .value(
            "limits", \.limits, GroupLimits.parser,
            "The same for the phrases of one group; groups of phrases that are not named have their"
                + " limit of `text.limits`.", shownDefault: inherited),
        .value(
            "types", \.types, ValueParser<TextConfiguration.TextType>.choice().list(atLeast: 1),
            "Kinds of pages that are judged; of authorities' bans as above.",
            shownDefault: inherited),
        .sameForAll("hold", in: "text"),
        .sameForAll("delay-max", in: "text"),
    ])

    private static let failure = SectionTable<FailureConfiguration>([
        .value(
            "text-over-limit", \.textOverLimit, .choice(),
            "When a page or a form is longer than what is read of it. `block` for all holds for each"
                + " group while an authority bans by phrases.", shownDefault: "as in failure"),
        .value(
            "text-unreadable", \.textUnreadable, .choice(),
            "When one cannot be read; the same holds.", shownDefault: "as in failure"),
        .value(
            "text-overloaded", \.textOverloaded, .choice(),
            "When too many are being read; the same holds.", shownDefault: "as in failure"),
        .sameForAll("log-unwritable", in: "failure"),
    ])

    @Sendable private static func read(
        _ node: DraftNode, _ configuration: inout Configuration,
        _ reader: inout ConfigurationReader
    ) {
        let limit = Limits.Config.clientGroupsMax
        guard let nodes = node.elements(expected: expected, limit: limit, &reader) else { return }
        var places = Places()
        for element in nodes {
            guard let group = group(element, configuration, &reader) else { continue }
            places.add(group, element, &reader)
            configuration.clientGroups.append(group)
        }
        guard places.networks.count > Limits.Config.clientNetworksMax else { return }
        reader.report(
            "out-of-range", at: node.location,
            "\(places.networks.count) addresses and networks in all groups; the limit is"
                + " \(Limits.Config.clientNetworksMax)")
    }

    private static func group(
        _ node: DraftNode, _ configuration: Configuration, _ reader: inout ConfigurationReader
    ) -> ClientGroupConfiguration? {
        var group = ClientGroupConfiguration()
        group.text = configuration.text
        group.text.limits = []
        group.failure = configuration.failure
        let faultsBefore = reader.diagnostics.count
        table.read(node, into: &group, &reader)
        guard reader.diagnostics.count == faultsBefore else { return nil }
        let named = Set(group.text.limits.map(\.group))
        group.text.limits += configuration.text.limits.filter { !named.contains($0.group) }
        return group
    }

    /// What has been named so far, and in which line.
    private struct Places {
        private var names: [String: Int] = [:]
        private(set) var networks: [AddressNetwork: Owner] = [:]

        struct Owner {
            var group: String
            var line: Int
        }

        mutating func add(
            _ group: ClientGroupConfiguration, _ node: DraftNode,
            _ reader: inout ConfigurationReader
        ) {
            if let line = names[group.name] {
                reader.report(
                    "duplicate", at: node.location,
                    "two groups of clients are named `\(group.name)` (the other in line \(line));"
                        + " expected a `name` of its own for each")
            }
            names[group.name] = node.location.line
            for (network, place) in zip(group.clients, Self.locations(node)) {
                let owner = Owner(group: group.name, line: place.line)
                guard let other = networks.updateValue(owner, forKey: network) else { continue }
                reader.report(
                    "duplicate", at: place,
                    "\(network) belongs to the group `\(other.group)` already (line \(other.line));"
                        + " expected each network in one group")
            }
        }

        /// Where the elements of `clients` stand; all of them have been read.
        private static func locations(_ node: DraftNode) -> [SourceLocation] {
            guard case .mapping(let entries) = node.value,
                let clients = entries.first(where: { $0.key == "clients" }),
                case .sequence(let nodes) = clients.value.value
            else { return [] }
            return nodes.map(\.location)
        }
    }
}
