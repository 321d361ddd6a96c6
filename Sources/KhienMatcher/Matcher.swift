import KhienImage
import KhienModel
import KhienRegex
import KhienText

/// An image made ready to be asked: its tables and its compiled regular expressions.
///
/// It is immutable and shared by all event loops; what a match writes stands in `Scratch`. Matching
/// takes no lock and allocates nothing once the scratch is warm.
public struct Matcher: Sendable {
    public let image: Image

    // Copies of the image's tables: plain addresses, so that the data path counts no references.
    let seed: UInt64
    let fingerprint: UInt64
    let hosts: KeyTable
    let urls: KeyTable
    let addresses: KeyTable
    let suffixes: KeyTable
    let patterns: PatternTable
    let regexes: RegexTable
    let entries: EntryTable
    let orders: OrderTable
    let addressPrefixes: AddressPrefixes
    let programs: RegexSet
    /// Whether there are rules that are tried against the lookup form, too.
    let hasLookupRules: Bool
    /// Whether some of them are URLs with a `*`.
    let hasURLPatterns: Bool
    /// By list, whether its URL prefixes stand for the names below their host, too: those of
    /// e2guardian's lists do. Not looked at where none does.
    let subdomainPrefixes: [Bool]
    let hasSubdomainPrefixes: Bool
    let gramPlaces: GramPlaces
    /// The rules that wait for the token of a scheme, which is not looked up for each URL.
    let httpRules: RuleRange?
    let httpsRules: RuleRange?
    let hidden: HiddenTables
    /// Whether `hidden` holds anything. Apart, because asking it copied all of it.
    let hasHidden: Bool

    /// Compiles the image's regular expressions.
    ///
    /// - Parameter key: of confidential lists; needed where the image holds such
    ///   (`Image.needsKey`), else not looked at.
    /// - Throws: `ImageError.badSection` when an expression does not compile: the image was made
    ///   with another version of PCRE2, or is damaged; `.keyMissing` or `.wrongKey`.
    public init(image: Image, key: ListKey? = nil) throws(ImageError) {
        self.image = image
        hidden = try HiddenTables(image, key: key)
        hasHidden = hidden.isPresent
        seed = image.seed
        fingerprint = image.fingerprint
        hosts = image.hosts
        urls = image.urls
        addresses = image.addresses
        suffixes = image.suffixes
        patterns = image.patterns
        regexes = image.regexes
        entries = image.entries
        orders = image.orders
        addressPrefixes = AddressPrefixes(image.addresses)
        var programs: [RegexProgram] = []
        programs.reserveCapacity(image.regexes.count)
        for index in 0..<image.regexes.count {
            let record = image.regexes[index]
            let text = image.regexes.text.slice(Int(record.textOffset), Int(record.textCount))
            do throws(RegexError) {
                programs.append(
                    try text.withSpan { (span) throws(RegexError) in
                        try RegexProgram(span, isCaseless: record.isCaseless)
                    })
            } catch {
                throw ImageError(
                    .badSection(.regexes, "regex \(index): \(error)", offset: index),
                    file: image.path)
            }
        }
        self.programs = RegexSet(programs)
        subdomainPrefixes = (0..<image.listCount).map {
            image.list(ListIndex(UInt16($0))).format == "e2guardian"
        }
        hasSubdomainPrefixes = subdomainPrefixes.contains(true)
        let (patterns, entries) = (patterns, entries)
        gramPlaces = GramPlaces(patterns, regexes)
        httpRules = patterns.tokens.find(Token.hash(Array("http".utf8).span, 0..<4))
        httpsRules = patterns.tokens.find(Token.hash(Array("https".utf8).span, 0..<5))
        hasLookupRules = (0..<UInt32(patterns.ruleCount)).contains {
            entries[patterns[$0].entry].attributes.meansEverySpelling
        }
        hasURLPatterns = (0..<UInt32(patterns.ruleCount)).contains {
            Self.isOfURL(entries[patterns[$0].entry].attributes)
        }
    }

    /// Finds every entry that a request meets: host, URL, patterns, regular expressions; and the
    /// address, where the host is one.
    ///
    /// - Parameters:
    ///   - url: the request's URL, parsed.
    ///   - source: the page that the request comes from, as `Referer` gives it; empty: unknown.
    ///   - now: decides which orders are in force.
    ///   - scratch: its `hits` are replaced.
    public func match(
        url: borrowing WebURL, type: RequestType, source: Span<UInt8>, now: UnixTime,
        _ scratch: inout Scratch
    ) {
        scratch.forgetHits()
        do throws(HostError) {
            try scratch.subject.readHost(of: url, in: self)
            let marked = addHost(&scratch.subject, now: now, &scratch.hits)
            // Path and query are derived where an entry may ask for them: most requests need neither.
            if !marked.isEmpty || hasHidden || meansLookupForm(of: url) {
                scratch.subject.lookup.deriveRest(from: url)
                matchURLs(&scratch.subject.lookup, marked, now: now, &scratch.hits)
                if marked.hasParents {
                    matchParents(&scratch.subject, .lookup, now: now, &scratch.hits)
                }
                if hasHidden {
                    matchHidden(&scratch.subject.lookup, isTunnel: false, now: now, &scratch.hits)
                }
                if scratch.subject.lookup.hidesParents {
                    try matchBelow(url, marked, now: now, &scratch.subject, &scratch.hits)
                }
            }
            matchLiteralAddress(
                url.hostKind, scratch.subject.lookup.hostKind, now: now, &scratch.hits)
        } catch {
            // No entry can name a host without a canonical form; it does not resolve either.
            scratch.subject.hostWalk.clear()
        }
        if patterns.ruleCount > 0 || regexes.count > 0 {
            matchRules(url: url, type: type, source: source, now: now, &scratch)
        }
    }

    /// Finds every entry that a tunnel's destination meets: the host of `url`, and the address where
    /// the host is one. Nothing else of a tunnel is known.
    public func match(connect url: borrowing WebURL, now: UnixTime, _ scratch: inout Scratch) {
        scratch.forgetHits()
        do throws(HostError) {
            try scratch.subject.readHost(of: url, in: self)
        } catch {
            return
        }
        _ = addHost(&scratch.subject, now: now, &scratch.hits)
        matchLiteralAddress(
            url.hostKind, scratch.subject.lookup.hostKind, now: now, &scratch.hits)
        if hasHidden {
            matchHidden(&scratch.subject.lookup, isTunnel: true, now: now, &scratch.hits)
        }
    }

    /// Finds every entry that a host alone meets, as for a TLS server name or a canary.
    ///
    /// - Parameter host: canonical (`HostCanonicalizer`).
    public func match(
        host: Span<UInt8>, layer: Layer, now: UnixTime, _ scratch: inout Scratch
    ) {
        scratch.forgetHits()
        scratch.subject.forgetHost()
        matchSuffixes(host, &scratch.subject.hostWalk, layer, now, &scratch.hits)
        guard hasHidden else { return }
        let request = HiddenRequest(hostEnd: host.count, pathEnd: nil, isAddress: false)
        matchHidden(host, request, layer, now: now, &scratch.hits)
    }

    /// Parts by reference, so that reading one while writing the other is allowed.
    private func matchSuffixes(
        _ host: Span<UInt8>, _ walk: inout HostWalk, _ layer: Layer, _ now: UnixTime,
        _ hits: inout [Hit]
    ) {
        walk.walk(host, 0..<host.count, seed: seed, askingSoon: hosts)
        walk.forEachFound(in: hosts, host, hostEnd: host.count) { start, _, found in
            add(found, isWholeHost: start == 0, layer, now, &hits)
        }
    }

    /// Finds every entry that an address meets: the address the connection really goes to.
    public func match(address: IPAddress, now: UnixTime, _ scratch: inout Scratch) {
        scratch.forgetHits()
        matchAddress(address, now: now, &scratch.hits)
        matchHidden(address, now: now, &scratch.hits)
    }

    /// Appends the hits of entries that share a profile, without reading their records.
    func append(
        _ entries: Range<UInt32>, _ profile: KeyProfile, _ layer: Layer, _ view: View,
        _ now: UnixTime, _ hits: inout [Hit]
    ) {
        let isInForce = profile.order.map { orders.isInForce($0, at: now) } ?? true
        for index in entries {
            hits.append(
                Hit(
                    entry: EntryIndex(index), attributes: profile.attributes, layer: layer,
                    view: view, isInForce: isInForce))
        }
    }

    /// Appends the hit of an entry.
    func append(
        _ index: UInt32, _ entry: Entry, _ layer: Layer, _ view: View, _ now: UnixTime,
        _ hits: inout [Hit]
    ) {
        let isInForce = entry.order.map { orders.isInForce($0, at: now) } ?? true
        hits.append(
            Hit(
                entry: EntryIndex(index), attributes: entry.attributes, layer: layer, view: view,
                isInForce: isInForce))
    }
}
