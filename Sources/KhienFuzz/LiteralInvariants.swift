import KhienCompiler
import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// What must hold for any set of literals and any text: the scanner finds what a search finds that looks
/// at every place for every literal, however the text is cut, and wherever it is settled in between.
///
/// ```
/// byte 0   bit 0: ASCII letters match in either case; bit 1: the text stands four times in a row
/// then     literals: bits 0 to 5 the length (63: the next byte has it), bit 6 begins a word, bit 7 ends
///          one, then the bytes; a length of 0 ends them
/// then     the number of cuts (modulo 8), and a byte for each: its share of the text in 256ths
/// then     the text
/// ```
public enum LiteralInvariants {
    /// The naive search takes literals times text; more of them would only be slow.
    private static let literalsMax = 48

    private struct Hit: Hashable, Comparable, CustomStringConvertible {
        var literal: UInt32
        var start: Int
        var end: Int

        static func < (left: Hit, right: Hit) -> Bool {
            (left.literal, left.start) < (right.literal, right.start)
        }

        var description: String { "\(literal)@\(start)..<\(end)" }
    }

    private struct Input {
        var literals: [Literal] = []
        var isCaseless: Bool
        var text: [UInt8]
        var cuts: [Int]

        init(_ bytes: [UInt8]) {
            var rest = bytes[...]
            let flags = rest.popFirst() ?? 0
            isCaseless = flags & 1 != 0
            var known: Set<Literal> = []
            while let head = rest.popFirst(), head & 63 != 0 {
                let count = head & 63 == 63 ? Int(rest.popFirst() ?? 1) : Int(head & 63)
                let literal = Literal(
                    Array(rest.prefix(count)), startsWord: head & 64 != 0, endsWord: head & 128 != 0
                )
                rest = rest.dropFirst(count)
                if !literal.bytes.isEmpty, literals.count < literalsMax,
                    known.insert(literal).inserted
                {
                    literals.append(literal)
                }
            }
            let shares = Array(rest.dropFirst().prefix(Int((rest.first ?? 0) % 8)))
            let once = Array(rest.dropFirst(1 + shares.count))
            let text = flags & 2 != 0 ? once + once + once + once : once
            cuts = shares.map { Int($0) * text.count / 256 }.sorted()
            self.text = text
        }
    }

    public static func check(_ bytes: [UInt8]) -> String? {
        let input = Input(bytes)
        do throws(ImageError) {
            let section = try LiteralBuilder.section(
                input.literals, comparing: input.isCaseless ? .asciiCaseless : .exact)
            return try check(input, section.bytes)
        } catch {
            return "the literals do not compile: \(error)"
        }
    }

    private static func check(_ input: Input, _ section: [UInt8]) throws(ImageError) -> String? {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: section.count + 1, alignment: 64)
        defer { unsafe memory.deallocate() }
        // SAFETY: there is room for each byte; nothing keeps the address beyond this call.
        for index in section.indices {
            unsafe memory.storeBytes(of: section[index], toByteOffset: index, as: UInt8.self)
        }
        let bytes = unsafe ImageBytes(base: UnsafeRawPointer(memory), count: section.count)
        let table = try LiteralTable(bytes)
        let expected = naive(input)
        for vectors in LiteralVectors.allCases where vectors <= .widest {
            let scanner = LiteralScanner(table, vectors: vectors)
            if let fault = check(scanner, input, expected) { return "\(vectors): \(fault)" }
        }
        return nil
    }

    /// By one kind of vectors.
    private static func check(
        _ scanner: LiteralScanner, _ input: Input, _ expected: [Hit]
    ) -> String? {
        let splits = [
            ("whole", []), ("cut", input.cuts), ("byte by byte", Array(0...input.text.count)),
        ]
        for (name, cuts) in splits {
            let found = scan(scanner, input, cuts)
            if let fault = found.fault { return "\(name): \(fault)" }
            if found.hits != expected {
                return "\(name): found \(found.hits), there are \(expected)"
            }
        }
        for cut in input.cuts {
            let (first, second) = settled(scanner, input, at: cut)
            // A word that the cut parts ends there; what is found behind it is what is there anyway.
            let early = naive(input, until: cut)
            if first != early { return "settled at \(cut): found \(first), there are \(early)" }
            let late = expected.filter { $0.end > cut }
            if second != late { return "behind \(cut): found \(second), there are \(late)" }
        }
        return nil
    }

    private static func scan(
        _ scanner: LiteralScanner, _ input: Input, _ cuts: [Int]
    ) -> (hits: [Hit], fault: String?) {
        var stream = LiteralStream()
        var room = LiteralRoom()
        var hits: [Hit] = []
        var fault: String?
        var last = [Int](repeating: -1, count: input.literals.count)
        let places = [0] + cuts + [input.text.count]
        for index in 1..<places.count {
            scanner.scan(
                input.text.span.extracting(places[index - 1]..<places[index]),
                isFinal: index == places.count - 1, &stream, &room
            ) { literal, range in
                if range.lowerBound <= last[Int(literal)] {
                    fault = "literal \(literal) at \(range) after one at \(last[Int(literal)])"
                }
                last[Int(literal)] = range.lowerBound
                hits.append(
                    Hit(literal: literal, start: range.lowerBound, end: range.upperBound))
            }
        }
        return (hits.sorted(), fault)
    }

    private static func settled(
        _ scanner: LiteralScanner, _ input: Input, at cut: Int
    ) -> (first: [Hit], second: [Hit]) {
        var stream = LiteralStream()
        var room = LiteralRoom()
        var hits: [Hit] = []
        func scan(_ range: Range<Int>, isFinal: Bool) {
            scanner.scan(input.text.span.extracting(range), isFinal: isFinal, &stream, &room) {
                hits.append(Hit(literal: $0, start: $1.lowerBound, end: $1.upperBound))
            }
        }
        scan(0..<cut, isFinal: false)
        scan(cut..<cut, isFinal: true)
        stream.settle()
        let first = hits.sorted()
        hits = []
        scan(cut..<input.text.count, isFinal: true)
        return (first, hits.sorted())
    }

    /// Every place, every literal, in the whole text or its beginning.
    private static func naive(_ input: Input, until end: Int = .max) -> [Hit] {
        let whole = Array(input.text.prefix(end))
        func folded(_ byte: UInt8) -> UInt8 {
            input.isCaseless && byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        let text = whole.map(folded)
        var hits: [Hit] = []
        for (number, literal) in input.literals.enumerated() {
            let bytes = literal.bytes.map(folded)
            guard bytes.count <= text.count else { continue }
            for start in 0...text.count - bytes.count
            where text[start] == bytes[0] && text[start..<start + bytes.count].elementsEqual(bytes)
            {
                let end = start + bytes.count
                if literal.startsWord, WordBoundary.continuesBefore(whole.span, start) { continue }
                if literal.endsWord, WordBoundary.continuesAfter(whole.span, end) { continue }
                hits.append(Hit(literal: UInt32(number), start: start, end: end))
            }
        }
        return hits.sorted()
    }
}
