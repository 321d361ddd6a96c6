/// The short code that a page shows and the event log holds: `7KQ2-M9XD`.
public enum ReferenceCode {
    /// Crockford's base 32: no I, L, O or U, so that it survives a telephone call.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// A random code of 40 bits: with a million events a day, two of one day share a code about once
    /// in two days, and time and host tell them apart.
    public static func make(using generator: inout some RandomNumberGenerator) -> String {
        let bits = UInt64.random(in: 0..<(1 << 40), using: &generator)
        let digits = (0..<8).map { alphabet[Int(bits >> UInt64(35 - 5 * $0) & 31)] }
        return String(digits[..<4]) + "-" + String(digits[4...])
    }
}
