import KhienImage
import KhienMatcher
import KhienModel
import KhienRegex
import KhienText

/// The phrase rules of an image, ready for pages. Made once for each image; shared by all event
/// loops, immutable.
public struct PageRules: Sendable {
    let image: Image
    let matcher: Matcher
    let phrases: PhraseTable
    let scanner: LiteralScanner
    let entries: EntryTable
    let orders: OrderTable
    let regexes: RegexSet
    /// Expressions that no literal announces.
    let regexesAlways: [UInt32]
    /// By expression: whether a rule of an authority's wants it.
    let regexIsOrdered: [Bool]
    /// By literal.
    let uses: [LiteralUse]
    /// Postings of rules that want to know each place (`LiteralUse.placed`).
    let placed: [UInt32]
    /// By `LiteralUse.wanted`.
    let wantedMarks: [WantedMarks]
    /// Where the words of phrases meet that count in the joined view.
    let joints: WordJoints
    /// What rules for responses look at, and what rules for bodies of requests do.
    private let pages: PageNeeds
    private let forms: PageNeeds
    /// The bodies that authorities ban phrases in.
    private let bannedScope: PhraseScope
    /// When an order over phrases begins or ends to be in force, ascending.
    private let turningPoints: [UnixTime]

    /// - Throws: `ImageError` where an expression over text does not compile: the image was made
    ///   with another version of PCRE2, or is damaged.
    public init(image: Image, matcher: Matcher) throws(ImageError) {
        self.image = image
        self.matcher = matcher
        phrases = image.phrases
        scanner = LiteralScanner(image.literals)
        entries = image.entries
        orders = image.orders
        var programs: [RegexProgram] = []
        var always: [UInt32] = []
        var ordered: [Bool] = []
        for index in 0..<image.phrases.regexCount {
            let record = image.phrases.regex(index)
            if record.isAlways { always.append(UInt32(index)) }
            let rule = image.phrases.rule(image.phrases.term(record.term).rule)
            ordered.append(image.entries[rule.entry.value].attributes.authority == .authority)
            do throws(RegexError) {
                programs.append(
                    try image.phrases.pattern(ofRegex: index).withSpan {
                        (span) throws(RegexError) in
                        try RegexProgram(span, isCaseless: false)
                    })
            } catch {
                throw ImageError(
                    .badSection(.phrases, "expression \(index): \(error)", offset: index),
                    file: image.path)
            }
        }
        regexes = RegexSet(programs)
        regexesAlways = always
        regexIsOrdered = ordered
        let marked = Self.markedSpellings(image.phrases, image.literals)
        var wanted: [WantedMarks] = []
        var placed: [UInt32] = []
        uses = (0..<UInt32(image.literals.count)).map { literal in
            var use = LiteralUse(literal, image.phrases, markedSpellings: marked)
            if use.isPlaced {
                let (ordered, others) = Self.placed(literal, image.phrases, image.entries)
                use.orderedCount = ordered.count
                use.placed = placed.count..<placed.count + ordered.count + others.count
                placed += ordered + others
            }
            if let spelling = use.marked {
                use.wanted = wanted.count
                wanted.append(image.literals.bytes(of: spelling).withSpan { WantedMarks($0) })
            }
            return use
        }
        wantedMarks = wanted
        self.placed = placed
        joints = Self.joints(image.phrases, image.literals)
        pages = PageNeeds(phrases, scope: .pages)
        forms = PageNeeds(phrases, scope: .forms)
        bannedScope = Self.bannedScope(phrases, entries, orders, after: nil)
        turningPoints = Self.turningPoints(phrases, entries, orders)
    }

    /// The postings of a literal whose rules want to know each place: those of authorities, and others.
    private static func placed(
        _ literal: UInt32, _ phrases: PhraseTable, _ entries: EntryTable
    ) -> (ordered: [UInt32], others: [UInt32]) {
        var result: (ordered: [UInt32], others: [UInt32]) = ([], [])
        for index in phrases.postings(of: literal) {
            let posting = phrases.posting(index)
            guard LiteralUse.isPlaced(posting, phrases) else { continue }
            let term =
                posting.kind == .term
                ? posting.number : phrases.regex(Int(posting.number)).term
            let entry = phrases.rule(phrases.term(term).rule).entry
            if entries[entry.value].attributes.authority == .authority {
                result.ordered.append(UInt32(index))
            } else {
                result.others.append(UInt32(index))
            }
        }
        return result
    }

    /// By term: the literal of its exact spelling, where that has Vietnamese marks.
    private static func markedSpellings(_ phrases: PhraseTable, _ literals: LiteralTable)
        -> [UInt32?]
    {
        var result = [UInt32?](repeating: nil, count: phrases.termCount)
        for literal in 0..<UInt32(literals.count)
        where literals.bytes(of: literal).withSpan({ LetterMarks.areIn($0) }) {
            for index in phrases.postings(of: literal) {
                let posting = phrases.posting(index)
                if posting.kind == .term, posting.views.contains(.exact) {
                    result[Int(posting.number)] = literal
                }
            }
        }
        return result
    }

    private static func turningPoints(
        _ phrases: PhraseTable, _ entries: EntryTable, _ orders: OrderTable
    ) -> [UnixTime] {
        var found: Set<OrderIndex> = []
        for index in 0..<UInt32(phrases.ruleCount) {
            if let order = entries[phrases.rule(index).entry.value].order { found.insert(order) }
        }
        return found.flatMap { index in
            let order = orders[index]
            return [order.effective, order.expires].compactMap { $0 }
        }.sorted()
    }

    /// Orders that are not yet in force count too: they will be while this image is.
    ///
    /// - Parameter now: what is over by then does not count; nil: all does.
    private static func bannedScope(
        _ phrases: PhraseTable, _ entries: EntryTable, _ orders: OrderTable, after now: UnixTime?
    ) -> PhraseScope {
        var scope: PhraseScope = []
        for index in 0..<UInt32(phrases.ruleCount) {
            let rule = phrases.rule(index)
            guard rule.effect == .ban else { continue }
            let entry = entries[rule.entry.value]
            if let now, let order = entry.order, let expires = orders[order].expires,
                expires <= now
            {
                continue
            }
            let attributes = entry.attributes
            if attributes.authority == .authority, attributes.action > .allow {
                scope.formUnion(rule.scope)
            }
        }
        return scope
    }

    private static func joints(_ phrases: PhraseTable, _ literals: LiteralTable) -> WordJoints {
        var joints = WordJoints(phraseCount: literals.count)
        for literal in 0..<UInt32(literals.count) {
            let isJoined = phrases.postings(of: literal).contains {
                phrases.posting($0).views.contains(.joined)
            }
            if isJoined { literals.bytes(of: literal).withSpan { joints.add($0) } }
        }
        for index in 0..<phrases.regexCount
        where phrases.term(phrases.regex(index).term).views.contains(.joined) {
            // An expression may want any place.
            joints.open()
        }
        return joints
    }

    /// Whether there are rules for this kind of bodies at all.
    public func isEmpty(for scope: PhraseScope) -> Bool { needs(of: scope).isEmpty }

    /// Whether an authority bans a phrase in bodies of this kind: what no operator may leave unread for
    /// some clients only.
    public func hasAuthorityBans(for scope: PhraseScope) -> Bool {
        !bannedScope.isDisjoint(with: scope)
    }

    /// The bodies that authorities ban phrases in, now or later.
    ///
    /// - Complexity: linear in the rules.
    public func bannedScope(after now: UnixTime) -> PhraseScope {
        Self.bannedScope(phrases, entries, orders, after: now)
    }

    /// From a body to the canonical text that the rules look at: its layers and views.
    ///
    /// - Parameter room: where text is folded, as `foldingRoom` makes it for this scope.
    public func pipeline(
        kind: MarkupKind, scope: PhraseScope, in room: FoldingRoom
    ) -> TextPipeline {
        // A program sends numbers as numbers; a page shows them as it likes.
        TextPipeline(
            kind: kind, layers: needs(of: scope).allLayers, room: room,
            readsNumbers: scope == .forms)
    }

    /// Where text is folded to the views that the rules look at.
    public func foldingRoom(for scope: PhraseScope) -> FoldingRoom {
        FoldingRoom(views: needs(of: scope).views, joints: joints)
    }

    /// Two times have the same mark where the same rules hold at both.
    func mark(of time: PageTime) -> (orders: UInt64, windows: UInt64) {
        let windows = phrases.windowCount > 0 ? time.day * 24 * 60 + time.minute : 0
        var passed = 0
        var end = turningPoints.count
        while passed < end {
            let middle = (passed + end) / 2
            if turningPoints[middle] <= time.now { passed = middle + 1 } else { end = middle }
        }
        return (UInt64(passed), UInt64(windows))
    }

    func needs(of scope: PhraseScope) -> PageNeeds { scope == .forms ? forms : pages }
}

/// What is to be done where a literal is found.
struct LiteralUse: Sendable {
    /// Where any rule counts it.
    private(set) var layers: TextLayers = []
    private(set) var views: TextViews = []
    /// Whether any term wants to know how often it stands there.
    private(set) var isCounted = false
    /// Whether any rule wants to know each place: expressions in each block, and terms with a distance.
    var isPlaced: Bool { announces || hasDistances }
    private(set) var announces = false
    private(set) var hasDistances = false
    /// Which of `PageRules.placed` are postings of such rules, those of authorities first.
    fileprivate(set) var placed = 0..<0
    fileprivate(set) var orderedCount = 0
    /// The literal of the phrase's exact spelling, where this is the spelling without its marks of all that
    /// look for it, and of no other phrase: a word that has marks must have these.
    private(set) var marked: UInt32?
    /// Which of `PageRules.wantedMarks` are its marks; nil: any.
    fileprivate(set) var wanted: Int?

    /// - Parameter markedSpellings: by term, the literal of its exact spelling where that has marks.
    init(_ literal: UInt32, _ phrases: PhraseTable, markedSpellings: [UInt32?]) {
        var all: Set<UInt32?> = []
        for index in phrases.postings(of: literal) {
            let posting = phrases.posting(index)
            layers.formUnion(posting.layers)
            views.formUnion(posting.views)
            switch posting.kind {
            case .regex: announces = true
            case .term where Self.isPlaced(posting, phrases): hasDistances = true
            case .term: isCounted = true
            }
            all.insert(posting.kind == .term ? markedSpellings[Int(posting.number)] : nil)
        }
        if all.count == 1, let spelling = all.first, spelling != literal { marked = spelling }
    }

    /// Whether a rule needs the place of each occurrence: expressions, which are tried there, and terms
    /// that count only with a distance between them.
    static func isPlaced(_ posting: PhrasePosting, _ phrases: PhraseTable) -> Bool {
        posting.kind == .regex || phrases.rule(phrases.term(posting.number).rule).distanceMin > 0
    }
}

/// Which layers are looked at in which views, so that nothing else is scanned.
struct PageNeeds: Sendable {
    /// By view.
    private(set) var layers = InlineArray<3, TextLayers>(repeating: [])
    /// Where a regular expression looks, by view.
    private(set) var regexLayers = InlineArray<3, TextLayers>(repeating: [])
    /// Whether any rule counts what a legacy decoding shows.
    private(set) var wantsLegacy = false

    init(_ phrases: PhraseTable, scope: PhraseScope) {
        for index in 0..<UInt32(phrases.termCount) {
            let term = phrases.term(index)
            guard !phrases.rule(term.rule).scope.isDisjoint(with: scope) else { continue }
            for view in TextView.allCases where term.views.contains(TextViews(view)) {
                layers[Int(view.rawValue)].formUnion(term.layers)
            }
            wantsLegacy = wantsLegacy || term.views.contains(.legacy)
        }
        for index in 0..<phrases.regexCount {
            let term = phrases.term(phrases.regex(index).term)
            guard !phrases.rule(term.rule).scope.isDisjoint(with: scope) else { continue }
            for view in TextView.allCases where term.views.contains(TextViews(view)) {
                regexLayers[Int(view.rawValue)].formUnion(term.layers)
            }
        }
    }

    var isEmpty: Bool { allLayers.isEmpty }

    /// All layers that are read.
    var allLayers: TextLayers { layers[0].union(layers[1]).union(layers[2]) }

    /// The views that text is folded into. Where the plain view has the same text as the exact one,
    /// only the latter is scanned, so it is always there.
    var views: TextViews {
        var views = TextViews.exact
        if !layers[1].isEmpty { views.insert(.plain) }
        if !layers[2].isEmpty { views.insert(.joined) }
        return views
    }

    @inline(__always)
    func wants(_ layer: TextLayer, _ view: TextView) -> Bool {
        layers[Int(view.rawValue)].contains(layer)
    }

    @inline(__always)
    func wantsRegexes(_ layer: TextLayer, _ view: TextView) -> Bool {
        regexLayers[Int(view.rawValue)].contains(layer)
    }
}
