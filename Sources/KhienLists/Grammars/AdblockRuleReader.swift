import KhienModel

/// Reads one network rule.
enum AdblockRuleReader {
    /// Reads the rule in `content` and adds its entry. The caller forgets what was added when this
    /// throws.
    static func add(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var body = content
        var options = AdblockOptions()
        if line.hasPair(of: Byte.pipe, at: body.lowerBound, before: body.upperBound) {
            builder.adblockMarks += 1
        }
        if line.hasPair(of: Byte.at, at: body.lowerBound, before: body.upperBound) {
            options.traits.insert(.exception)
            builder.adblockMarks += 1
            body = body.lowerBound + 2..<body.upperBound
        }
        if let dollar = optionsStart(line, body) {
            builder.adblockMarks += 1
            try options.read(line, dollar + 1..<body.upperBound, into: &builder)
            body = body.lowerBound..<dollar
        }
        body = withoutEnd(line, body)
        for index in body where Byte.isBlank(line[index]) {
            throw .rejected("rule.white-space", "white space inside a rule", at: index)
        }
        if !options.hasEffect, !options.traits.contains(.badFilter),
            let repairs = try addName(line, body, options, into: &builder)
        {
            return repairs
        }
        return try addRule(line, body, options, into: &builder)
    }

    // MARK: Options

    /// Where the options begin: the last `$` that a known option follows; failing that, the last
    /// `$` that something in the form of options follows. Nil: there are none, and `$` is literal.
    private static func optionsStart(_ line: Span<UInt8>, _ body: Range<Int>) -> Int? {
        var fallback: Int?
        var end = body.upperBound
        while let dollar = line.lastIndex(of: Byte.dollar, in: body.lowerBound..<end) {
            end = dollar
            let name = firstName(line, dollar + 1..<body.upperBound)
            if name.isEmpty { continue }
            if AdblockOptions.isKnown(AdblockOptions.name(line, name)) { return dollar }
            if fallback == nil, isOptionForm(line, name, body.upperBound) { fallback = dollar }
        }
        return fallback
    }

    /// The name of the first option in `range`, without `~`.
    private static func firstName(_ line: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        if start < range.upperBound, line[start] == Byte.tilde { start += 1 }
        var end = start
        while end < range.upperBound {
            let byte = line[end]
            let isNameByte =
                Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.hyphen
                || byte == UInt8(ascii: "_")
            if !isNameByte { break }
            end += 1
        }
        // A name is followed by its value, by the next option or by nothing.
        if end < range.upperBound, line[end] != Byte.equals, line[end] != Byte.comma {
            return start..<start
        }
        return start..<end
    }

    private static func isOptionForm(_ line: Span<UInt8>, _ name: Range<Int>, _ end: Int) -> Bool {
        Byte.isLetter(line[name.lowerBound])
            && (name.upperBound == end || line[name.upperBound] == Byte.comma
                || line[name.upperBound] == Byte.equals)
    }

    // MARK: Names

    /// `||name^|` as `||name^`. It comes from lists for name servers, to which the name is all there is: a
    /// URL has its path behind it, and only front pages would be meant.
    private static func withoutEnd(_ line: Span<UInt8>, _ body: Range<Int>) -> Range<Int> {
        guard body.count > 4, line[body.upperBound - 1] == Byte.pipe,
            line[body.upperBound - 2] == Byte.caret,
            line.hasPair(of: Byte.pipe, at: body.lowerBound, before: body.upperBound),
            isHostText(line, body.lowerBound + 2..<body.upperBound - 2, isAnchored: true)
        else { return body }
        return body.lowerBound..<body.upperBound - 1
    }

    /// `||name^` and `name` alone are domains: the name and all below it; an address is a host. Nil: it is
    /// another rule.
    private static func addName(
        _ line: Span<UInt8>, _ body: Range<Int>, _ options: AdblockOptions,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet? {
        var name = body
        let isAnchored = line.hasPair(of: Byte.pipe, at: body.lowerBound, before: body.upperBound)
        if isAnchored {
            guard body.count > 3, line[body.upperBound - 1] == Byte.caret else { return nil }
            name = body.lowerBound + 2..<body.upperBound - 1
        }
        guard isHostText(line, name, isAnchored: isAnchored) else { return nil }
        var flags: EntryFlags = .fromAdblock
        if options.traits.contains(.exception) { flags.insert(.exception) }
        let start = builder.text.count
        var found = try HostReader.append(line, name, into: &builder)
        // Adblock does not regard case: a name in upper case needs no repair.
        found.repairs.bits &= ~RepairSet(.upperCase).bits
        builder.addEntry(found.isAddress ? .host : .domain, textFrom: start, flags: flags)
        return found.repairs
    }

    /// Whether `host` can only be one: a name (`isNameText`) or, behind `||`, an IPv6 address in brackets.
    private static func isHostText(
        _ line: Span<UInt8>, _ host: Range<Int>, isAnchored: Bool
    ) -> Bool {
        if isNameText(line, host, isAnchored: isAnchored) { return true }
        return isAnchored && AddressReader.bracketedEnd(line, host) == host.upperBound
    }

    /// Whether `name` can only be a host: letters, digits, hyphens, underscores and dots, or bytes
    /// of Unicode; with a dot inside, and not at an end. Without `||` it must look like a name:
    /// a last label of letters, or an address.
    private static func isNameText(
        _ line: Span<UInt8>, _ name: Range<Int>, isAnchored: Bool
    ) -> Bool {
        var lastDot: Int?
        for index in name {
            let byte = line[index]
            if byte == Byte.dot {
                lastDot = index
            } else if !Byte.isLetter(byte), !Byte.isDigit(byte), byte != Byte.hyphen,
                byte != UInt8(ascii: "_"), byte < 0x80
            {
                return false
            }
        }
        guard let lastDot, lastDot > name.lowerBound, lastDot < name.upperBound - 1,
            line[name.lowerBound] != Byte.dot
        else { return false }
        if isAnchored { return true }
        if AddressReader.address(line, name) != nil { return true }
        let isLetters = (lastDot + 1..<name.upperBound).allSatisfy {
            Byte.isLetter(line[$0]) || line[$0] >= 0x80
        }
        return isLetters && line[name.lowerBound] != Byte.hyphen
            && line[name.lowerBound] != UInt8(ascii: "_")
            || line.hasPrefix("xn--", at: lastDot + 1, before: name.upperBound)
    }

    // MARK: Rules

    private static func addRule(
        _ line: Span<UInt8>, _ whole: Range<Int>, _ found: AdblockOptions,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var options = found
        var anchors: AdblockRule.Anchors = []
        var body = whole
        let isRegex =
            body.count > 2 && line[body.lowerBound] == Byte.slash
            && line[body.upperBound - 1] == Byte.slash
        if isRegex {
            body = body.lowerBound + 1..<body.upperBound - 1
            options.traits.insert(.regex)
        } else {
            (body, anchors) = cutAnchors(line, body)
        }
        if !isRegex { try AdblockReach.check(line, body, anchors, options) }
        let start = builder.text.count
        var isNameOnly = false
        if isRegex {
            ByteCopy.append(line, body, to: &builder.text)
        } else {
            isNameOnly = try AdblockPatternText.append(
                line, body, anchors, options.traits, &options.repairs, into: &builder)
        }
        let rule = AdblockRule(
            pattern: builder.textRange(from: start), anchors: anchors, traits: options.traits,
            party: options.party, typeMask: options.typeMask(isNameOnly: isNameOnly),
            includeDomains: options.includeDomains, excludeDomains: options.excludeDomains,
            denyAllowDomains: options.denyAllowDomains, line: builder.line)
        let index = UInt32(truncatingIfNeeded: builder.rules.count)
        builder.rules.append(rule)
        if !options.traits.contains(.badFilter) {
            builder.addEntry(
                isRegex ? .regex : .pattern, textFrom: start, flags: flags(of: rule), rule: index)
        }
        return options.repairs
    }

    private static func flags(of rule: AdblockRule) -> EntryFlags {
        var flags: EntryFlags = []
        if rule.traits.contains(.exception) { flags.insert(.exception) }
        if rule.traits.contains(.important) { flags.insert(.important) }
        if rule.traits.contains(.regex), !rule.traits.contains(.matchCase) {
            flags.insert(.caseless)
        }
        return flags
    }

    /// Takes `||`, `|` and the final `|` off, and stars at the ends, which say nothing.
    private static func cutAnchors(
        _ line: Span<UInt8>, _ whole: Range<Int>
    ) -> (Range<Int>, AdblockRule.Anchors) {
        var lower = whole.lowerBound
        var upper = whole.upperBound
        var anchors: AdblockRule.Anchors = []
        if line.hasPair(of: Byte.pipe, at: lower, before: upper) {
            anchors.insert(.host)
            lower += 2
        } else if lower < upper, line[lower] == Byte.pipe {
            anchors.insert(.start)
            lower += 1
        }
        if upper > lower, line[upper - 1] == Byte.pipe {
            anchors.insert(.end)
            upper -= 1
        }
        if upper > lower, line[upper - 1] == Byte.star {
            while upper > lower, line[upper - 1] == Byte.star { upper -= 1 }
            anchors.remove(.end)
        }
        // `||*…` still asks for a place inside the host; `*…` and `|*…` ask for nothing.
        if !anchors.contains(.host), upper > lower, line[lower] == Byte.star {
            while lower < upper, line[lower] == Byte.star { lower += 1 }
            anchors.remove(.start)
        }
        return (lower..<upper, anchors)
    }
}
