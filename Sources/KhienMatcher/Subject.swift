import KhienImage
import KhienModel
import KhienText

/// The request being matched, in the forms that the tables ask for. Written first, then only read.
struct Subject: ~Copyable {
    var lookup = LookupURL()
    /// The lookup form with hidden `..` segments kept; of the last URL that had some.
    var unresolved = LookupURL()
    var hostWalk = HostWalk()
    /// What the table of hosts has of the host in `lookup`, and the fingerprint of the image for
    /// which it and the walk hold. Nil: to be looked up.
    private(set) var hostKeys: [HostKey] = []
    private var hostImage: UInt64?
    var source = SourcePage()

    /// A suffix of the host that the table of hosts has.
    struct HostKey {
        var start: Int
        var hash: UInt64
        var found: FoundKey
    }

    init() { hostKeys.reserveCapacity(8) }

    /// Reads the host of `url` into `lookup`, `hostWalk` and `hostKeys`; keeps them where it is the
    /// host of the request before, which on the way of a page's requests it often is.
    mutating func readHost(of url: borrowing WebURL, in matcher: borrowing Matcher)
        throws(HostError)
    {
        if hostImage == matcher.fingerprint, lookup.keepHost(of: url) { return }
        forgetHost()
        try lookup.deriveHost(from: url)
        Self.readHost(&lookup, &hostWalk, &hostKeys, in: matcher)
        hostImage = matcher.fingerprint
    }

    /// Says that `hostWalk` is that of another host.
    mutating func forgetHost() {
        hostImage = nil
        if !hostKeys.isEmpty { hostKeys.removeAll(keepingCapacity: true) }
    }

    /// Parts by reference, so that reading one while writing the other is allowed.
    private static func readHost(
        _ lookup: inout LookupURL, _ walk: inout HostWalk, _ keys: inout [HostKey],
        in matcher: borrowing Matcher
    ) {
        let text = lookup.bytes.span
        walk.walk(
            text, 0..<lookup.hostEnd, seed: matcher.seed, askingSoon: matcher.hosts)
        walk.forEachFound(in: matcher.hosts, text, hostEnd: lookup.hostEnd) { start, hash, found in
            keys.append(HostKey(start: start, hash: hash, found: found))
        }
    }

    /// Writes a form of `url`: itself without user and fragment, or what is in `lookup` or `unresolved` with
    /// the URL's scheme before it.
    ///
    /// - Parameter withPort: whether the URL's port stands behind the host.
    /// - Returns: where the host stands in `text`.
    func write(
        _ view: View, of url: borrowing WebURL, withPort: Bool, to text: inout [UInt8]
    ) -> Range<Int> {
        text.removeAll(keepingCapacity: true)
        text.append(bytesOf: url.bytes.span.extracting(url.scheme))
        for byte in "://".utf8 { text.append(byte) }
        let start = text.count
        let port = withPort ? url.host.upperBound..<url.path.lowerBound : 0..<0
        if view == .exact {
            let end = url.fragment.map { $0.lowerBound - 1 } ?? url.bytes.count
            text.append(bytesOf: url.bytes.span.extracting(url.host))
            text.append(bytesOf: url.bytes.span.extracting(port))
            text.append(bytesOf: url.bytes.span.extracting(url.path.lowerBound..<end))
            return start..<start + url.host.count
        }
        if view == .unresolved {
            unresolved.append(to: &text, withPort: url.bytes.span.extracting(port))
        } else {
            lookup.append(to: &text, withPort: url.bytes.span.extracting(port))
        }
        // Both have one host.
        return start..<start + lookup.hostEnd
    }
}

extension LookupURL {
    /// Appends the form.
    ///
    /// - Parameter port: what stands between host and path, with its colon; empty: nothing.
    fileprivate func append(to text: inout [UInt8], withPort port: Span<UInt8>) {
        text.append(bytesOf: bytes.span.extracting(host))
        text.append(bytesOf: port)
        text.append(bytesOf: bytes.span.extracting(hostEnd...))
    }
}
