/// How often runs of bytes occur on pages, as far as a small table can tell.
///
/// The most frequent runs of four bytes are known; every other one is taken for a chain of pairs, and
/// for no more frequent than the least of the known. Bytes count by class: ASCII without regard to
/// bit 5 (upper case as lower case), others by what they begin or continue.
struct GramFrequency: Sendable {
    static let shared = GramFrequency()

    private static let classCount = 86
    private static let firstCharacter: UInt8 = 0x28
    private static let leads: [UInt8] = [
        0xC2, 0xC3, 0xC4, 0xC6, 0xCF, 0xD1, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xE9, 0xEF, 0xFF,
    ]

    private let byteClass: [Int]
    /// Share of a pair among all pairs, and of the pair among those with its first byte.
    private let pairs: [Double]
    private let steps: [Double]
    /// By the four classes, the first in the low byte.
    private let frequent: [UInt32: Double]
    private let leastFrequent: Double

    init() {
        byteClass = (0...255).map { Self.byteClass(UInt8($0)) }
        let count = Self.classCount
        let pairs = gramPairs.flatMap { row in
            row.utf8.map { Self.share(Int($0 - Self.firstCharacter)) }
        }
        var steps = pairs
        for row in 0..<count {
            let whole = pairs[row * count..<(row + 1) * count].reduce(0, +)
            for column in 0..<count { steps[row * count + column] /= whole }
        }
        var frequent: [UInt32: Double] = [:]
        for (level, grams) in frequentGrams {
            let classes = Array(grams.utf8).map { UInt32($0 - Self.firstCharacter) }
            for start in stride(from: 0, to: classes.count - 3, by: 4) {
                let key = (0..<4).reduce(UInt32(0)) { $0 | classes[start + $1] << UInt32(8 * $1) }
                frequent[key] = Self.share(level)
            }
        }
        self.pairs = pairs
        self.steps = steps
        self.frequent = frequent
        leastFrequent = frequent.values.min() ?? 1
    }

    /// The known runs as bytes of one spelling each (lower case; any byte of a class of others), with
    /// their shares: a sample of what pages hold.
    var sample: [(gram: UInt32, share: Double)] {
        var representative = [UInt32](repeating: 0, count: Self.classCount)
        for byte in (0...255).reversed() { representative[byteClass[byte]] = UInt32(byte) }
        for byte in 0x60...0x7F { representative[byteClass[byte]] = UInt32(byte) }
        for byte in 0x20...0x3F { representative[byteClass[byte]] = UInt32(byte) }
        return frequent.map { key, share in
            let gram = (0..<4).reduce(UInt32(0)) {
                $0 | representative[Int(key >> UInt32(8 * $1) & 0xFF)] << UInt32(8 * $1)
            }
            return (gram, share)
        }
    }

    /// The share of places on pages at which `bytes`, two or more, stand.
    func share(_ bytes: ArraySlice<UInt8>) -> Double {
        let first = bytes.startIndex
        var share = pairs[index(bytes, first)]
        var next = first + 1
        if bytes.count >= 4 {
            let key = (0..<4).reduce(UInt32(0)) {
                $0 | UInt32(byteClass[Int(bytes[first + $1])]) << UInt32(8 * $1)
            }
            for place in next..<first + 3 { share *= steps[index(bytes, place)] }
            share = frequent[key] ?? min(share, leastFrequent)
            next = first + 3
        }
        for place in next..<max(next, bytes.endIndex - 1) { share *= steps[index(bytes, place)] }
        return share
    }

    private func index(_ bytes: ArraySlice<UInt8>, _ place: Int) -> Int {
        byteClass[Int(bytes[place])] * Self.classCount + byteClass[Int(bytes[place + 1])]
    }

    /// Twice the negative binary logarithm to the share.
    private static func share(_ level: Int) -> Double {
        var share = level & 1 == 0 ? 1.0 : 0.707_106_781
        for _ in 0..<level / 2 { share /= 2 }
        return share
    }

    private static func byteClass(_ byte: UInt8) -> Int {
        if byte < 0x80 { return Int(byte & 31 | (byte & 64) >> 1) }
        if byte < 0xC0 { return 64 + Int(byte >> 3 & 7) }
        return 72 + (leads.firstIndex { byte <= $0 } ?? leads.count - 1)
    }
}
