import KhienModel

/// `explicit: 127.0.0.1:8118`.
enum Listeners {
    private static let expected = "a list of `explicit: ADDRESS:PORT`"

    static let parser = ValueParser<[ListenAddress]>(
        expected: expected,
        render: { "[" + $0.map { "\($0.mode.rawValue): \($0)" }.joined(separator: ", ") + "]" },
        parse: { node, reader in
            let limit = Limits.Config.listenersMax
            guard let nodes = node.elements(expected: expected, limit: limit, &reader) else {
                return nil
            }
            guard !nodes.isEmpty else {
                reader.report(
                    "out-of-range", at: node.location, "expected \(expected); found none")
                return nil
            }
            let faultsBefore = reader.diagnostics.count
            var found: [ListenAddress] = []
            for element in nodes {
                guard let address = listener(element, &reader) else { continue }
                if address.port != 0, found.contains(address) {
                    reader.report(
                        "duplicate", at: element.location, "\(address) is listened on twice")
                }
                found.append(address)
            }
            return reader.diagnostics.count == faultsBefore ? found : nil
        })

    /// A listener as a section of its own: later kinds of listeners are further keys.
    private struct Item { var address: ListenAddress? }

    private static let table = SectionTable<Item>([
        .value("explicit", \.address, address.optional, "", shownDefault: "")
    ])

    private static func listener(
        _ node: DraftNode, _ reader: inout ConfigurationReader
    ) -> ListenAddress? {
        guard case .mapping(let entries) = node.value, entries.count == 1 else {
            reader.report(
                "wrong-type", at: node.location,
                "expected `explicit: ADDRESS:PORT`, found \(node.kindName)")
            return nil
        }
        var item = Item()
        table.read(node, into: &item, &reader)
        return item.address
    }

    private static let address = ValueParser<ListenAddress>.scalar(
        "ADDRESS:PORT, like 127.0.0.1:8118 or [::1]:8118 (an IP address; port 0: the system"
            + " chooses)",
        render: \.description
    ) { (text, _) throws(ScalarFault) in
        guard let colon = text.lastIndex(of: ":") else { throw .shape }
        var host = text[..<colon]
        let portText = text[text.index(after: colon)...]
        guard let (number, unit) = NumberText.split(String(portText)), unit.isEmpty,
            let port = number.whole
        else { throw .shape }
        guard port <= 65_535 else { throw .because("port \(port) is above 65535") }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = AddressText.address(String(host)) else { throw .shape }
        if case .v6 = address, !isBracketed { throw .because("an IPv6 address needs brackets") }
        if case .v4 = address, isBracketed { throw .shape }
        return ListenAddress(address: address, port: port)
    }
}

/// `auto` or a number.
enum Workers {
    private static let number = ValueParser.integer(1...Limits.Config.workersMax)

    static let parser = ValueParser<WorkerCount>(
        expected: "\(number.expected), or `auto`",
        render: { count in
            switch count {
            case .automatic: "auto"
            case .fixed(let number): "\(number)"
            }
        },
        parse: { node, reader in
            if case .scalar("auto", _) = node.value { return .automatic }
            reader.alternative = ", or `auto`"
            defer { reader.alternative = "" }
            return number.parse(node, &reader).map(WorkerCount.fixed)
        })
}

/// `true`, `false` or networks.
enum PrivateNetworks {
    private static let network = ValueParser<AddressNetwork>.scalar(
        "a network, like 10.0.0.0/8 or fd00::/8", render: \.description
    ) { (text, _) throws(ScalarFault) in
        guard let network = AddressText.network(text) else { throw .shape }
        return network
    }

    static let parser = ValueParser<UpstreamConfiguration.PrivateAccess>(
        expected: "`true`, `false`, or \(network.list().expected)",
        render: { access in
            switch access {
            case .none: "false"
            case .all: "true"
            case .networks(let networks): network.list().render(networks)
            }
        },
        parse: { node, reader in
            if case .sequence = node.value {
                return network.list().parse(node, &reader).map { .networks($0) }
            }
            reader.alternative = ", or a list of networks"
            defer { reader.alternative = "" }
            return ValueParser.boolean.parse(node, &reader).map { $0 ? .all : .none }
        })
}

/// A telephone number: digits, `+`, and what people group them with.
enum Hotline {
    static let parser = ValueParser<String>.scalar(
        "a telephone number (digits, spaces, `+`, `-`, `.`), like 111", render: { $0 }
    ) { (text, _) throws(ScalarFault) in
        let isMade = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-. ".utf8.contains(byte)
        }
        let hasDigit = text.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isMade, hasDigit, text.utf8.count <= 24 else { throw .shape }
        return text
    }
}

/// An `http` or `https` URL that may stand in a header field and in HTML.
enum WebAddress {
    static let parser = ValueParser<String>.scalar(
        "an http or https URL in ASCII, like https://filter.example.org/", render: { $0 }
    ) { (text, _) throws(ScalarFault) in
        guard text.utf8.count <= 512, host(of: text) != nil else { throw .shape }
        let isMade = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && !"<>\"\\^`{|}".utf8.contains($0)
        }
        guard isMade else { throw .shape }
        return text
    }

    /// The host of an `http` or `https` URL; nil where it has none that is a host name, or has a
    /// user.
    static func host(of url: String) -> String? {
        for scheme in ["https://", "http://"] where url.hasPrefix(scheme) {
            let rest = url.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let name = parts.first else { return nil }
            if parts.count == 2, Int(parts[1]).map({ 1...65_535 ~= $0 }) != true { return nil }
            return AsciiText.hostName(String(name))
        }
        return nil
    }
}

extension ValueParser {
    /// The same value for a property that may be absent; there is no word for "absent".
    var optional: ValueParser<Value?> {
        let inner = self
        return ValueParser<Value?>(
            expected: expected, render: { $0.map(inner.render) ?? "" },
            parse: { node, reader in inner.parse(node, &reader).map { .some($0) } })
    }
}

extension BlockPageConfiguration {
    /// The host of `url`; nil where there is none.
    public var host: String? { url.flatMap(WebAddress.host(of:)) }
}

extension Configuration {
    /// The event log's folder.
    public var eventsFolder: String { events.path ?? state + "/events" }
}
