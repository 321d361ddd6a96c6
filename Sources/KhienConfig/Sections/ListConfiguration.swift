import KhienModel

/// One list of entries, as the operator names it.
public struct ListConfiguration: Hashable, Sendable {
    /// A file or a folder (UT1); resolved.
    public var path = ""
    public var format = Format.auto
    /// Distinct within the configuration.
    public var name = ""
    public var category = ""
    public var action = Action.block
    public var authority = Authority.operator
    /// The image holds keyed hashes of its targets only, and neither messages nor events name them.
    public var isConfidential = false
    /// The guards of the configuration with what this list says of its own.
    public var guards = GuardConfiguration()

    /// The formats of docs/LISTS.md.
    public enum Format: String, Sendable, CaseIterable {
        case auto, domains, hosts, dnsmasq, rpz, urls, ut1, e2guardian, adblock, regex, addresses
        case sha256, phrases, orders
    }
}
