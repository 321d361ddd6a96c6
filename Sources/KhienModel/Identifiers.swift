/// The number of a list in one image; lists are numbered in the configuration's order.
public struct ListIndex: Hashable, Sendable, Comparable {
    public let value: UInt16

    public init(_ value: UInt16) { self.value = value }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The number of an order in one image.
public struct OrderIndex: Hashable, Sendable {
    public let value: UInt32

    public init(_ value: UInt32) { self.value = value }
}

/// The number of an entry in one image. It changes from image to image; `RuleID` does not.
public struct EntryIndex: Hashable, Sendable, Comparable {
    public let value: UInt32

    public init(_ value: UInt32) { self.value = value }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The stable name of an entry: the same list, kind, target and order give the same `RuleID` in
/// every image, on every node. 64 bits, written as 16 hexadecimal digits.
public struct RuleID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The number of an image: it rises by one with each image that a daemon puts in force.
public struct Generation: Hashable, Sendable, Comparable {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// A moment in UTC, in whole seconds since 1970-01-01T00:00:00Z.
public struct UnixTime: Hashable, Sendable, Comparable {
    public let seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    public static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }
}
