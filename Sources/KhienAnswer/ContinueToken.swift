import Crypto
import KhienModel

/// The secret that signs "continue". Made at the start; nodes that share clients share it.
public struct ContinueKey: Sendable {
    let key: SymmetricKey

    /// A random key.
    public init() { key = SymmetricKey(size: .bits256) }

    /// - Parameter bytes: at least `Limits.Answer.keyBytes` random bytes, else nil.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= Limits.Answer.keyBytes else { return nil }
        key = SymmetricKey(data: bytes)
    }
}

/// The signed statement "this client may continue to this host until then".
///
///     offset  bytes
///          0      1  version, 1
///          1      8  expiry, seconds since 1970, most significant byte first
///          9     32  HMAC-SHA-256 over: purpose, NUL, version and expiry as above,
///                    length of the host (4 bytes), host, for a form length of the
///                    category (4 bytes) and category, client
///
/// 41 bytes, in URL-safe base64: 55 characters.
public enum ContinueToken {
    /// What a token is for; one cannot be used as the other.
    public enum Purpose: String, Sendable, CaseIterable {
        /// In the link on the page.
        case link = "khien continue link"
        /// In the cookie that the link gets.
        case cookie = "khien continue cookie"
        /// The same two for sending what is warned of, for one category.
        case formLink = "khien continue form link"
        case formCookie = "khien continue form cookie"

        var isOfForms: Bool { self == .formLink || self == .formCookie }
    }

    public enum Verdict: Sendable, Hashable {
        case valid
        case expired
        /// Made for something else, by someone else, or not at all.
        case forged
    }

    static let byteCount = 41

    /// A token that holds until `expiry`, exclusive.
    /// - Parameters:
    ///   - host: a trailing dot and the case do not count.
    ///   - category: what the warning was about; of forms alone, for pages it does not count.
    public static func make(
        _ purpose: Purpose, host: String, category: String = "", client: [UInt8],
        expiry: UnixTime, key: ContinueKey
    ) -> String {
        let head = header(expiry.seconds)
        let code = HMAC<SHA256>.authenticationCode(
            for: signed(purpose, head, host, category, client), using: key.key)
        return Base64.text(head + Array(code), urlSafe: true)
    }

    /// Whether `token` is one that this node made for the same purpose, host, category and client.
    public static func verify(
        _ token: Substring, _ purpose: Purpose, host: String, category: String = "",
        client: [UInt8], now: UnixTime, key: ContinueKey
    ) -> Verdict {
        guard token.utf8.count == 55, let bytes = Base64.bytes(urlSafe: token),
            bytes.count == byteCount, bytes[0] == 1
        else { return .forged }
        let head = Array(bytes[..<9])
        // Compares in constant time.
        let isOurs = HMAC<SHA256>.isValidAuthenticationCode(
            bytes[9...], authenticating: signed(purpose, head, host, category, client),
            using: key.key)
        guard isOurs else { return .forged }
        let expiry = Int64(bitPattern: head[1...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        return now.seconds < expiry ? .valid : .expired
    }

    private static func header(_ expiry: Int64) -> [UInt8] {
        let bits = UInt64(bitPattern: expiry)
        return [1] + (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
    }

    private static func signed(
        _ purpose: Purpose, _ head: [UInt8], _ host: String, _ category: String,
        _ client: [UInt8]
    ) -> [UInt8] {
        var name = Array(host.lowercased().utf8)
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        let subject = purpose.isOfForms ? measured(Array(category.utf8)) : []
        return Array(purpose.rawValue.utf8) + [0] + head + measured(name) + subject + client
    }

    /// The text behind its length.
    private static func measured(_ text: [UInt8]) -> [UInt8] {
        let count = UInt32(truncatingIfNeeded: text.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * $0)) } + text
    }
}
