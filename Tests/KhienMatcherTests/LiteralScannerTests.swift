import KhienCompiler
import KhienImage
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The scanner against a search that looks at every place for every literal.
@Suite struct LiteralScannerTests {
    /// Texts and literals over few bytes, so that occurrences overlap and share windows.
    @Test(arguments: UInt64(0)..<24)
    func findsWhatANaiveSearchFinds(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let alphabets = ["ab", "aA Z@", "\u{0}\n \u{7F}", "đĐđ a`@", "abcdefghij 09"]
        for round in 0..<30 {
            let alphabet = Array(alphabets[random.below(alphabets.count)].utf8)
            func string(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in alphabet[random.below(alphabet.count)] }
            }
            let comparing: LiteralBuilder.Case = random.below(2) == 0 ? .exact : .asciiCaseless
            let longest = [3, 9, 40, 255][random.below(4)]
            let literals = Set(
                (0..<1 + random.below(40)).map { _ in
                    Literal(
                        string(1 + random.below(longest)), startsWord: random.below(4) == 0,
                        endsWord: random.below(4) == 0)
                })
            let text = string(random.below(900))
            let table = try LiteralTestTable(Array(literals), comparing)
            let expected = table.naive(text)
            #expect(table.scan(text, cuts: []) == expected, "seed \(seed), round \(round)")
            let cuts = (0..<random.below(40)).map { _ in random.below(text.count + 1) }
            #expect(table.scan(text, cuts: cuts) == expected, "seed \(seed), round \(round)")
        }
    }

    /// What differs in one byte is no occurrence, whichever byte it is, and however long the literal.
    @Test(arguments: [LiteralBuilder.Case.exact, .asciiCaseless])
    func oneOtherByteIsNoOccurrence(comparing: LiteralBuilder.Case) throws {
        for count in 1...70 {
            let literal = (0..<count).map { UInt8(ascii: "a") + UInt8(($0 * 7 + 3) % 26) }
            var text: [UInt8] = []
            for place in 0..<count {
                var other = literal
                other[place] ^= 1
                // At even and at odd places.
                text += other + (place % 2 == 0 ? [0x20] : [0x20, 0x20])
            }
            let table = try LiteralTestTable([Literal(literal)], comparing)
            #expect(table.scan(text, cuts: []).isEmpty, "\(count)")
            #expect(table.scan(text + literal, cuts: []).count == 1, "\(count)")
        }
    }

    @Test func anySplitGivesTheSame() throws {
        let words = [
            "a", "đá", "bạc", "đánh bạc", "nh b", " b", "\0x\n", "ánh bạc ở đây và đây nữa",
        ]
        let literals = words.flatMap { word in
            (0..<4).map {
                Literal(Array(word.utf8), startsWord: $0 & 1 != 0, endsWord: $0 & 2 != 0)
            }
        }
        let text = Array("xđánh bạc đánh bạcđ \0x\n ánh bạc ở đây và đây nữa, đá".utf8)
        let table = try LiteralTestTable(literals, .exact)
        let expected = table.naive(text)
        #expect(expected.count > 30)
        for first in 0...text.count {
            for second in stride(from: first, through: text.count, by: 3) {
                #expect(table.scan(text, cuts: [first, second]) == expected)
            }
        }
        #expect(table.scan(text, cuts: Array(0...text.count)) == expected)
    }

    /// Settled in the middle of a text each occurrence comes once: those that end there at once.
    @Test func settlingReportsOnce() throws {
        let literals = ["đánh bạc", "bạc", "c x", "cá", "x"].map { Literal(Array($0.utf8)) }
        let table = try LiteralTestTable(literals, .exact)
        let text = Array("một đánh bạc x cá đánh bạc cá".utf8)
        for cut in 0...text.count {
            let settled = table.naive(text).filter { hit in
                hit.start + literals[Int(hit.literal)].bytes.count <= cut
            }
            let hits = table.scan(text, settledAt: cut)
            #expect(hits.first == settled, "\(cut)")
            #expect((hits.first + hits.second).sorted() == table.naive(text), "\(cut)")
        }
    }

    /// What is reported after some bytes depends on their number alone.
    @Test func reportsDoNotDependOnTheCut() throws {
        let table = try LiteralTestTable([Literal(Array("abc".utf8))], .exact)
        let text = Array("zabc zabc zabc".utf8)
        for count in 0...text.count {
            let prefix = Array(text[..<count])
            let whole = table.scan(prefix, cuts: [], isFinal: false)
            #expect(table.scan(prefix, cuts: Array(0...count), isFinal: false) == whole)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 254, 255])
    func everyLengthAtEveryPlace(length: Int) throws {
        let literal = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let table = try LiteralTestTable([Literal(literal)], .exact)
        for start in 0..<70 {
            let text = [UInt8](repeating: 0, count: start) + literal
            let found = table.scan(text + [UInt8](repeating: 0, count: 400), cuts: [start + 1])
            #expect(found.contains(LiteralHit(literal: 0, start: start)))
            #expect(table.scan(text, cuts: []).contains(LiteralHit(literal: 0, start: start)))
        }
    }

    /// Tags of two kinds are the same here: `nhcrhw` and `alq`.
    @Test func tagsOfTwoKinds() throws {
        let words = ["alq", "nhcrhwx"].map { Literal(Array($0.utf8)) }
        let table = try LiteralTestTable(words, .exact)
        for pad in 0..<4 {
            let text = Array(String(repeating: "z", count: pad).utf8) + Array("alqN<e alqN<e".utf8)
            #expect(table.scan(text, cuts: []) == table.naive(text))
        }
    }

    /// Windows that many literals share, as many as are compared at once and more, and others behind
    /// them. Windows lie in the last 24 bytes of a literal, so those with the same end share them.
    @Test(arguments: [
        (1, 1), (400, 300), (500, 480), (500, 500), (500, 520), (1_100, 1), (3_000, 2_000),
    ])
    func manyLiteralsOfOneWindow(first: Int, second: Int) throws {
        let ends = ["qxkzvwjqpxzkvwqjxkzpvqwj", "zjvkqxwpzjkvxqwzkjvpxqwk"]
        let shared = zip(ends, [first, second]).flatMap { end, count in
            (0..<count).map { Array("\($0)-\(end)".utf8) }
        }
        let others = (10..<80).map { Array("w\($0)yz".utf8) }
        let literals = shared + others + [Array("qxkz".utf8), Array("xkz".utf8), Array("z".utf8)]
        let table = try LiteralTestTable(literals.map { Literal($0) }, .exact)
        // The first postings of their windows, which stand there by length and number.
        let (one, two) = (min(100, first - 1), min(100, second - 1))
        let text = Array("\(one)-\(ends[0])..\(two)-\(ends[1])".utf8) + others.flatMap { $0 }
        for pad in 0..<3 {
            let page = Array(text.prefix(pad)) + text + text + Array("\(first - 1)-\(ends[0])".utf8)
            let expected = table.naive(page)
            #expect(expected.count > 145)
            #expect(table.scan(page, cuts: []) == expected)
            #expect(table.scan(page, cuts: [20, 300]) == expected)
        }
    }

    /// A literal of equal bytes, which two kinds know at windows beside each other, comes in the order of the text
    /// also where so many literals share windows that they are looked at one by one.
    @Test func equalBytesAmongCrowds() throws {
        let end = "zqxjkvwqzxq"
        let literals =
            (0..<3_000).map { "\(end)\($0 + 1_000)" } + ["aaaa", "aaa", "aaaaa", "aaaaaaaa"]
        let table = try LiteralTestTable(literals.map { Literal(Array($0.utf8)) }, .exact)
        let runs = (0..<10).map { String(repeating: "a", count: 115 + $0) + "\(end)1000" }
        let text = Array(runs.joined(separator: " ").utf8)
        let expected = table.naive(text)
        #expect(expected.count > 4_000)
        #expect(table.scan(text, cuts: []) == expected)
        #expect(table.scan(text, cuts: [100, 333]) == expected)
    }

    /// A text that repeats what thousands of literals share is too much work from some number on; what
    /// few share is found in it all the same, and the next text is scanned as ever.
    @Test func crowdedWindows() throws {
        let end = "qxkzvwjqpxzkvwqjxkzpvqwj"
        let count = 3_000
        let literals = (0..<count).map { "\($0)-\(end)" } + ["con vẹt"]
        let table = try LiteralTestTable(literals.map { Literal(Array($0.utf8)) }, .exact)
        // Each repetition asks for all of them.
        let most = Limits.Literals.crowdedMax / count
        for (repeats, isTooMuch) in [(most - 2, false), (most + 2, true)] {
            let text = Array(
                (String(repeating: "x-\(end)", count: repeats) + " con vẹt, 5-\(end)").utf8)
            for found in table.work(on: text) {
                #expect(found.isTooMuch == isTooMuch)
                // What is too much work is not done: one of the many at the end is not found.
                #expect(Set(found.hits) == (isTooMuch ? [UInt32(count)] : [5, UInt32(count)]))
                #expect(found.laterHits == [5])
            }
        }
    }

    @Test(arguments: [0, 1, 100, 20_000]) func manyLiterals(count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let literals = (0..<count).map { index in
            Literal(Array("\(index) word \(random.below(1000))".utf8))
        }
        let table = try LiteralTestTable(literals, .exact)
        for index in stride(from: 0, to: count, by: max(1, count / 300)) {
            let text = Array("-----".utf8) + literals[index].bytes + Array("-".utf8)
            #expect(
                table.scan(text, cuts: [7]).contains(
                    LiteralHit(literal: UInt32(index), start: 5)))
        }
    }

    @Test func limits() throws {
        #expect(throws: ImageError.self) {
            try LiteralBuilder.section([Literal([UInt8](repeating: 1, count: 256))])
        }
        #expect(throws: ImageError.self) { try LiteralBuilder.section([Literal([])]) }
        #expect(MemoryLayout<LiteralStream>.size < 64)
    }

    /// Sections that were changed anywhere are refused, or read without a trap.
    @Test func damagedSectionsAreReadSafely() throws {
        let literals = ["a", "bc", "sex", "word", "words", "wordier", "a longer literal"].map {
            Literal(Array($0.utf8), startsWord: true)
        }
        let bytes = try LiteralBuilder.section(literals, comparing: .asciiCaseless).bytes
        let text = Array("a bc sex word words wordier a longer literal, sexword a longer".utf8)
        var random = SplitMix64(seed: 5)
        var refused = 0
        for round in 0..<4_000 {
            var damaged = bytes
            let span = round % 2 == 0 ? 64 : bytes.count
            for _ in 0...random.below(3) {
                damaged[random.below(span)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 10 == 0 { damaged.removeLast(1 + random.below(bytes.count - 1)) }
            do throws(ImageError) {
                let table = try LiteralTestTable(bytes: damaged)
                _ = table.scan(text, cuts: [9, 20])
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500 && refused < 3_900, "\(refused)")
    }
}

struct LiteralHit: Hashable, Comparable {
    var literal: UInt32
    var start: Int

    static func < (left: Self, right: Self) -> Bool {
        (left.literal, left.start) < (right.literal, right.start)
    }
}

/// A section in memory, its scanner, and the naive search.
final class LiteralTestTable {
    private let memory: UnsafeMutableRawPointer
    /// One for each kind of vectors that this machine has.
    private let scanners: [LiteralScanner]
    private let literals: [Literal]
    private let isCaseless: Bool

    init(
        _ literals: [Literal], _ comparing: LiteralBuilder.Case = .exact, bytes: [UInt8]
    ) throws(ImageError) {
        memory = .allocate(byteCount: max(1, bytes.count), alignment: 64)
        for (index, byte) in bytes.enumerated() {
            memory.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
        do throws(ImageError) {
            let table = try LiteralTable(ImageBytes(base: memory, count: bytes.count))
            scanners = LiteralVectors.allCases.filter { $0 <= .widest }.map {
                LiteralScanner(table, vectors: $0)
            }
        } catch {
            memory.deallocate()
            throw error
        }
        self.literals = literals
        isCaseless = comparing == .asciiCaseless
    }

    convenience init(_ literals: [Literal], _ comparing: LiteralBuilder.Case) throws(ImageError) {
        let section = try LiteralBuilder.section(literals, comparing: comparing)
        try self.init(literals, comparing, bytes: section.bytes)
    }

    convenience init(bytes: [UInt8]) throws(ImageError) {
        try self.init([], bytes: bytes)
    }

    deinit { memory.deallocate() }

    /// Sorted; all vectors are held to find the same in the same order, and each literal's
    /// occurrences to come in ascending order.
    func scan(_ text: [UInt8], cuts: [Int], isFinal: Bool = true) -> [LiteralHit] {
        let found = scanners.map { scan($0, text, cuts, isFinal) }
        for other in found.dropFirst() { #expect(other == found[0]) }
        return found[0].sorted()
    }

    private func scan(
        _ scanner: LiteralScanner, _ text: [UInt8], _ cuts: [Int], _ isFinal: Bool
    ) -> [LiteralHit] {
        var stream = LiteralStream()
        var room = LiteralRoom()
        var hits: [LiteralHit] = []
        var last: [UInt32: Int] = [:]
        let places = [0] + cuts.sorted() + [text.count]
        for index in 1..<places.count {
            scanner.scan(
                text.span.extracting(places[index - 1]..<places[index]),
                isFinal: isFinal && index == places.count - 1, &stream, &room
            ) { literal, range in
                if literals.isEmpty { return }
                #expect(range.count == literals[Int(literal)].bytes.count)
                #expect(last[literal, default: -1] < range.lowerBound)
                last[literal] = range.lowerBound
                hits.append(LiteralHit(literal: literal, start: range.lowerBound))
            }
        }
        return hits
    }

    /// By vectors: whether a text was too much work, the literals found in it, and those found in its last 27 bytes
    /// by another stream that uses the same room afterwards.
    func work(
        on text: [UInt8]
    ) -> [(isTooMuch: Bool, hits: [UInt32], laterHits: [UInt32])] {
        scanners.map { scanner in
            var room = LiteralRoom()
            func hits(in text: Span<UInt8>) -> [UInt32] {
                var stream = LiteralStream()
                var hits: [UInt32] = []
                scanner.scan(text, isFinal: true, &stream, &room) { literal, _ in
                    hits.append(literal)
                }
                return hits
            }
            let first = hits(in: text.span)
            let isTooMuch = room.work.isTooMuch
            room.work = LiteralWork()
            return (isTooMuch, first, hits(in: text.span.extracting((text.count - 27)...)))
        }
    }

    /// What is reported up to a place at which the stream is settled, and behind it.
    func scan(
        _ text: [UInt8], settledAt cut: Int
    ) -> (first: [LiteralHit], second: [LiteralHit]) {
        var stream = LiteralStream()
        var room = LiteralRoom()
        var hits: [LiteralHit] = []
        func scan(_ range: Range<Int>, isFinal: Bool) {
            scanners[scanners.count - 1].scan(
                text.span.extracting(range), isFinal: isFinal, &stream, &room
            ) {
                hits.append(LiteralHit(literal: $0, start: $1.lowerBound))
            }
        }
        scan(0..<cut, isFinal: false)
        scan(cut..<cut, isFinal: true)
        stream.settle()
        let first = hits.sorted()
        hits = []
        scan(cut..<text.count, isFinal: true)
        return (first, hits.sorted())
    }

    func naive(_ text: [UInt8]) -> [LiteralHit] {
        let folded = text.map(fold)
        var hits: [LiteralHit] = []
        for (number, literal) in literals.enumerated() {
            let bytes = literal.bytes.map(fold)
            for start in 0..<max(0, text.count - bytes.count + 1)
            where folded[start..<start + bytes.count].elementsEqual(bytes) {
                let end = start + bytes.count
                if literal.startsWord, WordBoundary.continuesBefore(text.span, start) { continue }
                if literal.endsWord, WordBoundary.continuesAfter(text.span, end) { continue }
                hits.append(LiteralHit(literal: UInt32(number), start: start))
            }
        }
        return hits.sorted()
    }

    private func fold(_ byte: UInt8) -> UInt8 {
        isCaseless && byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
