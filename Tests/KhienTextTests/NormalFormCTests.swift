import Foundation
import KhienText
import Testing

/// Normalization Form C against Foundation's, a separate implementation with its own tables; the
/// Hangul rules, which Foundation on Linux does not follow, against examples.
@Suite struct NormalFormCTests {
    private static func ours(_ scalars: [UInt32]) -> [UInt32] {
        var result = scalars
        NormalFormC.normalize(&result)
        return result
    }

    private static func theirs(_ scalars: [UInt32]) -> [UInt32] {
        var text = String.UnicodeScalarView()
        for scalar in scalars.compactMap(Unicode.Scalar.init) { text.append(scalar) }
        let composed = (String(text) as NSString).precomposedStringWithCanonicalMapping
        return composed.unicodeScalars.map(\.value)
    }

    private static func order(_ scalar: UInt32) -> UInt8 {
        Unicode.Scalar(scalar)?.properties.canonicalCombiningClass.rawValue ?? 0
    }

    /// Scalars that Foundation's older tables know too.
    private static let known: [UInt32] = (0..<0x110000).filter { value in
        guard let age = Unicode.Scalar(UInt32(value))?.properties.age else { return false }
        return age.major <= 14
    }.map(UInt32.init)

    @Test func everyScalarAlone() {
        #expect(Self.known.count > 280_000)
        let wrong = Self.known.filter { Self.ours([$0]) != Self.theirs([$0]) }
        #expect(wrong == [])
    }

    @Test func randomSequences() {
        // Letters and marks that compose, reorder and block each other.
        let pool =
            Self.known.filter { scalar in
                guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
                return properties.canonicalCombiningClass.rawValue != 0
            } + Array("aAeEoOuUdDđĐươƯƠсвक".unicodeScalars.map(\.value))
            + Array(0x300...0x345) + Array(0x1EA0...0x1EF9)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<40_000 {
            let length = Int.random(in: 1...12, using: &generator)
            let scalars = (0..<length).map { _ in
                pool[Int.random(in: 0..<pool.count, using: &generator)]
            }
            let normal = Self.ours(scalars)
            #expect(normal == Self.theirs(scalars), "\(scalars)")
            #expect(Self.ours(normal) == normal)
            #expect(!NormalFormC.isNormalized(scalars.span) || normal == scalars, "\(scalars)")
        }
    }

    /// The Unicode Standard, section 3.12, with the borders of each range.
    @Test(
        arguments: [
            ([0x1100, 0x1161], [0xAC00]), ([0x1100, 0x1161, 0x11A8], [0xAC01]),
            ([0xAC00, 0x11A8], [0xAC01]), ([0x1111, 0x1171, 0x11B6], [0xD4DB]),
            ([0x1112, 0x1175, 0x11C2], [0xD7A3]), ([0xAC01, 0x11A8], [0xAC01, 0x11A8]),
            ([0xAC00, 0x11A7], [0xAC00, 0x11A7]), ([0xAC00, 0x11C3], [0xAC00, 0x11C3]),
            ([0x1113, 0x1161], [0x1113, 0x1161]), ([0x1100, 0x1176], [0x1100, 0x1176]),
            ([0x1100, 0x1160], [0x1100, 0x1160]), ([0x10FF, 0x1161], [0x10FF, 0x1161]),
            ([0x1100, 0x300, 0x1161], [0x1100, 0x300, 0x1161]), ([0xD7A3], [0xD7A3]),
        ] as [([UInt32], [UInt32])])
    func hangul(scalars: [UInt32], wanted: [UInt32]) {
        #expect(Self.ours(scalars) == wanted)
    }

    /// A run of marks longer than what insertion sorts, and one that would cost quadratic time.
    @Test(.timeLimit(.minutes(1)))
    func longRunsOfMarks() {
        var generator = SeededGenerator(seed: 9)
        for count in [15, 16, 17, 18, 300] {
            // Marks that do not decompose, after a letter that takes none of them in.
            let marks = (0..<count).map { _ in UInt32.random(in: 0x300...0x33F, using: &generator) }
            let sorted = marks.enumerated().sorted {
                (Self.order($0.element), $0.offset) < (Self.order($1.element), $1.offset)
            }
            #expect(Self.ours([0x71] + marks) == [0x71] + sorted.map(\.element))
        }
        let alternating = (0..<1_000_000).map { UInt32($0 % 2 == 0 ? 0x301 : 0x323) }
        let normal = Self.ours([0x62] + alternating)
        #expect(normal.count == 1_000_000)
        #expect(normal.prefix(3) == [0x1E05, 0x323, 0x323])
    }
}
