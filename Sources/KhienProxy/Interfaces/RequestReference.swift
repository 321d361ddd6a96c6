/// The short name of one answer, shown to the user and written in the log: 60 random bits.
public struct RequestReference: Hashable, Sendable, CustomStringConvertible {
    /// The lower 60 bits count.
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value & ((1 << 60) - 1) }

    /// Twelve characters of Crockford's base 32 in three groups: `7K3D-9Q2M-ABXZ`. There is no I,
    /// L, O or U in it, so that it can be read out over the telephone.
    public var description: String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var text = ""
        for position in 0..<12 {
            if position == 4 || position == 8 { text.append("-") }
            text.append(alphabet[Int((value >> UInt64(55 - 5 * position)) & 31)])
        }
        return text
    }
}
