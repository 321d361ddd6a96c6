import KhienImage
import KhienModel
import KhienText

/// The page that a request comes from. The requests of one page come together, so the last one is
/// kept: the same text is read once.
struct SourcePage: ~Copyable {
    private(set) var lookup = LookupURL()
    private(set) var walk = HostWalk()
    /// In `lookup.bytes`; empty: unknown.
    private(set) var host = 0..<0
    /// Where in the host its site begins: the registrable domain, or the whole address.
    private(set) var siteStart = 0
    /// Of the host without its public suffix, under the seed of entities.
    private(set) var entityWalk = HostWalk()
    /// The rules, and the postings of regexes, that wait for this page.
    private(set) var rules: [RuleRange] = []
    private(set) var postings: [RuleRange] = []
    private var url = WebURL()
    /// The text that was read last, and the fingerprint of the image for which: hashes and site
    /// hold for that image only. Nil: nothing was read.
    private var text: [UInt8] = []
    private var image: UInt64?

    init() {
        text.reserveCapacity(2048)
        // The empty array is shared: emptying it would count a reference.
        rules.reserveCapacity(16)
        postings.reserveCapacity(16)
    }

    /// Reads the page's URL; a text that is no URL counts as unknown.
    mutating func read(_ text: Span<UInt8>, in matcher: borrowing Matcher) {
        if image == matcher.fingerprint, Self.equal(self.text.span, text) { return }
        image = matcher.fingerprint
        host = 0..<0
        walk.clear()
        entityWalk.clear()
        rules.removeAll(keepingCapacity: true)
        postings.removeAll(keepingCapacity: true)
        self.text.removeAll(keepingCapacity: true)
        self.text.append(bytesOf: text)
        do throws(WebURLError) {
            try url.parse(text)
        } catch {
            return
        }
        do throws(HostError) {
            try lookup.derive(from: url)
        } catch {
            return
        }
        host = lookup.host
        Self.walk(&walk, &lookup, host, seed: matcher.seed)
        siteStart = matcher.suffixes.siteStart(lookup, walk)
        let entityEnd = EntityName.end(lookup.bytes.span, siteStart: siteStart, host: host)
        let entity = host.lowerBound..<max(host.lowerBound, entityEnd - 1)
        Self.walk(&entityWalk, &lookup, entity, seed: KeyHash.entitySeed(matcher.seed))
        for index in 0..<walk.count { find(walk.hash(index), in: matcher) }
        for index in 0..<entityWalk.count { find(entityWalk.hash(index), in: matcher) }
    }

    private mutating func find(_ hash: UInt64, in matcher: borrowing Matcher) {
        let key = UInt32(truncatingIfNeeded: hash)
        if let run = matcher.patterns.sources.find(key, hash: key) { rules.append(run) }
        if let run = matcher.regexes.sources.find(key, hash: key) { postings.append(run) }
    }

    /// Parts by reference, so that reading one while writing the other is allowed.
    private static func walk(
        _ walk: inout HostWalk, _ lookup: inout LookupURL, _ host: Range<Int>, seed: UInt64
    ) {
        walk.walk(lookup.bytes.span, host, seed: seed)
    }

    private static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return ByteCompare.equal(left, 0..<left.count, right, 0..<right.count)
    }
}

/// Names that stand for themselves under any public suffix: `name.*`.
enum EntityName {
    /// Where the public suffix of a host begins: behind the first label of its site.
    static func end(_ text: Span<UInt8>, siteStart: Int, host: Range<Int>) -> Int {
        var end = siteStart
        while end < host.upperBound, text[end] != UInt8(ascii: ".") { end += 1 }
        return end + 1
    }
}

extension KeyTable {
    /// Where the part of a host begins that names its site; an address is a site of its own.
    func siteStart(_ url: borrowing LookupURL, _ walk: borrowing HostWalk) -> Int {
        switch url.hostKind {
        case .ipv4, .ipv6: 0
        default: registrableStart(walk, url.bytes.span, hostEnd: url.hostEnd)
        }
    }
}
