import KhienImage
import KhienModel

/// What one page shows of the rules so far: counts of terms, and, for tools, where each stands.
struct PageFindings {
    var tally = PageTally()
    /// Text and places, kept for people at a terminal; nil in the daemon, which keeps no words.
    var trace: PageTrace?
    private(set) var scope = PhraseScope.pages
    private(set) var time = PageTime(now: UnixTime(seconds: 0), day: 0, minute: 0)

    mutating func reset(scope: PhraseScope, time: PageTime) {
        tally.reset()
        self.scope = scope
        self.time = time
    }

    /// Counts an occurrence of a term, where its rule is for this page at this time.
    ///
    /// Text that the markup hides, and comments, never speak for a page: who writes pages could
    /// hide good words there.
    mutating func add(
        _ term: UInt32, _ phrases: PhraseTable, layer: TextLayer, view: TextView,
        reading: TextReading, range: Range<Int>
    ) {
        let rule = phrases.rule(phrases.term(term).rule)
        guard !rule.scope.isDisjoint(with: scope),
            phrases.isOpen(window: rule.window, day: time.day, minute: time.minute)
        else { return }
        if layer == .hidden || layer == .comment, rule.speaksForPages { return }
        tally.add(
            term, layer: layer, view: Int(view.rawValue) + (reading == .legacy ? 3 : 0),
            range: range, distanceMin: rule.distanceMin)
        trace?.add(
            PageTrace.Place(
                term: term, layer: layer, view: view, reading: reading, range: range))
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
