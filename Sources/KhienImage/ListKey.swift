import KhienModel

/// The key under which the targets of confidential lists are hashed: 16 random bytes that an image
/// never holds. What prints a value of this type prints no key.
public struct ListKey: Sendable, CustomStringConvertible, CustomReflectable {
    public static let byteCount = 16

    let first: UInt64
    let second: UInt64

    /// - Returns: nil unless there are exactly `byteCount` bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        first = bytes.span.word(at: 0)
        second = bytes.span.word(at: 8)
    }

    /// A key for one process, from the system's generator.
    public static func random() -> ListKey {
        var generator = SystemRandomNumberGenerator()
        return ListKey(first: generator.next(), second: generator.next())
    }

    private init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    public var description: String { "ListKey(not shown)" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// What an image holds so that another key is told from this one. It says nothing about the key.
    package var check: Digest { KeyedHash(self, .keyCheck).digest }
}
