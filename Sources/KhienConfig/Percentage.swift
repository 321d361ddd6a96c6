/// A share in tenths of a percent: 125 is 12.5 %.
public struct Percentage: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let tenths: Int

    public init(tenths: Int) { self.tenths = tenths }

    public init(_ percent: Int) { tenths = percent * 10 }

    public static func < (left: Self, right: Self) -> Bool { left.tenths < right.tenths }

    /// `10%` or `12.5%`.
    public var description: String {
        tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    /// This share of `count`, rounded down; `Int.max` where it would not fit.
    public func of(_ count: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: tenths)
        return overflow ? Int.max : product / 1_000
    }
}
