import KhienModel

/// Brings the targets of list entries into canonical form and says what that changed.
///
/// Entries come with or without a scheme: `host/path?query`, `http://host/path`, `http:\\host`,
/// `//host`, `hxxp://host`. Scheme, credentials, port and fragment are dropped and reported.
///
/// A value keeps its memory: reuse it for a whole list.
public struct TargetCanonicalizer: Sendable {
    /// The lookup form after `canonicalizeURL`.
    public private(set) var lookup = LookupURL()
    /// The canonical host after `canonicalizeHost`.
    public private(set) var host: [UInt8] = []
    private var url = WebURL()
    private var assembled: [UInt8] = []

    public init() {}

    /// Sets `lookup` to the lookup form of a URL with or without its scheme.
    ///
    /// - Returns: what was changed; empty if the entry was the lookup form already, apart from the
    ///   slash that an empty path becomes.
    /// - Throws: why it has none.
    public mutating func canonicalizeURL(_ text: Span<UInt8>) throws(TargetError) -> Repair {
        let parts = try TargetText(text)
        assembled.removeAll(keepingCapacity: true)
        assembled.append(literal: "http://")
        assembled.append(bytesOf: text.extracting(parts.rest))
        try Self.parse(assembled, into: &url)
        do throws(HostError) {
            try lookup.derive(from: url)
        } catch {
            throw .host(error)
        }
        return repairs(text, parts)
    }

    private static func parse(_ text: [UInt8], into url: inout WebURL) throws(TargetError) {
        do throws(WebURLError) {
            try url.parse(text.span)
        } catch .host(let error) {
            throw .host(error)
        } catch .missingHost {
            throw .host(.empty)
        } catch {
            throw .url(error)
        }
    }

    /// Sets `host` to the canonical form of a host with or without scheme and port; an IPv6
    /// address may lack its brackets.
    ///
    /// - Returns: what the host is, and what was changed.
    /// - Throws: why it has none; `.notAHost` if a path longer than `/`, a query or a fragment
    ///   follows.
    public mutating func canonicalizeHost(
        _ text: Span<UInt8>
    ) throws(TargetError) -> (kind: WebURL.HostKind, repairs: Repair) {
        if let bare = bareIPv6(text) { return bare }
        let parts = try TargetText(text)
        var repairs = parts.repairs
        switch parts.rest.upperBound - parts.authorityEnd {
        case 0: break
        case 1 where parts.pathEnd > parts.authorityEnd: repairs.insert(.slashRemoved)
        default: throw .notAHost
        }
        let source = text.extracting(parts.host)
        do throws(HostError) {
            let kind = try HostCanonicalizer.canonicalize(source, into: &host)
            if Self.isAddress(kind), !Self.equal(source, host.span) {
                repairs.insert(.addressRewritten)
            }
            return (kind, repairs)
        } catch {
            throw .host(error)
        }
    }

    private mutating func bareIPv6(
        _ text: Span<UInt8>
    ) -> (kind: WebURL.HostKind, repairs: Repair)? {
        guard let address = IPv6Parser.parse(text) else { return nil }
        host.removeAll(keepingCapacity: true)
        host.append(0x5B)
        IPAddressText.append(.v6(high: address.high, low: address.low), to: &host)
        host.append(0x5D)
        let isSame = Self.equal(text, host.span.extracting(1..<host.count - 1))
        let kind = WebURL.HostKind.ipv6(high: address.high, low: address.low)
        return (kind, isSame ? [] : .addressRewritten)
    }

    private static func isAddress(_ kind: WebURL.HostKind) -> Bool {
        switch kind {
        case .ipv4, .ipv6: true
        case .none, .empty, .domain, .opaque: false
        }
    }

    private static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}

// MARK: - What was changed

extension TargetCanonicalizer {
    private func repairs(_ text: Span<UInt8>, _ parts: TargetText) -> Repair {
        var repairs = parts.repairs
        let form = lookup.bytes.span
        if Self.isAddress(lookup.hostKind),
            !Self.equal(text.extracting(parts.host), form.extracting(lookup.host))
        {
            repairs.insert(.addressRewritten)
        }
        let path = text.extracting(parts.authorityEnd..<parts.pathEnd)
        if path.count > 0, !Self.equal(path, form.extracting(lookup.path)) {
            repairs.formUnion(pathRepairs(path))
        }
        if parts.pathEnd < parts.rest.upperBound {
            let tail = text.extracting(parts.pathEnd..<parts.rest.upperBound)
            repairs.formUnion(tailRepairs(tail))
        }
        return repairs
    }

    /// Tells escapes from dot segments and slashes: the path is decoded and escaped without being
    /// resolved, then compared on both sides.
    private func pathRepairs(_ path: Span<UInt8>) -> Repair {
        var plain: [UInt8] = []
        for index in path.indices where !TargetText.isStripped(path[index]) {
            plain.append(path[index] == 0x5C ? 0x2F : path[index])
        }
        let escaped = Self.rewritten(plain.span, escapingQuestionMark: true)
        var repairs: Repair = []
        if escaped != plain { repairs.insert(.unescaped) }
        if !escaped.elementsEqual(lookup.bytes[lookup.path]) { repairs.insert(.pathResolved) }
        return repairs
    }

    /// `tail` begins with `?` or `#`.
    private func tailRepairs(_ tail: Span<UInt8>) -> Repair {
        var repairs: Repair = []
        var end = 0
        while end < tail.count, tail[end] != 0x23 { end += 1 }
        if end < tail.count { repairs.insert(.fragmentRemoved) }
        if end == 1 { repairs.insert(.emptyQueryRemoved) }
        guard end > 1 else { return repairs }
        var plain: [UInt8] = []
        for index in 1..<end where !TargetText.isStripped(tail[index]) {
            plain.append(tail[index])
        }
        if Self.rewritten(plain.span, escapingQuestionMark: false) != plain {
            repairs.insert(.unescaped)
        }
        return repairs
    }

    private static func rewritten(
        _ text: Span<UInt8>, escapingQuestionMark: Bool
    ) -> [UInt8] {
        var decoded: [UInt8] = []
        RepeatedDecoding.decode(text, into: &decoded)
        var escaped: [UInt8] = []
        for byte in decoded {
            if LookupSpelling.escapes(byte, in: escapingQuestionMark ? .path : .query) {
                escaped.append(percentEncoded: byte)
            } else {
                escaped.append(escapingQuestionMark && byte == 0x5C ? 0x2F : byte)
            }
        }
        return escaped
    }
}

// MARK: - One at a time

extension LookupURL {
    /// `TargetCanonicalizer.canonicalizeURL` for one entry. It allocates.
    public static func canonicalizeTarget(
        _ text: Span<UInt8>, into lookup: inout LookupURL
    ) throws(TargetError) -> Repair {
        var canonicalizer = TargetCanonicalizer()
        let repairs = try canonicalizer.canonicalizeURL(text)
        lookup = canonicalizer.lookup
        return repairs
    }
}

extension HostCanonicalizer {
    /// `TargetCanonicalizer.canonicalizeHost` for one entry. It allocates.
    public static func canonicalizeHostTarget(
        _ text: Span<UInt8>, into output: inout [UInt8]
    ) throws(TargetError) -> (kind: WebURL.HostKind, repairs: Repair) {
        var canonicalizer = TargetCanonicalizer()
        let result = try canonicalizer.canonicalizeHost(text)
        output = canonicalizer.host
        return result
    }
}
