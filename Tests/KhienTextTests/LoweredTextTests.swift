import KhienText
import Testing

/// What one pass over a URL by 16 and 8 bytes says is what its bytes say one by one.
@Suite struct LoweredTextTests {
    /// Bytes on both sides of every boundary of the classes.
    private static let bytes = Array(
        "azAZ09%$&'()*+,-./:;<=>?@[]^_`{|}~!\"bcXY157".utf8)

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x25: true
        default: false
        }
    }

    private static func check(_ text: LoweredText, of bytes: ArraySlice<UInt8>) {
        let lowered = bytes.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }
        #expect(text.count == lowered.count)
        #expect(Array(text.bytes[..<text.count]) == lowered)
        #expect(text.bytes[text.count..<text.count + 8].allSatisfy { $0 == 0 })
        let start = text.marksStart
        #expect(
            lowered[..<start].drop { Self.isTokenByte($0) }.elementsEqual("://".utf8.prefix(start)))
        #expect(text.scheme == 0..<max(0, start - 3))
        // Up to the end of the last eight bytes of marks.
        for index in 0..<((text.count - start) / 64 + 1) * 64 {
            let isMarked = text.marks[index / 8] >> UInt8(index % 8) & 1 == 1
            let place = start + index
            let isToken = place < lowered.count && Self.isTokenByte(lowered[place])
            #expect(isMarked == isToken, "\(place) of \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func anyTextOfAnyLength() {
        var generator = SeededGenerator(seed: 21)
        var text = LoweredText()
        for round in 0..<2_000 {
            let input = (0..<round % 150).map { _ in
                round % 10 == 0
                    ? UInt8.random(in: 0...255, using: &generator)
                    : Self.bytes.randomElement(using: &generator) ?? 0x61
            }
            text.fill(input.span)
            Self.check(text, of: input[...])
        }
    }

    /// Of URLs the form is made on the way of parsing; it is that of the serialisation without its
    /// fragment, and the fast path finds the same URL as the full parser.
    @Test(arguments: ["http://", "https://"]) func anyURLOfAnyLength(scheme: String) throws {
        var generator = SeededGenerator(seed: 22)
        var url = WebURL()
        var full = WebURL()
        var parsed = 0
        for round in 0..<6_000 {
            var input = Array(scheme.utf8)
            let host = (0...round % 23).map { _ in
                Array("abcxyzAZ09-_.".utf8).randomElement(using: &generator) ?? 0x61
            }
            input += host + Array(".test".utf8)
            if round % 7 == 0 { input += Array(":8080".utf8) }
            let tail = (0..<round % 97).map { _ in
                // Mostly bytes that the pass knows, so that it is seen through to its end.
                round % 3 == 0
                    ? Self.bytes.randomElement(using: &generator) ?? 0x61
                    : Array("aQz059/.-=&?_%+".utf8).randomElement(using: &generator) ?? 0x61
            }
            input += [0x2F] + tail
            if round % 11 == 0 { input += Array("#Fragment/a".utf8) }
            do { try url.parse(input.span) } catch { continue }
            parsed += 1
            Self.check(
                url.lowered,
                of: url.bytes[..<(url.fragment.map { $0.lowerBound - 1 } ?? url.bytes.count)])
            try full.parseFully(input.span)
            #expect(full.bytes == url.bytes)
            #expect(full.path == url.path && full.query == url.query && full.host == url.host)
            #expect(full.fragment == url.fragment && full.port == url.port)
            Self.check(
                full.lowered,
                of: full.bytes[..<(full.fragment.map { $0.lowerBound - 1 } ?? full.bytes.count)])
            try Self.checkPlainness(url, full)
        }
        #expect(parsed > 3_000)
    }

    /// What the fast path takes for its own lookup form is so: deriving it anew changes nothing.
    private static func checkPlainness(_ url: WebURL, _ full: WebURL) throws {
        var quick = LookupURL()
        var slow = LookupURL()
        do { try slow.derive(from: full) } catch { return }
        try quick.derive(from: url)
        #expect(quick.bytes == slow.bytes)
        #expect(quick.hostEnd == slow.hostEnd && quick.pathEnd == slow.pathEnd)
    }

    /// A host that is kept is what deriving it would give, whatever was derived before.
    @Test func keptHostIsTheDerivedOne() throws {
        let urls = try [
            "http://a.test/x?y", "http://a.test/", "https://a.test:8080/%41//b", "http://b.test/",
            "http://a.test.b/", "http://long-name-of-a-host.example.test/x", "http://A.test/",
            "http://long-name-of-a-host.example.tesu/x", "http://1.2.3.4/", "http://a.test/",
        ].map { try WebURL($0) }
        var kept = 0
        for before in urls {
            for url in urls {
                var lookup = LookupURL()
                try lookup.derive(from: before)
                var wanted = LookupURL()
                try wanted.deriveHost(from: url)
                let isKept = lookup.keepHost(of: url)
                guard isKept else {
                    #expect(
                        before.bytes[before.host] != url.bytes[url.host] || url.hostKind != .domain)
                    continue
                }
                kept += 1
                #expect(lookup.bytes == wanted.bytes)
                #expect(lookup.hostEnd == wanted.hostEnd && lookup.pathEnd == wanted.pathEnd)
                #expect(lookup.hidesParents == wanted.hidesParents)
            }
        }
        #expect(kept > urls.count)
    }

    @Test func runsOfBytesAreComparedWhole() {
        for count in 0..<70 {
            let left = (0..<count + 6).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let right = [0, 0] + left[3...]
            #expect(Self.areEqual(left, right, count, count), "\(count)")
            for place in 0..<count {
                var other = right
                other[2 + place] ^= 0x80
                #expect(!Self.areEqual(left, other, count, count), "\(place) of \(count)")
            }
            #expect(!Self.areEqual(left, right, count, count + 1))
        }
    }

    private static func areEqual(
        _ left: [UInt8], _ right: [UInt8], _ leftCount: Int, _ rightCount: Int
    ) -> Bool {
        ByteCompare.equal(left.span, 3..<3 + leftCount, right.span, 2..<2 + rightCount)
    }
}
