import KhienImage
import KhienModel
import KhienText

/// A host, and where there is one its path and query, as hidden targets are looked up by.
struct HiddenRequest {
    /// Where the host ends in the text.
    var hostEnd: Int
    /// Where the path ends; nil: only the host is known.
    var pathEnd: Int?
    /// An address has no suffixes.
    var isAddress: Bool
}

extension Matcher {
    /// Looks up the hosts and URLs that the image does not hold in clear. Allocates nothing.
    func matchHidden(
        _ lookup: inout LookupURL, isTunnel: Bool, now: UnixTime, _ hits: inout [Hit]
    ) {
        let isAddress =
            switch lookup.hostKind {
            case .ipv4, .ipv6: true
            default: false
            }
        let request = HiddenRequest(
            hostEnd: lookup.hostEnd, pathEnd: isTunnel ? nil : lookup.pathEnd,
            isAddress: isAddress)
        matchHidden(lookup.bytes.span, request, .host, now: now, &hits)
    }

    /// The same for a text and its parts.
    @inline(never)
    func matchHidden(
        _ text: Span<UInt8>, _ request: HiddenRequest, _ layer: Layer, now: UnixTime,
        _ hits: inout [Hit]
    ) {
        if hidden.hasExpressions { matchExpressions(text, request, layer, now: now, &hits) }
        if let key = hidden.key { matchConfidential(text, request, layer, key, now: now, &hits) }
    }

    /// Looks up an address under every prefix length that confidential lists have; an IPv6 address
    /// also as the IPv4 address that it leads to.
    func matchHidden(_ address: IPAddress, now: UnixTime, _ hits: inout [Hit]) {
        guard let key = hidden.key else { return }
        if case .v6 = address {
            look(address, lengths: hidden.prefixes.v6, from: 0, key, now, &hits)
            look(address, lengths: hidden.prefixes.v6Long, from: 64, key, now, &hits)
            if hidden.prefixes.hasWholeV6 { look(address, 128, key, now, &hits) }
        }
        let end = address.untranslated
        guard case .v4 = end else { return }
        look(end, lengths: hidden.prefixes.v4, from: 0, key, now, &hits)
    }

    private func look(
        _ address: IPAddress, lengths: UInt64, from first: UInt8, _ key: ListKey,
        _ now: UnixTime, _ hits: inout [Hit]
    ) {
        var lengths = lengths
        while lengths != 0 {
            look(address, first + UInt8(lengths.trailingZeroBitCount), key, now, &hits)
            lengths &= lengths &- 1
        }
    }

    private func look(
        _ address: IPAddress, _ length: UInt8, _ key: ListKey, _ now: UnixTime,
        _ hits: inout [Hit]
    ) {
        var addressKey = AddressKey()
        addressKey.set(address, prefixLength: length)
        var hash = KeyedHash(key, .address)
        hash.add(addressKey.bytes.span, 0..<addressKey.count)
        guard let found = hidden.confidential.find(hash.digest) else { return }
        appendAll(found, .ip, .exact, now, &hits)
    }

    private func appendAll(
        _ found: FoundKey, _ layer: Layer, _ view: View, _ now: UnixTime, _ hits: inout [Hit]
    ) {
        for index in found.entries { append(index, entries[index], layer, view, now, &hits) }
    }
}

// MARK: - Confidential targets

extension Matcher {
    /// The walk of `matchNames`, over keyed hashes in place of keys.
    private func matchConfidential(
        _ text: Span<UInt8>, _ request: HiddenRequest, _ layer: Layer, _ key: ListKey,
        now: UnixTime, _ hits: inout [Hit]
    ) {
        var start = 0
        while true {
            var hash = KeyedHash(key, .host)
            hash.add(text, start..<request.hostEnd)
            if let found = hidden.confidential.find(hash.digest) {
                add(found, isWholeHost: start == 0, layer, now, &hits)
                let isParent = !Self.mayHaveURLs(text, from: start)
                if found.isMarked, !isParent || hasSubdomainPrefixes,
                    let pathEnd = request.pathEnd
                {
                    matchConfidentialURL(
                        text, from: start, hostEnd: request.hostEnd, pathEnd: pathEnd,
                        isParent: isParent, key, now: now, &hits)
                }
            }
            guard let next = Self.nextLabel(text, after: start, before: request.hostEnd) else {
                return
            }
            start = next
        }
    }

    /// Walks path and query from boundary to boundary; `matchURL` over keyed hashes.
    private func matchConfidentialURL(
        _ text: Span<UInt8>, from start: Int, hostEnd: Int, pathEnd: Int, isParent: Bool,
        _ key: ListKey, now: UnixTime, _ hits: inout [Hit]
    ) {
        var hash = KeyedHash(key, .url)
        hash.add(text, start..<hostEnd)
        var position = hostEnd
        while position < text.count {
            let end = KeyHash.pieceEnd(text, from: position)
            hash.add(text, position..<end)
            position = end
            guard let found = hidden.confidential.find(hash.digest) else { continue }
            for index in found.entries {
                let entry = entries[index]
                if entry.attributes.kind == .url {
                    guard start == 0, end == text.count || end == pathEnd else { continue }
                }
                if isParent, !meansSubdomains(entry) { continue }
                append(index, entry, .url, .lookup, now, &hits)
            }
        }
    }

    /// Where the label after the one at `start` begins; nil: that is the last.
    private static func nextLabel(
        _ text: Span<UInt8>, after start: Int, before end: Int
    ) -> Int? {
        var position = start
        while position < end {
            if text[position] == UInt8(ascii: ".") { return position + 1 }
            position += 1
        }
        return nil
    }
}

// MARK: - Expressions

extension Matcher {
    /// Looks up the SHA-256 of the request's expressions: each suffix of its host with `/`, and for
    /// the whole host and its shorter suffixes each of `ExpressionEnds`.
    private func matchExpressions(
        _ text: Span<UInt8>, _ request: HiddenRequest, _ layer: Layer, now: UnixTime,
        _ hits: inout [Hit]
    ) {
        let ends = request.pathEnd.map {
            ExpressionEnds(text, hostEnd: request.hostEnd, pathEnd: $0)
        }
        var labels = 1
        for index in 0..<request.hostEnd where text[index] == UInt8(ascii: ".") { labels += 1 }
        var start = 0
        while true {
            var hash = SHA256Hash()
            hash.add(text, start..<request.hostEnd)
            hash.add(UInt8(ascii: "/"))
            look(hash.digest, layer, now, &hits)
            if let ends, start == 0 || labels <= Limits.Text.expressionLabelsMax {
                var position = request.hostEnd + 1
                for index in 0..<ends.count {
                    hash.add(text, position..<ends[index])
                    position = ends[index]
                    look(hash.digest, .url, now, &hits)
                }
            }
            labels -= 1
            guard labels >= 2, !request.isAddress,
                let next = Self.nextLabel(text, after: start, before: request.hostEnd)
            else { return }
            start = next
        }
    }

    private func look(
        _ digest: Digest, _ layer: Layer, _ now: UnixTime, _ hits: inout [Hit]
    ) {
        if let found = hidden.expressions.find(digest) {
            appendAll(found, layer, .expression, now, &hits)
        }
        guard hidden.hasConfidentialExpressions, let key = hidden.key,
            let found = hidden.confidential.find(KeyedHash.expression(digest, key))
        else { return }
        appendAll(found, layer, .expression, now, &hits)
    }
}

extension Matcher {
    /// The expression of a request that an entry's SHA-256 is of; nil for other kinds of entries and
    /// for confidential ones. Allocates; for `khien explain`.
    ///
    /// - Parameter lookup: the request's lookup form.
    public func expression(of hit: Hit, in lookup: borrowing LookupURL) -> String? {
        guard hit.view == .expression, !hit.attributes.isConfidential,
            let wanted = hidden.expressions.digest(holding: hit.entry.value)
        else { return nil }
        let text = lookup.bytes.span
        let ends = ExpressionEnds(text, hostEnd: lookup.hostEnd, pathEnd: lookup.pathEnd)
        var next: Int? = 0
        while let start = next {
            for index in -1..<ends.count {
                let range = start..<(index < 0 ? lookup.hostEnd + 1 : ends[index])
                var hash = SHA256Hash()
                hash.add(text, range)
                if hash.digest == wanted {
                    return String(decoding: lookup.bytes[range], as: UTF8.self)
                }
            }
            next = Self.nextLabel(text, after: start, before: lookup.hostEnd)
        }
        return nil
    }
}

/// Where the expressions of a URL end that go on behind its host's slash: the first three folders of
/// its path, the whole path, the path with its query. In rising order, each once.
struct ExpressionEnds {
    private var ends: InlineArray<5, Int> = .init(repeating: 0)
    private(set) var count = 0

    init(_ text: Span<UInt8>, hostEnd: Int, pathEnd: Int) {
        var position = hostEnd + 1
        while position < pathEnd, count < Limits.Text.expressionFoldersMax - 1 {
            if text[position] == UInt8(ascii: "/") { append(position + 1) }
            position += 1
        }
        if pathEnd > max(hostEnd + 1, count > 0 ? ends[count - 1] : 0) { append(pathEnd) }
        if text.count > pathEnd { append(text.count) }
    }

    subscript(index: Int) -> Int { ends[index] }

    private mutating func append(_ end: Int) {
        ends[count] = end
        count += 1
    }
}
