/// A host and a port as they stand in a target or a Host field.
public struct HostPort: Hashable, Sendable {
    /// The registered name, IPv4 address or bracketed IPv6 literal; never empty. Its characters are
    /// checked, its meaning is not: that is the canonicaliser's work.
    public var host: ByteRange
    /// The port as a number; nil where there is none or an empty one.
    public var port: UInt16?

    /// What is wrong with the bytes, and where.
    struct Fault: Error {
        var reason: Reason
        var offset: Int

        enum Reason {
            case userinfo
            case host
            case port
        }
    }

    /// Reads `uri-host [ ":" port ]`, which must fill `start..<end`.
    ///
    /// ```
    /// host       = IP-literal / IPv4address / reg-name
    /// reg-name   = *( unreserved / pct-encoded / sub-delims )
    /// IP-literal = "[" IPv6address "]"
    /// port       = *DIGIT
    /// ```
    /// An empty host, a zone identifier, IPvFuture, userinfo, port 0 and ports above 65,535 are
    /// faults. Source: RFC 3986 section 3.2, RFC 9110 sections 4.2.1 and 4.2.4.
    static func parse(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> HostPort {
        var index = start
        if index < end, bytes[index] == .openBracket {
            index += 1
            while index < end, bytes[index].isAddressLiteral { index += 1 }
            // The shortest address is `::`.
            guard index < end, bytes[index] == .closeBracket, index - start > 2 else {
                throw Fault(reason: .host, offset: index)
            }
            index += 1
        } else {
            index = bytes.firstUncommon(from: index, to: end)
            while index < end, bytes[index].isRegisteredName {
                if bytes[index] == .percent {
                    guard index + 2 < end, bytes[index + 1].isHexDigit, bytes[index + 2].isHexDigit
                    else { throw Fault(reason: .host, offset: index) }
                }
                index += 1
            }
        }
        let host = ByteRange(start, index)
        if let sign = firstAt(bytes, index, end) { throw Fault(reason: .userinfo, offset: sign) }
        if host.isEmpty { throw Fault(reason: .host, offset: start) }
        if index == end { return HostPort(host: host, port: nil) }
        guard bytes[index] == .colon else { throw Fault(reason: .host, offset: index) }
        return HostPort(host: host, port: try port(bytes, index + 1, end))
    }

    /// The at sign behind which a host would stand.
    private static func firstAt(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        for index in start..<end where bytes[index] == .at { return index }
        return nil
    }

    private static func port(_ bytes: Span<UInt8>, _ start: Int, _ end: Int)
        throws(Fault) -> UInt16?
    {
        if start == end { return nil }
        var value = 0
        for index in start..<end {
            guard bytes[index].isDigit else { throw Fault(reason: .port, offset: index) }
            value = value * 10 + Int(bytes[index] - 0x30)
            if value > 65_535 { throw Fault(reason: .port, offset: index) }
        }
        if value == 0 { throw Fault(reason: .port, offset: start) }
        return UInt16(value)
    }
}
