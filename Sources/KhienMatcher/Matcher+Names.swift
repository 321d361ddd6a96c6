import KhienImage
import KhienModel
import KhienText

/// The hashes of a host, and of the host without its `www.`, where URL entries exist for them.
struct MarkedHosts {
    var whole: UInt64?
    var withoutWWW: UInt64?

    var isEmpty: Bool { whole == nil && withoutWWW == nil }
}

extension Matcher {
    /// Adds the entries of the host that `subject` has read.
    ///
    /// - Returns: those of its suffixes for which URL entries exist that may name this host.
    func addHost(
        _ subject: inout Subject, now: UnixTime, _ hits: inout [Hit]
    ) -> MarkedHosts {
        var marked = MarkedHosts()
        for key in subject.hostKeys {
            add(key.found, isWholeHost: key.start == 0, .host, now, &hits)
            guard key.found.isMarked, Self.mayHaveURLs(subject.lookup.bytes.span, from: key.start)
            else { continue }
            if key.start == 0 { marked.whole = key.hash } else { marked.withoutWWW = key.hash }
        }
        return marked
    }

    /// Looks up every suffix of the host.
    ///
    /// - Returns: those of them for which URL entries exist that may name this host.
    func matchHost(
        _ lookup: inout LookupURL, _ walk: inout HostWalk, now: UnixTime, _ hits: inout [Hit]
    ) -> MarkedHosts {
        let text = lookup.bytes.span
        let hostEnd = lookup.hostEnd
        var marked = MarkedHosts()
        walk.walk(text, 0..<hostEnd, seed: seed, askingSoon: hosts)
        walk.forEachFound(in: hosts, text, hostEnd: hostEnd) { start, hash, found in
            add(found, isWholeHost: start == 0, .host, now, &hits)
            guard found.isMarked, Self.mayHaveURLs(text, from: start) else { return }
            if start == 0 { marked.whole = hash } else { marked.withoutWWW = hash }
        }
        return marked
    }

    /// Looks up the URL under the hosts for which URL entries exist.
    func matchURLs(
        _ lookup: inout LookupURL, _ marked: MarkedHosts, now: UnixTime, _ hits: inout [Hit]
    ) {
        let text = lookup.bytes.span
        if let hash = marked.withoutWWW {
            matchURL(
                text, from: 4, hash: hash, hostEnd: lookup.hostEnd, pathEnd: lookup.pathEnd,
                now: now, &hits)
        }
        if let hash = marked.whole {
            matchURL(
                text, from: 0, hash: hash, hostEnd: lookup.hostEnd, pathEnd: lookup.pathEnd,
                now: now, &hits)
        }
    }

    /// Whether URL entries may name the suffix of the host that begins at `start`: they name a host
    /// exactly; a prefix also stands for the host with `www.`.
    static func mayHaveURLs(_ text: Span<UInt8>, from start: Int) -> Bool {
        if start == 0 { return true }
        let letter = UInt8(ascii: "w")
        return start == 4 && text[0] == letter && text[1] == letter && text[2] == letter
    }

    /// Appends the host entries of a key that a suffix of the host equals.
    func add(
        _ found: FoundKey, isWholeHost: Bool, _ layer: Layer, _ now: UnixTime, _ hits: inout [Hit]
    ) {
        if let profile = found.profile {
            let profile = hosts.profile(profile)
            guard Self.concerns(profile.attributes, isWholeHost: isWholeHost) else { return }
            append(found.entries, profile, layer, .lookup, now, &hits)
            return
        }
        for index in found.entries {
            let entry = entries[index]
            guard Self.concerns(entry.attributes, isWholeHost: isWholeHost) else { continue }
            append(index, entry, layer, .lookup, now, &hits)
        }
    }

    /// Whether an entry of a key concerns a host, which is the key or a name below it.
    private static func concerns(_ attributes: EntryAttributes, isWholeHost: Bool) -> Bool {
        isWholeHost ? !attributes.isSubdomainsOnly : attributes.kind != .host
    }

    /// Walks path and query from boundary to boundary and looks up what came before each.
    private func matchURL(
        _ text: Span<UInt8>, from start: Int, hash: UInt64, hostEnd: Int, pathEnd: Int,
        now: UnixTime, _ hits: inout [Hit]
    ) {
        var hash = KeyHash(seed: hash)
        var position = hostEnd
        while position < text.count {
            let end = KeyHash.pieceEnd(text, from: position)
            hash.add(text, position..<end)
            position = end
            guard let found = urls.find(hash: hash.value, key: text, start..<end) else { continue }
            for index in found.entries {
                let entry = entries[index]
                if entry.attributes.kind == .url {
                    // The whole URL, or its path where the entry has no query.
                    guard start == 0, end == text.count || end == pathEnd else { continue }
                }
                append(index, entry, .url, .lookup, now, &hits)
            }
        }
    }

    /// Looks the URL up once more with the `..` segments kept that only unescaping shows, for
    /// prefixes that stand before one: `/listed/..%2fx` is below `/listed` for an origin that does
    /// not unescape slashes.
    ///
    /// Few requests come here. Host entries are found again and passed over, as are prefixes that
    /// the lookup form has met.
    func matchBelow(
        _ url: borrowing WebURL, now: UnixTime, _ subject: inout Subject, _ hits: inout [Hit]
    ) throws(HostError) {
        let before = hits.count
        try subject.unresolved.derive(from: url, hiddenParents: .kept)
        subject.forgetHost()
        let marked = matchHost(&subject.unresolved, &subject.hostWalk, now: now, &hits)
        matchURLs(&subject.unresolved, marked, now: now, &hits)
        if hasHidden {
            matchHidden(&subject.unresolved, isTunnel: false, now: now, &hits)
        }
        var kept = before
        for index in before..<hits.count {
            var hit = hits[index]
            if hits[..<before].contains(where: { $0.entry == hit.entry }) { continue }
            hit.view = .unresolved
            hits[kept] = hit
            kept += 1
        }
        hits.removeSubrange(kept...)
    }
}
