import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// The memory of clean bodies: it knows what it was told last, and grows no further.
@Suite struct CleanCacheTests {
    @Test(arguments: [
        (1, 4), (4, 4), (5, 8), (8_192, 8_192), (Limits.Page.cleanBodiesMax, 1 << 20),
    ])
    func room(bodies: Int, capacity: Int) {
        #expect(CleanCache(bodies: bodies).capacity == capacity)
    }

    @Test func limits() async {
        await #expect(processExitsWith: .failure) { _ = CleanCache(bodies: 0) }
        await #expect(processExitsWith: .failure) {
            _ = CleanCache(bodies: Limits.Page.cleanBodiesMax + 1)
        }
    }

    /// In a set the one that was used longest ago is forgotten first.
    @Test func forgetsTheOneUsedLongestAgo() {
        let cache = CleanCache(bodies: 4)
        func digest(_ number: UInt64) -> BodyDigest { BodyDigest(first: number, second: 7) }
        for number in 1...4 as ClosedRange<UInt64> { cache.insert(digest(number)) }
        #expect(cache.contains(digest(1)))
        cache.insert(digest(5))
        #expect(!cache.contains(digest(2)))
        for number in [1, 3, 4, 5] as [UInt64] { #expect(cache.contains(digest(number))) }
        #expect(!cache.contains(BodyDigest(first: 1, second: 8)))
        // Told twice it stands there once.
        for _ in 0..<4 { cache.insert(digest(3)) }
        for number in [1, 4, 5] as [UInt64] { #expect(cache.contains(digest(number))) }
    }

    /// As an oracle: each set is a list of at most four, the last used first.
    @Test func isASetOfLists() {
        let cache = CleanCache(bodies: 32)
        var model: [UInt64: [BodyDigest]] = [:]
        var generator = SplitMix64(seed: 9)
        for _ in 0..<20_000 {
            let digest = BodyDigest(
                first: UInt64(generator.below(60) + 1), second: UInt64(generator.below(2)))
            var list = model[digest.first % 8, default: []]
            let place = list.firstIndex(of: digest)
            if generator.chance(0.5) {
                #expect(cache.contains(digest) == (place != nil))
                guard place != nil else { continue }
            } else {
                cache.insert(digest)
            }
            if let place { list.remove(at: place) }
            model[digest.first % 8] = Array(([digest] + list).prefix(4))
        }
    }
}
