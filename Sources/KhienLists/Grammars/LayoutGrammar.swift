import KhienModel

/// The files of UT1 (squidGuard) and e2guardian folders. The file's name says what its lines are.
///
/// Names mean domains with their subdomains, as both programs read them; `.name` belongs to the
/// format. URLs are prefixes; a URL without a path means its host, in e2guardian's lists with its
/// subdomains, as their prefixes do (`Matcher`). e2guardian's directives:
/// `.Include<…>` (followed by `ListInput` inside the list's folder), `#listcategory: "…"`, and
/// `#time:`, which limits all lines to certain hours and makes them unsupported.
struct LayoutGrammar: LineGrammar {
    let role: ListRole
    let isE2Guardian: Bool
    /// The lines whose `.Include<…>` the input has resolved.
    let followedLines: Set<UInt32>
    /// Expressions are about hosts, not about URLs.
    let isOfSites: Bool
    private var hasTimeLimit = false
    private static let urlMeaning = URLReader.Meaning(
        url: .urlPrefix, bareName: .host, allowance: [.leadingDot], takesFragmentAlone: true,
        takesNumberedPages: true)
    /// e2guardian looks a URL up under its host and under each name above that.
    /// Source: `LOptionContainer::inURLList` of e2guardian 5.
    private static let e2guardianMeaning = URLReader.Meaning(
        url: .urlPrefix, bareName: .domain, wholeHost: .domain, allowance: [.leadingDot],
        takesFragmentAlone: true, takesNumberedPages: true)

    init(
        role: ListRole, isE2Guardian: Bool, isOfSites: Bool = false,
        followedLines: Set<UInt32> = []
    ) {
        self.isOfSites = isOfSites
        self.role = role
        self.isE2Guardian = isE2Guardian
        self.followedLines = followedLines
    }

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if role == .names, !hasTimeLimit,
            NameReader.addPlainName(line, 0..<line.count, .domain, into: &builder)
        {
            return .accepted
        }
        let content = line.trimmed(0..<line.count)
        guard let first = content.first else { return .blank }
        if line[first] == Byte.hash { return readComment(line, content, into: &builder) }
        if isE2Guardian, line.hasPrefix(".include", at: first, before: content.upperBound) {
            if followedLines.contains(builder.line) { return .structure }
            return .fault(
                .unsupported(
                    "e2guardian.include", "the included file is not inside the list's folder",
                    at: first))
        }
        if hasTimeLimit {
            return .fault(
                .unsupported("e2guardian.time", "the list holds at certain hours only", at: first))
        }
        do throws(LineFault) {
            return try readEntry(line, into: &builder)
        } catch {
            return .fault(error)
        }
    }

    private func readEntry(
        _ line: Span<UInt8>, into builder: inout ListBuilder
    ) throws(LineFault) -> LineOutcome {
        switch role {
        case .names:
            var (word, repairs) = try NameReader.soleWord(line)
            repairs.formUnion(
                try NameReader.addName(
                    line, word, .domain,
                    allowing: isE2Guardian ? [.leadingDot, .singleLabel] : .leadingDot,
                    into: &builder))
            return .entries(repairs)
        case .urls:
            var (word, repairs) = try NameReader.soleWord(line, cuttingAtHash: false)
            let first = builder.records.count
            repairs.formUnion(
                try URLReader.addURL(
                    line, word, as: isE2Guardian ? Self.e2guardianMeaning : Self.urlMeaning,
                    into: &builder))
            URLReader.addWWW(from: first, into: &builder)
            return .entries(repairs)
        case .expressions:
            let isOfSites = isOfSites
            let grammar = RegexGrammar(
                flags: .caseless,
                translate: { LayoutExpression.overURL($0, isOfSites: isOfSites) })
            return grammar.read(line, into: &builder)
        case .addresses:
            let grammar = AddressesGrammar()
            return grammar.read(line, into: &builder)
        case .phrases, .unsupported:
            throw .unsupported("layout.file", "a file of this kind is not supported")
        }
    }

    /// `#listcategory: "name"` and `#time: …`; all else is a comment.
    private mutating func readComment(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) -> LineOutcome {
        guard isE2Guardian else { return .comment }
        let start = content.lowerBound
        if line.hasPrefix("#listcategory:", at: start, before: content.upperBound) {
            let value = line.trimmed(start + 14..<content.upperBound)
            let name = String(decoding: line.copy(value), as: UTF8.self).trimmingQuotes()
            guard name.utf8.count <= Limits.Phrases.groupNameBytesMax,
                PrintableText.isPrintable(name)
            else {
                return .fault(
                    .rejected(
                        "layout.category",
                        "a category of 255 bytes at most without control characters", at: start))
            }
            builder.category = name
            return .structure
        }
        if line.hasPrefix("#time:", at: start, before: content.upperBound),
            let value = line.nextWord(in: start + 6..<content.upperBound),
            Byte.isDigit(line[value.lowerBound])
        {
            hasTimeLimit = true
            return .structure
        }
        return .comment
    }
}

/// The files of UT1, none of whose lines says anything about another.
struct UT1Grammar: StatelessGrammar {
    private let role: ListRole
    private let isOfNames: Bool

    init(_ role: ListRole) {
        self.role = role
        isOfNames = role == .names
    }

    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        // Nearly every line of the largest lists; the rest can afford a grammar of its own.
        if isOfNames, NameReader.addPlainName(line, 0..<line.count, .domain, into: &builder) {
            return .accepted
        }
        var layout = LayoutGrammar(role: role, isE2Guardian: false)
        return layout.read(line, into: &builder)
    }
}

extension String {
    /// The text without one pair of double quotes around it.
    fileprivate func trimmingQuotes() -> String {
        guard count >= 2, first == "\"", last == "\"" else { return self }
        return String(dropFirst().dropLast())
    }
}
