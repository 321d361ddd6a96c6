import KhienImage
import KhienModel

/// What one page shows of the rules so far: counts of terms, and, for tools, where each stands.
struct PageFindings {
    private(set) var tally = PageTally()
    /// Occurrences that the terms have not heard of yet.
    private var literals = LiteralTally()
    /// Text and places, kept for people at a terminal; nil in the daemon, which keeps no words.
    var trace: PageTrace?
    private(set) var scope = PhraseScope.pages
    private(set) var time = PageTime(now: UnixTime(seconds: 0), day: 0, minute: 0)

    mutating func reset(scope: PhraseScope, time: PageTime) {
        tally.reset()
        literals.reset()
        self.scope = scope
        self.time = time
    }

    /// Forgets everything.
    mutating func letGo() {
        tally.reset()
        literals.reset()
    }

    /// Whether any term was found since this was asked last.
    mutating func takeNews(_ phrases: PhraseTable) -> Bool {
        settle(phrases)
        defer { tally.hasNews = false }
        return tally.hasNews
    }

    /// Lets the terms hear of the literals that were counted.
    mutating func settle(_ phrases: PhraseTable) {
        for number in 0..<literals.newsCount {
            let count = literals.tell(number)
            for index in phrases.postings(of: count.literal) {
                let posting = phrases.posting(index)
                guard posting.kind == .term, posting.layers.contains(count.layer) else { continue }
                let rule = phrases.rule(phrases.term(posting.number).rule)
                guard rule.distanceMin == 0, speaks(rule, phrases, count.layer) else { continue }
                tell(posting, count)
            }
        }
        literals.forgetNews()
    }

    private mutating func tell(_ posting: PhrasePosting, _ count: LiteralCount) {
        for view in TextView.allCases {
            for reading in TextReading.allCases where posting.views.contains(view, reading) {
                let place = Self.place(view, reading)
                let new = count.counts[place] - count.told[place]
                if new == 0 { continue }
                tally.add(
                    posting.number, layer: count.layer, view: place, count: new,
                    firstOffset: count.firstOffsets[place])
            }
        }
    }

    /// Counts an occurrence of a literal whose terms need not hear of it at once.
    @inline(__always)
    mutating func count(
        _ literal: UInt32, layer: TextLayer, view: TextView, reading: TextReading, offset: Int
    ) {
        literals.add(literal, layer, view: Self.place(view, reading), offset: offset)
    }

    /// Counts an occurrence of a term, where its rule is for this page at this time.
    mutating func add(
        _ term: UInt32, _ phrases: PhraseTable, layer: TextLayer, view: TextView,
        reading: TextReading, range: Range<Int>
    ) {
        let rule = phrases.rule(phrases.term(term).rule)
        guard speaks(rule, phrases, layer) else { return }
        let place = Self.place(view, reading)
        if rule.distanceMin > 0,
            !tally.isFar(term, layer: layer, view: place, range: range, distance: rule.distanceMin)
        {
            return
        }
        tally.add(
            term, layer: layer, view: place, count: 1,
            firstOffset: UInt32(clamping: range.lowerBound))
        trace?.add(
            PageTrace.Place(
                term: term, layer: layer, view: view, reading: reading, range: range))
    }

    /// Whether a rule is for this page at this time and counts in this layer.
    ///
    /// Text that the markup hides, and comments, never speak for a page: who writes pages could
    /// hide good words there.
    private func speaks(
        _ rule: PhraseRuleRecord, _ phrases: PhraseTable, _ layer: TextLayer
    ) -> Bool {
        guard !rule.scope.isDisjoint(with: scope),
            phrases.isOpen(window: rule.window, day: time.day, minute: time.minute)
        else { return false }
        return (layer != .hidden && layer != .comment) || !rule.speaksForPages
    }

    /// The place of a view's number among those of a `TermCount`.
    @inline(__always)
    private static func place(_ view: TextView, _ reading: TextReading) -> Int {
        Int(view.rawValue) + (reading == .legacy ? 3 : 0)
    }
}

extension PhraseRuleRecord {
    /// Whether it speaks for the pages that it is found on.
    var speaksForPages: Bool { effect == .exception || (effect == .weigh && weight < 0) }
}

/// The canonical text of a page and where rules were found in it. For tools: it keeps all words.
public struct PageTrace {
    /// One stream of text.
    struct Stream: Hashable {
        var layer: TextLayer
        var view: TextView
        var reading: TextReading
    }

    /// An occurrence of a term.
    struct Place {
        var term: UInt32
        var layer: TextLayer
        var view: TextView
        var reading: TextReading
        var range: Range<Int>

        var stream: Stream { Stream(layer: layer, view: view, reading: reading) }
    }

    private var texts: [Stream: [UInt8]] = [:]
    private(set) var places: [Place] = []
    /// Occurrences that are kept; a page may have a million.
    private static let placesMax = 10_000

    mutating func add(_ place: Place) {
        if places.count < Self.placesMax { places.append(place) }
    }

    mutating func append(_ text: Span<UInt8>, to stream: Stream) {
        for index in text.indices { texts[stream, default: []].append(text[index]) }
    }

    /// A reading begins: with the text that another one has read, or nil.
    mutating func begin(_ reading: TextReading, as other: TextReading?) {
        texts = texts.filter { $0.key.reading != reading }
        for (stream, text) in texts where stream.reading == other {
            texts[Stream(layer: stream.layer, view: stream.view, reading: reading)] = text
        }
    }

    /// The text around a place: what is before, the words themselves, what follows.
    func context(of place: Place, bytes: Int) -> (before: String, words: String, after: String) {
        let text = texts[place.stream] ?? []
        let start = min(place.range.lowerBound, text.count)
        let end = min(place.range.upperBound, text.count)
        var first = max(0, start - bytes)
        while first < start, text[first] & 0xC0 == 0x80 { first += 1 }
        var last = min(text.count, end + bytes)
        while last > end, last < text.count, text[last] & 0xC0 == 0x80 { last -= 1 }
        func string(_ range: Range<Int>) -> String {
            String(decoding: text[range].map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        }
        return (string(first..<start), string(start..<end), string(end..<last))
    }
}
