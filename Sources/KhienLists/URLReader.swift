import KhienModel
import KhienText

/// Reads one URL as lists spell it and adds it as an entry in its lookup form.
enum URLReader {
    /// What the entries of a format mean.
    struct Meaning {
        /// A URL with a path or a query: `url` or `urlPrefix`.
        var url: TargetKind
        /// A name alone, without scheme and slash.
        var bareName: TargetKind
        /// A URL that ends after its host.
        var wholeHost = TargetKind.host
        var allowance: NameReader.Allowance = []
        /// A host with a fragment and nothing else is that host: UT1's lists of phishing name many hosts
        /// so. Elsewhere a page is meant that no filter sees, and the line is rejected.
        var takesFragmentAlone = false
        /// `192.0.2.7/24` is the page `/24`, as in UT1's list of malware, unless the address is a network's: its bits
        /// behind the length are zero, and it has some. Elsewhere it is no URL.
        var takesNumberedPages = false
    }

    /// Reads the URL in `range` and adds it.
    ///
    /// A URL that ends after its host (`http://name/`) means that host, or what the format makes of it.
    /// Scheme and port are not compared by the model; a port is dropped as a repair.
    static func addURL(
        _ line: Span<UInt8>, _ range: Range<Int>, as meaning: Meaning,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let found = try SchemeReader.skip(line, range)
        guard !found.rest.isEmpty else {
            throw .rejected("url.empty", "a host was expected", at: range.lowerBound)
        }
        if let first = found.rest.first,
            line[first] == Byte.slash || line[first] == Byte.backslash
        {
            throw .rejected("url.no-host", "a path without a host", at: first)
        }
        guard let hostEnd = SchemeReader.hostEnd(line, found.rest) else {
            let kind = found.hasScheme ? meaning.wholeHost : meaning.bareName
            var repairs = try NameReader.addName(
                line, found.rest, kind, allowing: meaning.allowance, into: &builder)
            repairs.formUnion(found.repairs)
            if found.hasScheme { repairs.insert(.urlIsHost) }
            return repairs
        }
        if !found.hasScheme { try checkBare(line, found.rest, hostEnd, meaning) }
        try parse(line, found.rest, hostEnd, into: &builder)
        var repairs = found.repairs
        repairs.formUnion(try differences(line, found, hostEnd, builder))
        let start = builder.text.count
        let lookup = builder.lookup
        let isHost = lookup.path.count <= 1 && lookup.query == nil
        if isHost, !meaning.takesFragmentAlone,
            let hash = line.firstIndex(of: Byte.hash, in: found.rest),
            hash + 1 < found.rest.upperBound
        {
            throw fragmentFault(at: hash)
        }
        let length = isHost ? lookup.host.upperBound : lookup.bytes.count
        ByteCopy.append(lookup.bytes.span, 0..<length, to: &builder.text)
        if isHost { repairs.insert(.urlIsHost) }
        let isName = lookup.hostKind == .domain
        builder.addEntry(
            isHost ? isName ? meaning.wholeHost : .host : meaning.url, textFrom: start)
        return repairs
    }

    /// Lets the hosts among the records from `first` on, which were written as URL prefixes, also stand for the
    /// names with `www.` before them, as all URL prefixes do.
    static func addWWW(from first: Int, into builder: inout ListBuilder) {
        let prefix = Array("www.".utf8)
        for index in first..<builder.records.count where builder.records[index].kind == .host {
            let host = Array(builder.text[builder.records[index].range])
            // No name stands before an address; one of IPv6 is in brackets. A longer name is no request's.
            guard prefix.count + host.count <= Limits.Text.hostBytesMax,
                host.first != UInt8(ascii: "["), IPAddressText.parse(host.span) == nil
            else { continue }
            let start = builder.text.count
            builder.text.append(contentsOf: prefix)
            builder.text.append(contentsOf: host)
            builder.addEntry(.host, textFrom: start, flags: .derived)
        }
    }

    /// Refuses what has the form of a URL without a scheme, and is a network of addresses.
    private static func checkBare(
        _ line: Span<UInt8>, _ rest: Range<Int>, _ hostEnd: Int, _ meaning: Meaning
    ) throws(LineFault) {
        // Ordinary lines end here: few end in a digit so soon behind their host.
        guard line[hostEnd] == Byte.slash,
            rest.upperBound - hostEnd <= "/255.255.255.255".utf8.count,
            Byte.isDigit(line[rest.upperBound - 1]),
            let network = AddressReader.network(line, rest, slash: hostEnd)?.network
        else { return }
        if meaning.takesNumberedPages, network.hasHostBits || network.isOfOneAddress { return }
        throw .rejected(
            "url.network",
            "a network of addresses (format addresses); a URL of this address begins with http://",
            at: hostEnd)
    }

    /// For a page that only its fragment tells from its host.
    static func fragmentFault(at hash: Int) -> LineFault {
        .rejected(
            "url.fragment",
            "only a fragment tells this page, and none reaches a filter: a path or query was expected",
            at: hash)
    }

    /// Parses `http://` and the bytes of `rest` into the builder's `url` and `lookup`.
    private static func parse(
        _ line: Span<UInt8>, _ rest: Range<Int>, _ hostEnd: Int, into builder: inout ListBuilder
    ) throws(LineFault) {
        if let comma = line.firstIndex(of: Byte.comma, in: rest.lowerBound..<hostEnd) {
            throw .rejected("host.comma", "a comma inside a name; was a dot meant?", at: comma)
        }
        // User name and password may hold more than a name.
        let at = line.lastIndex(of: Byte.at, in: rest.lowerBound..<hostEnd)
        for index in (at.map { $0 + 1 } ?? rest.lowerBound)..<hostEnd {
            try HostReader.checkCharacter(line[index], at: index)
        }
        // Taken out of the builder and put back, so that it may be read while `url` changes.
        var text: [UInt8] = []
        swap(&text, &builder.scratch)
        defer { swap(&text, &builder.scratch) }
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: "http://".utf8)
        ByteCopy.append(line, rest, to: &text)
        do throws(WebURLError) {
            try builder.url.parse(text.span)
        } catch {
            throw fault(error, at: rest.lowerBound)
        }
        do throws(HostError) {
            try builder.lookup.derive(from: builder.url)
        } catch {
            throw HostReader.fault(error, at: rest.lowerBound)
        }
        guard builder.lookup.hostKind == .domain else { return }
        let name = builder.lookup.bytes.span.extracting(builder.lookup.host)
        if HostCanonicalizer.oddByteOffset(inName: name) != nil {
            throw .rejected(
                "host.character", "a character that no host name contains", at: rest.lowerBound)
        }
        let isBare = builder.lookup.path.count <= 1 && builder.lookup.query == nil
        if name.firstIndex(of: Byte.dot, in: 0..<name.count) == nil,
            !isBare
                || builder.topLevelNames?.contains(name.copy(0..<name.count)[...]) != true
        {
            throw .rejected(
                "host.single-label", "a name of one label; a name with a dot was expected",
                at: rest.lowerBound)
        }
    }

    private static func fault(_ error: WebURLError, at start: Int) -> LineFault {
        switch error {
        case .host(let error): HostReader.fault(error, at: start)
        case .badPort, .portTooLarge:
            .rejected("url.port", "no port number after the colon", at: start)
        case .missingScheme, .missingHost:
            .rejected("url.empty", "a host was expected", at: start)
        case .tooLong: .rejected("url.too-long", "the URL is too long", at: start)
        }
    }

    /// How the lookup form differs from the text that stood in the list.
    ///
    /// - Throws: what seems to be a fragment is a rule that hides parts of a page. None of those has a scheme.
    private static func differences(
        _ line: Span<UInt8>, _ found: SchemeReader.Found, _ hostEnd: Int, _ builder: ListBuilder
    ) throws(LineFault) -> RepairSet {
        let rest = found.rest
        let lookup = builder.lookup
        var repairs = RepairSet()
        if isEqual(line, rest, lookup.bytes.span, 0..<lookup.bytes.count) { return repairs }
        if builder.url.port != nil { repairs.insert(.portDropped) }
        if builder.url.hasCredentials { repairs.insert(.credentialsDropped) }
        var end = rest.upperBound
        if let hash = line.firstIndex(of: Byte.hash, in: rest) {
            if !found.hasScheme, CosmeticRule.begins(line, hash..<rest.upperBound) {
                throw CosmeticRule.fault(at: hash)
            }
            repairs.insert(.fragmentDropped)
            end = hash
        }
        repairs.formUnion(hostDifferences(line, rest.lowerBound..<hostEnd))
        let tail = hostEnd..<max(end, hostEnd)
        if !isEqual(line, tail, lookup.bytes.span, lookup.hostEnd..<lookup.bytes.count),
            tail.count > 0
        {
            repairs.insert(.urlSpelling)
        }
        if repairs.isEmpty { repairs.insert(.urlSpelling) }
        return repairs
    }

    private static func hostDifferences(_ line: Span<UInt8>, _ host: Range<Int>) -> RepairSet {
        var repairs = RepairSet()
        for index in host {
            let byte = line[index]
            if Byte.isUpper(byte) { repairs.insert(.upperCase) }
            if byte >= 0x80 { repairs.insert(.internationalised) }
        }
        if let last = host.last, line[last] == Byte.dot { repairs.insert(.trailingDot) }
        return repairs
    }

    private static func isEqual(
        _ left: Span<UInt8>, _ leftRange: Range<Int>, _ right: Span<UInt8>, _ rightRange: Range<Int>
    ) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        for offset in 0..<leftRange.count
        where left[leftRange.lowerBound + offset] != right[rightRange.lowerBound + offset] {
            return false
        }
        return true
    }
}
