import KhienImage
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// The hash that bodies are known again by, against its definition written out.
@Suite struct BodyHashTests {
    private static func key(_ seed: UInt64) throws -> (words: [UInt64], list: ListKey) {
        var generator = SplitMix64(seed: seed)
        let words = (0..<BodyHash.blockWords + 2).map { _ in generator.next() }
        let bytes = (0..<ListKey.byteCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return (words, try #require(ListKey(bytes: bytes)))
    }

    private static func body(_ count: Int, _ seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    /// The definition: words little-endian, the last block filled up with zeros.
    private static func definition(
        _ body: [UInt8], _ words: [UInt64], _ list: ListKey, isWhole: Bool
    ) -> BodyDigest {
        var outer = KeyedHash(list)
        var start = 0
        while start < body.count {
            var block = Array(body[start..<min(start + 1024, body.count)])
            block += [UInt8](repeating: 0, count: 1024 - block.count)
            let message = (0..<128).map { word in
                (0..<8).reduce(UInt64(0)) { $0 | UInt64(block[word * 8 + $1]) << (8 * UInt64($1)) }
            }
            for shift in [0, 2] {
                var sum: UInt128 = 0
                for index in 0..<64 {
                    let one = message[2 * index] &+ words[2 * index + shift]
                    let other = message[2 * index + 1] &+ words[2 * index + 1 + shift]
                    let (high, low) = one.multipliedFullWidth(by: other)
                    sum &+= UInt128(high) << 64 | UInt128(low)
                }
                outer.add(UInt64(truncatingIfNeeded: sum))
                outer.add(UInt64(sum >> 64))
            }
            start += 1024
        }
        outer.add(UInt64(body.count) * 2 + (isWhole ? 1 : 0))
        return BodyDigest(first: outer.digest.first, second: outer.digest.second)
    }

    @Test(arguments: [0, 1, 7, 8, 1023, 1024, 1025, 2048, 5000])
    func isWhatItsDefinitionSays(count: Int) throws {
        let (words, list) = try Self.key(1)
        let body = Self.body(count, UInt64(count))
        var hash = BodyHash(BodyHashKey(words: words, list: list))
        hash.add(body.span)
        #expect(hash.count == count)
        for isWhole in [true, false, true] {
            #expect(
                hash.digest(isWhole: isWhole)
                    == Self.definition(body, words, list, isWhole: isWhole))
        }
    }

    /// However it is cut, and asked in between.
    @Test func cutsChangeNothing() throws {
        let (words, list) = try Self.key(2)
        let body = Self.body(4000, 3)
        var generator = SplitMix64(seed: 4)
        var hash = BodyHash(BodyHashKey(words: words, list: list))
        for round in 0..<300 {
            hash.reset()
            var start = 0
            while start < body.count {
                let most = round % 3 == 0 ? 3 : round % 3 == 1 ? 1500 : 4000
                let end = min(body.count, start + generator.below(most) + 1)
                hash.add(body.span.extracting(start..<end))
                start = end
                guard round < 30 else { continue }
                let beginning = Self.definition(
                    Array(body[..<end]), words, list, isWhole: false)
                #expect(hash.digest(isWhole: false) == beginning, "\(round), \(end)")
            }
            #expect(
                hash.digest(isWhole: true) == Self.definition(body, words, list, isWhole: true))
        }
    }

    /// Any bit, zeros at the end, the key, what stands before the body: all of it counts.
    @Test func everythingCounts() throws {
        let (words, list) = try Self.key(5)
        let body = Self.body(2100, 6)
        var seen: Set<BodyDigest> = []
        var count = 0
        func add(_ body: [UInt8], _ key: BodyHashKey, _ context: (inout BodyHash) -> Void) {
            var hash = BodyHash(key)
            context(&hash)
            hash.add(body.span)
            seen.insert(hash.digest(isWhole: true))
            count += 1
        }
        let key = BodyHashKey(words: words, list: list)
        for place in 0..<body.count {
            var changed = body
            changed[place] ^= 1 << UInt8(place % 8)
            add(changed, key) { _ in }
        }
        for zeros in 0..<1100 { add(body + [UInt8](repeating: 0, count: zeros), key) { _ in } }
        for _ in 0..<10 { add(body, .random()) { _ in } }
        let values: [[UInt8]] = [[], [0], [0, 0], [1], Array("text/html".utf8)]
        for value in values {
            add(body, key) { $0.addContext(value.span) }
            for other in values {
                add(body, key) {
                    $0.addContext(value.span)
                    $0.addContext(other.span)
                }
            }
        }
        add(body, key) { $0.addContext(7) }
        #expect(seen.count == count)
    }
}
