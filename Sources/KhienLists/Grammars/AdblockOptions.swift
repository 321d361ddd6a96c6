import KhienModel

/// The options of one adblock rule, after its `$`.
struct AdblockOptions {
    var positiveTypes: UInt16 = 0
    var negativeTypes: UInt16 = 0
    var party = AdblockRule.Party.any
    var traits: AdblockRule.Traits = []
    var includeDomains: Range<UInt32> = 0..<0
    var excludeDomains: Range<UInt32> = 0..<0
    var denyAllowDomains: Range<UInt32> = 0..<0
    var repairs = RepairSet()
    /// Whether anything but `badfilter` was said.
    var hasEffect = false

    /// The types that the rule applies to: those named; where none is named, all network types;
    /// less those excluded.
    ///
    /// - Parameter isNameOnly: the rule is `||name^`: without type options it applies to documents,
    ///   as in uBlock Origin's strict blocking.
    func typeMask(isNameOnly: Bool) -> UInt16 {
        var mask = positiveTypes
        if mask == 0 || negativeTypes != 0 { mask |= AdblockRule.networkTypes }
        if positiveTypes == 0, negativeTypes == 0, isNameOnly {
            mask |= 1 << RequestType.document.rawValue
        }
        return mask & ~negativeTypes
    }

    /// What an option does.
    private enum Meaning {
        case type(UInt16)
        case party(AdblockRule.Party)
        case trait(AdblockRule.Traits)
        case domain
        case denyAllow
        /// `redirect=`: block; the replacement is dropped.
        case redirect
        /// `_`, `reason=`: says nothing about which requests match.
        case nothing
        case unsupported(StaticString)
    }

    private static let types: [String: UInt16] = {
        var table: [String: UInt16] = ["all": AdblockRule.allTypes]
        for type in RequestType.allCases { table[type.name] = 1 << type.rawValue }
        for name in [
            "xhr", "css", "frame", "doc", "beacon", "img", "object-subrequest", "imageset",
        ] {
            if let type = RequestType(name: name) { table[name] = 1 << type.rawValue }
        }
        return table
    }()

    private static let others: [String: Meaning] = [
        "third-party": .party(.third), "3p": .party(.third),
        "first-party": .party(.first), "1p": .party(.first),
        "important": .trait(.important), "match-case": .trait(.matchCase),
        "badfilter": .trait(.badFilter),
        "domain": .domain, "from": .domain, "denyallow": .denyAllow,
        "redirect": .redirect, "reason": .nothing,
        "csp": .unsupported("option.csp"), "redirect-rule": .unsupported("option.redirect-rule"),
        "removeparam": .unsupported("option.removeparam"),
        "queryprune": .unsupported("option.removeparam"),
        "replace": .unsupported("option.replace"), "rewrite": .unsupported("option.rewrite"),
        "permissions": .unsupported("option.permissions"),
        "header": .unsupported("option.header"), "method": .unsupported("option.method"),
        "to": .unsupported("option.to"), "app": .unsupported("option.app"),
        "dnsrewrite": .unsupported("option.dnsrewrite"),
        "dnstype": .unsupported("option.dnstype"), "ctag": .unsupported("option.ctag"),
        "client": .unsupported("option.client"),
        "generichide": .unsupported("option.generichide"),
        "ghide": .unsupported("option.generichide"),
        "elemhide": .unsupported("option.elemhide"), "ehide": .unsupported("option.elemhide"),
        "specifichide": .unsupported("option.specifichide"),
        "shide": .unsupported("option.specifichide"),
        "genericblock": .unsupported("option.genericblock"),
        "inline-script": .unsupported("option.inline-script"),
        "inline-font": .unsupported("option.inline-font"),
        "strict1p": .unsupported("option.strict1p"),
        "strict-first-party": .unsupported("option.strict1p"),
        "strict3p": .unsupported("option.strict3p"),
        "strict-third-party": .unsupported("option.strict3p"),
        "popunder": .unsupported("option.popunder"),
        "ipaddress": .unsupported("option.ipaddress"),
        "urlskip": .unsupported("option.urlskip"),
        "uritransform": .unsupported("option.uritransform"),
        "urltransform": .unsupported("option.uritransform"),
        "cname": .unsupported("option.cname"), "cookie": .unsupported("option.cookie"),
        "content": .unsupported("option.content"), "empty": .unsupported("option.empty"),
        "mp4": .unsupported("option.mp4"), "extension": .unsupported("option.extension"),
        "hls": .unsupported("option.hls"), "jsonprune": .unsupported("option.jsonprune"),
        "jsinject": .unsupported("option.jsinject"), "stealth": .unsupported("option.stealth"),
        "network": .unsupported("option.network"), "webrtc": .unsupported("option.webrtc"),
        "sitekey": .unsupported("option.sitekey"), "tag": .unsupported("option.tag"),
        "removeheader": .unsupported("option.removeheader"),
        "referrerpolicy": .unsupported("option.referrerpolicy"),
        "urlblock": .unsupported("option.urlblock"),
        "requestheader": .unsupported("option.header"),
        "responseheader": .unsupported("option.header"),
        "xmlprune": .unsupported("option.xmlprune"),
    ]

    /// Whether `name` is an option's name that this program knows, supported or not.
    static func isKnown(_ name: String) -> Bool {
        types[name] != nil || others[name] != nil || isNoOperation(name)
    }

    /// uBlock's `_`, `__` …: separators without meaning.
    private static func isNoOperation(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") }
    }

    /// Reads the options in `range`, separated by commas.
    ///
    /// - Throws: unsupported, at the first option that this program does not do; rejected, for an
    ///   option without a value or with a wrong one.
    mutating func read(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) {
        var start = range.lowerBound
        while start <= range.upperBound {
            let end =
                line.firstIndex(of: Byte.comma, in: start..<range.upperBound)
                ?? range.upperBound
            try readOption(line, line.trimmed(start..<end), into: &builder)
            start = end + 1
        }
    }

    private mutating func readOption(
        _ line: Span<UInt8>, _ option: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) {
        guard let first = option.first else {
            throw .rejected("option.empty", "an option was expected", at: option.lowerBound)
        }
        let isNegated = line[first] == Byte.tilde
        let equals = line.firstIndex(of: Byte.equals, in: option)
        let nameRange = (isNegated ? first + 1 : first)..<(equals ?? option.upperBound)
        let value = equals.map { $0 + 1..<option.upperBound }
        let name = Self.name(line, nameRange)
        switch Self.meaning(name) {
        case .type(let bits):
            if isNegated { negativeTypes |= bits } else { positiveTypes |= bits }
        case .party(let party):
            let asked = !isNegated ? party : party == .third ? .first : .third
            // `1p,3p` asks for both, which is every request.
            self.party = self.party == .any || self.party == asked ? asked : .any
        case .trait(let trait):
            if isNegated {
                throw .rejected("option.negated", "this option cannot be negated", at: first)
            }
            traits.insert(trait)
            if trait == .badFilter { return }
        case .domain:
            try readDomains(line, option, value, isNegated, isDenyAllow: false, into: &builder)
        case .denyAllow:
            try readDomains(line, option, value, isNegated, isDenyAllow: true, into: &builder)
        case .redirect:
            if isNegated || (value ?? 0..<0).isEmpty {
                throw .unsupported("option.redirect", "redirect without a resource", at: first)
            }
            repairs.insert(.redirectDropped)
        case .nothing: return
        case .unsupported(let code):
            throw .unsupported(code, "this option is not supported", at: first)
        case nil:
            throw .unsupported("option.unknown", "an option that is not known", at: first)
        }
        hasEffect = true
    }

    private static func meaning(_ name: String) -> Meaning? {
        if let bits = types[name] { return .type(bits) }
        if isNoOperation(name) { return .nothing }
        return others[name]
    }

    /// The option's name in lower case; empty if it is longer than any that is known.
    static func name(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
        guard range.count <= 24 else { return "" }
        var name = ""
        for index in range {
            name.unicodeScalars.append(Unicode.Scalar(Byte.lowered(line[index])))
        }
        return name
    }
}
