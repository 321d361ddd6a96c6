import KhienImage
import KhienModel
import KhienText

/// The hashes of a host, and of the host without its `www.`, where URL entries exist for them.
struct MarkedHosts {
    var whole: UInt64?
    var withoutWWW: UInt64?
    /// Whether there are URL entries for other names above the host, and prefixes that may mean it.
    var hasParents = false

    var isEmpty: Bool { whole == nil && withoutWWW == nil && !hasParents }
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
            guard key.found.isMarked else { continue }
            guard Self.mayHaveURLs(subject.lookup.bytes.span, from: key.start) else {
                if hasSubdomainPrefixes { marked.hasParents = true }
                continue
            }
            if key.start == 0 { marked.whole = key.hash } else { marked.withoutWWW = key.hash }
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

    /// Looks up a form of the URL under the names above its host, for the prefixes that stand for the
    /// names below theirs. The host has been read (`Subject.hostKeys`).
    func matchParents(
        _ subject: inout Subject, _ view: View, now: UnixTime, _ hits: inout [Hit]
    ) {
        for index in 0..<subject.hostKeys.count {
            let key = subject.hostKeys[index]
            guard key.found.isMarked,
                !Self.mayHaveURLs(subject.lookup.bytes.span, from: key.start)
            else { continue }
            if view == .unresolved {
                matchURL(
                    subject.unresolved.bytes.span, from: key.start, hash: key.hash,
                    hostEnd: subject.unresolved.hostEnd, pathEnd: subject.unresolved.pathEnd,
                    isParent: true, now: now, &hits)
            } else {
                matchURL(
                    subject.lookup.bytes.span, from: key.start, hash: key.hash,
                    hostEnd: subject.lookup.hostEnd, pathEnd: subject.lookup.pathEnd,
                    isParent: true, now: now, &hits)
            }
        }
    }

    /// Whether an entry that stands under a name above the host, or the host without `www.`, may mean
    /// the host: prefixes of some lists.
    func meansSubdomains(_ entry: Entry) -> Bool {
        entry.attributes.kind == .urlPrefix && subdomainPrefixes[Int(entry.list.value)]
    }

    /// Whether URL entries may name the suffix of the host that begins at `start`: they name a host
    /// exactly; a prefix also stands for the host with `www.`. Prefixes of e2guardian's lists stand for
    /// all names below theirs (`matchParents`).
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
        isParent: Bool = false, now: UnixTime, _ hits: inout [Hit]
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
                if isParent, !meansSubdomains(entry) { continue }
                append(index, entry, .url, .lookup, now, &hits)
            }
        }
    }

    /// Looks the URL up once more with the `..` segments kept that only unescaping shows, for
    /// prefixes that stand before one: `/listed/..%2fx` is below `/listed` for an origin that does
    /// not unescape slashes.
    ///
    /// Few requests come here. Prefixes that the lookup form has met are passed over.
    ///
    /// - Parameter marked: what `addHost` found: both forms have one host.
    func matchBelow(
        _ url: borrowing WebURL, _ marked: MarkedHosts, now: UnixTime, _ subject: inout Subject,
        _ hits: inout [Hit]
    ) throws(HostError) {
        let before = hits.count
        try subject.unresolved.derive(from: url, hiddenParents: .kept)
        matchURLs(&subject.unresolved, marked, now: now, &hits)
        if marked.hasParents { matchParents(&subject, .unresolved, now: now, &hits) }
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
