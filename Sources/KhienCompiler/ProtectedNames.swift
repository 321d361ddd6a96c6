import KhienImage
import KhienModel
import KhienText

/// Names that no entry may block without a person's consent: those that the operator lists, the
/// block page's own host, and the public suffixes of registries (`com`, `com.vn`), whose blocking
/// would take a whole country's names away. Networks wider than any that registries hand out are to
/// addresses what those suffixes are to names.
///
/// An entry is *held* where it names a protected name, or, being a domain, one above it. It is not
/// applied and not dropped: the report names it.
struct ProtectedNames {
    /// What an entry's target was found to be.
    enum Reason {
        case publicSuffix
        case wideNetwork
        case protected
    }

    /// The front pages of the names that rules are tried on, with where their hosts stand.
    private(set) var pages: [(url: [UInt8], host: Range<Int>)] = []
    /// Names that are addresses.
    private var addresses: [IPAddress] = []
    private var names: [UInt64: [[UInt8]]] = [:]
    private var above: [UInt64: [[UInt8]]] = [:]
    private var suffixes: [UInt64: [[UInt8]]] = [:]
    private let seed: UInt64

    /// - Parameters:
    ///   - names: canonical hosts.
    ///   - seed: of the hashes that `reason` is asked with.
    init(_ names: [[UInt8]], suffixes list: PublicSuffixList?, seed: UInt64) {
        self.seed = seed
        for name in names {
            if let address = IPAddressText.parse(name.span) { addresses.append(address.unmapped) }
            if pages.count < 2 * Limits.Compiler.triedNamesMax {
                for scheme in ["http://", "https://"] {
                    let start = scheme.utf8.count
                    pages.append(
                        (Array(scheme.utf8) + name + Array("/".utf8), start..<start + name.count))
                }
            }
            Self.add(name[...], to: &self.names, seed)
            var rest = name[...]
            while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
                rest = rest[(dot + 1)...]
                Self.add(rest, to: &above, seed)
            }
        }
        guard let list else { return }
        for rule in list.rules where rule.section == .icann && rule.kind != .exception {
            Self.add(list.bytes[rule.name], to: &suffixes, seed)
        }
    }

    private static func add(
        _ name: ArraySlice<UInt8>, to table: inout [UInt64: [[UInt8]]], _ seed: UInt64
    ) {
        let name = Array(name)
        let hash = KeyHash.host(name.span, 0..<name.count, seed: seed).value
        table[hash, default: []].append(name)
    }

    /// Why an entry that blocks `host` is to be held; nil: it is not.
    func reason(hash: UInt64, _ host: Span<UInt8>, withSubdomains: Bool) -> Reason? {
        if Self.has(host, names[hash]) { return .protected }
        // A name of one label is never a host that somebody means: `com` stands for all below it.
        guard withSubdomains || !host.hasDot(0..<host.count) else { return nil }
        if withSubdomains, Self.has(host, above[hash]) { return .protected }
        return Self.has(host, suffixes[hash]) ? .publicSuffix : nil
    }

    /// Why an entry that blocks the name at `range` of `text` and all below it is to be held.
    func reason(_ text: Span<UInt8>, domain range: Range<Int>) -> Reason? {
        let hash = KeyHash.host(text, range, seed: seed).value
        return reason(hash: hash, text.extracting(range), withSubdomains: true)
    }

    /// Why an address or network is to be held: a protected name is an address inside it, or no registry
    /// hands out so much.
    ///
    /// - Parameter key: as `AddressKey` makes it.
    func reason(addressKey key: [UInt8]) -> Reason? {
        if Self.isWide(key) { return .wideNetwork }
        for address in addresses {
            var own = AddressKey()
            own.set(address, prefixLength: key[1])
            let bytes = own.bytes
            if own.count == key.count, key.indices.allSatisfy({ bytes[$0] == key[$0] }) {
                return .protected
            }
        }
        return nil
    }

    /// Whether a network is wider than the largest that IANA gives a registry (IPv4 /8, IPv6 /12: its
    /// registries of address space) and holds unicast addresses of the Internet. Bogon lists name wide
    /// networks of others, like `224.0.0.0/3` and `fc00::/7`.
    private static func isWide(_ key: [UInt8]) -> Bool {
        let isFour = key[0] == 4
        let length = key[1]
        guard length < (isFour ? 8 : 12) else { return false }
        let first = key[2]
        let last = first | (length < 8 ? UInt8.max >> length : 0)
        return isFour ? first < 224 : first < 0x40 && last >= 0x20
    }

    /// Calls `body` with each name that no domain entry may name, and why.
    func forEachDomain(_ body: ([UInt8], Reason) -> Void) {
        for (table, reason) in [(names, Reason.protected), (above, .protected)] {
            for name in table.values.joined() { body(name, reason) }
        }
        for name in suffixes.values.joined() { body(name, .publicSuffix) }
    }

    private static func has(_ host: Span<UInt8>, _ candidates: [[UInt8]]?) -> Bool {
        guard let candidates else { return false }
        return candidates.contains { name in
            guard name.count == host.count else { return false }
            for index in name.indices where name[index] != host[index] { return false }
            return true
        }
    }
}
