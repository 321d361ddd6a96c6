import KhienLists
import KhienModel

/// A parsed list with what the configuration says about it.
public struct SourceList: Sendable {
    public var list: ParsedList
    public var category: String
    public var action: Action
    public var authority: Authority
    public var serial: UInt64
    /// The image holds keyed hashes of its targets only, and messages none of them.
    public var isConfidential: Bool

    /// - Parameter category: used where neither the list nor its layout names one.
    public init(
        _ list: ParsedList, category: String = "", action: Action = .block,
        authority: Authority = .operator, serial: UInt64 = 0,
        isConfidential: Bool = false
    ) {
        self.list = list
        self.category = list.category ?? category
        self.action = action
        self.authority = authority
        self.serial = serial
        self.isConfidential = isConfidential
    }
}
