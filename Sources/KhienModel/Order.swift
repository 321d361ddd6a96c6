/// One decision of an authority, without its targets.
public struct Order: Hashable, Sendable {
    /// The number as the authority writes it, for example `12/QĐ-STTTT`. Never empty.
    public var number: String
    public var authority: String
    public var legalBasis: String
    public var issued: UnixTime?
    /// The order has no force before this moment; nil: from the start.
    public var effective: UnixTime?
    /// The order has no force from this moment on; nil: until it is withdrawn.
    public var expires: UnixTime?
    public var category: String
    /// `block`, `warn`, `monitor`; `allow` where the authority exempts a target.
    public var action: Action
    /// Where to appeal: an address, a telephone number or a URL.
    public var contact: String

    public init(
        number: String, authority: String = "", legalBasis: String = "", issued: UnixTime? = nil,
        effective: UnixTime? = nil, expires: UnixTime? = nil, category: String = "",
        action: Action = .block, contact: String = ""
    ) {
        self.number = number
        self.authority = authority
        self.legalBasis = legalBasis
        self.issued = issued
        self.effective = effective
        self.expires = expires
        self.category = category
        self.action = action
        self.contact = contact
    }

    /// Whether the order has force at `now`.
    public func isInForce(at now: UnixTime) -> Bool {
        if let effective, now < effective { return false }
        if let expires, now >= expires { return false }
        return true
    }
}
