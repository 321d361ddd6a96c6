import KhienModel

/// A configuration in force: every value is checked and every path resolved.
public struct Configuration: Hashable, Sendable {
    /// The file it was read from, as the operator wrote it.
    public var file = ""
    public var listen: [ListenAddress] = [ListenAddress(address: .v4(0x7F00_0001), port: 8118)]
    /// The control socket's path.
    public var control = "/run/khien/control.sock"
    /// The folder of all that outlives a restart.
    public var state = "/var/lib/khien"
    public var guards = GuardConfiguration()
    /// Never empty; names are distinct.
    public var lists: [ListConfiguration] = []
    public var upstream = UpstreamConfiguration()
    public var blockPage = BlockPageConfiguration()
    public var events = EventsConfiguration()
    public var text = TextConfiguration()
    public var failure = FailureConfiguration()
    /// Clients whose pages and forms are read otherwise; names are distinct, and so are networks.
    public var clientGroups: [ClientGroupConfiguration] = []
    public var workers = WorkerCount.automatic
    public var timeouts = TimeoutConfiguration()
    public var limits = LimitConfiguration()
    /// Domains that no entry may block without a person's consent; lower case.
    public var protectedNames: [String] = []
    /// Targets of held entries that a person lets go, as the messages name them.
    public var release: [String] = []
    public var publicSuffixList = "/usr/share/publicsuffix/public_suffix_list.dat"

    public init() {}

    /// Every key with its type, default and meaning.
    public static var documentation: ConfigurationDocumentation {
        ConfigurationDocumentation(
            entries: ConfigurationTables.root.documentation(
                prefix: "", defaults: Configuration()))
    }
}
