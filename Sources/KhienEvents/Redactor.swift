import Crypto
import KhienModel

/// Applies a redaction; holds the keys.
struct Redactor {
    let redaction: Redaction
    /// nil while the key file can neither be read nor made; keyed hashes are then left out.
    var nodeKey: SymmetricKey?
    private var clientKey = SymmetricKey(size: .bits256)
    private var clientKeyDay: Int64?

    init(_ redaction: Redaction) { self.redaction = redaction }

    /// Writes what may be known of the request's target.
    func writeTarget(of event: BlockEvent, into line: inout JSONLine) {
        let reason = event.reason
        let mode = redaction.mode(reason)
        switch mode {
        case .none:
            return
        case .host:
            line.member("url.domain", bytes: event.host)
            // Other kinds of targets say more than the host.
            if reason.kind == .domain || reason.kind == .host {
                line.member("rule.name", reason.target)
            }
        case .keyedHash:
            if let hash = keyedHash("host", event.host) {
                line.member("khien.url.domain_hash", hash)
            }
            if let hash = keyedHash("url", event.url) { line.member("khien.url.hash", hash) }
        case .full:
            line.member("url.domain", bytes: event.host)
            line.member("url.full", bytes: event.url)
            line.member("rule.name", reason.target)
        }
    }

    /// Writes what may be known of the client.
    mutating func writeClient(of event: BlockEvent, into line: inout JSONLine) {
        guard redaction.client == .pseudonym, let client = event.client else { return }
        if clientKeyDay != event.time.day {
            // An event from before midnight that comes late also gets a new key: two keys a day
            // more cost nothing, an old key kept would.
            clientKey = SymmetricKey(size: .bits256)
            clientKeyDay = event.time.day
        }
        let code = HMAC<SHA256>.authenticationCode(for: Self.bytes(of: client), using: clientKey)
        line.member("client.user.hash", Hexadecimal.text(Array(code).prefix(16)))
    }

    /// HMAC-SHA-256 over `label`, a NUL and `text`, as 64 hexadecimal digits.
    private func keyedHash(_ label: String, _ text: [UInt8]) -> String? {
        guard let nodeKey else { return nil }
        var hmac = HMAC<SHA256>(key: nodeKey)
        hmac.update(data: Array(label.utf8) + [0])
        hmac.update(data: text)
        return Hexadecimal.text(Array(hmac.finalize())[...])
    }

    private static func bytes(of address: IPAddress) -> [UInt8] {
        func octets(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64((count - 1 - $0) * 8)) }
        }
        return switch address.unmapped {
        case .v4(let value): [4] + octets(UInt64(value), 4)
        case .v6(let high, let low): [6] + octets(high, 8) + octets(low, 8)
        }
    }
}
