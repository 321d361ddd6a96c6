import CIntrinsics
import KhienImage
import KhienModel

/// Occurrences of literals of one and two bytes, which fill no window: every place is looked at.
///
/// With wide vectors all places of a block ask tables of the halves of bytes. Else, where there are few,
/// sixteen places at a time are compared with each of them, or each place asks a bitmap of all pairs.
extension LiteralPass {
    private typealias Lanes = SIMD8<UInt16>

    /// Looks at every place of `windows`. Up to 32 bytes behind its end are read.
    func runPairs(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        if vectors != .none {
            runPairsInVectors(windows, text, search, found)
            return
        }
        if table.pairCount == 0 {
            for place in windows { lookPair(place, text, search, found) }
            return
        }
        // 256 bytes: more would be taken from the heap.
        unsafe withUnsafeTemporaryAllocation(
            of: Lanes.self, capacity: table.pairCount
        ) { pairs in
            for index in 0..<table.pairCount {
                unsafe pairs[index] = Lanes(repeating: table.pairs[index])
            }
            var place = windows.lowerBound
            while place < windows.upperBound {
                let block = unsafe hits(place, UnsafeBufferPointer(pairs))
                for half in 0..<2 {
                    var bits = block[half] & UInt64.highBits
                    while bits != 0 {
                        let hit = place &+ 8 &* half &+ bits.trailingZeroBitCount / 8
                        if hit < windows.upperBound { lookPair(hit, text, search, found) }
                        bits &= bits &- 1
                    }
                }
                place &+= 16
            }
        }
    }

    private func runPairsInVectors(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        #if arch(x86_64)
            // SAFETY: both are 64 bytes.
            let tables = unsafe unsafeBitCast(
                table.pairHalves, to: type(of: khien_pairs().tables))
            var pairs = khien_pairs(
                tables: tables, fold: table.isCaseless ? 0x20 : 0,
                beyond_ascii: table.pairsAreBeyondASCII ? 1 : 0)
            var place = windows.lowerBound
            while place < windows.upperBound {
                let count = min(LiteralRoom.windowsMax, windows.upperBound - place)
                // SAFETY: the margins hold what is read behind the last place; the room holds
                // `LiteralRoom.windowsMax` places.
                let hits =
                    unsafe vectors >= .avx512
                    ? khien_pairs_avx512(memory + place, count, &pairs, parts.places)
                    : khien_pairs_avx2(memory + place, count, &pairs, parts.places)
                for hit in 0..<hits {
                    lookPair(place &+ Int(unsafe parts.places[hit]), text, search, found)
                }
                place += count
            }
        #endif
    }

    /// The top bit of each byte of sixteen at which a pair begins.
    @inline(__always)
    private func hits(_ place: Int, _ pairs: UnsafeBufferPointer<Lanes>) -> SIMD2<UInt64> {
        let fold = Lanes(repeating: table.isCaseless ? 0x2020 : 0)
        let even = lanes(place) | fold
        let odd = lanes(place &+ 1) | fold
        // Bits that all pairs have in common: most blocks end here.
        let mask = Lanes(repeating: table.pairMask)
        let common = Lanes(repeating: table.pairs[0] & table.pairMask)
        let candidates = words((even & mask) .== common, (odd & mask) .== common)
        if candidates[0] | candidates[1] == 0 { return candidates }
        var evenHits = SIMDMask<SIMD8<Int16>>(repeating: false)
        var oddHits = evenHits
        for index in 0..<pairs.count {
            let pair = unsafe pairs[index]
            evenHits .|= even .== pair
            oddHits .|= odd .== pair
        }
        return words(evenHits, oddHits)
    }

    /// A byte of ones for each place: even ones and odd ones in turn.
    @inline(__always)
    private func words(
        _ even: SIMDMask<SIMD8<Int16>>, _ odd: SIMDMask<SIMD8<Int16>>
    ) -> SIMD2<UInt64> {
        // SAFETY: a mask is a vector of 0 and -1; all are sixteen bytes of plain numbers.
        let evens = unsafe unsafeBitCast(even, to: SIMD8<Int16>.self)
        let odds = unsafe unsafeBitCast(odd, to: SIMD8<Int16>.self)
        let bytes = (evens & 0x00FF) | (odds & -0x100)
        return unsafe unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
    }

    @inline(never)
    private func lookPair(
        _ place: Int, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        // SAFETY: within the margins that `LiteralScanner.find` asks for.
        let bytes = unsafe memory.loadUnaligned(fromByteOffset: place, as: UInt16.self)
        let pair = UInt32(bytes) | (table.isCaseless ? 0x2020 : 0)
        guard table.pair.mayHave(pair << 16) & 1 != 0 else { return }
        for pair in [0x1_0000 | pair & 0xFF, pair] {
            look(LiteralHash.pair(pair) ^ LiteralKind.pair.mix, place, text, search, found)
        }
    }
}
