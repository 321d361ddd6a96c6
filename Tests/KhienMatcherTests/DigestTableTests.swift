import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Tables of digests: all that was put in is found, and each kind of damage is refused by name.
@Suite struct DigestTableTests {
    @Test(arguments: [0, 1, 23, 24, 25, 31, 32, 33, 1_000, 20_000])
    func everyDigestIsFoundAndNoOther(count: Int) throws {
        let names = (0..<count).map { "h\($0).test" }
        let key = ListKey.random()
        let images = [
            try CompiledImage([
                CompiledImage.list(
                    names.map { NaiveExpressions.sha256($0 + "/") }.joined(separator: "\n"),
                    format: .sha256)
            ]),
            try CompiledImage(
                [
                    CompiledImage.list(
                        names.joined(separator: "\n"), format: .domains, isConfidential: true)
                ], key: key),
        ]
        for image in images {
            #expect(image.image.entryCount == count)
            for index in stride(from: 0, to: count, by: max(1, count / 300)) {
                let hits = try image.ask("http://h\(index).test/").hits
                #expect(hits.map { image.image.entry($0.entry).line } == [UInt32(index + 1)])
            }
            for index in 0..<300 {
                #expect(try image.ask("http://g\(index).test/").hits.isEmpty)
            }
        }
    }

    /// An image with 60 digests in each table, and where the section of `id` begins.
    private static func sample(_ id: SectionID) throws -> (bytes: [UInt8], offset: Int) {
        let names = (0..<60).map { "h\($0).test" }
        let image = try CompiledImage(
            [
                CompiledImage.list(
                    names.map { NaiveExpressions.sha256($0 + "/") }.joined(separator: "\n"),
                    format: .sha256),
                CompiledImage.list(
                    names.joined(separator: "\n"), format: .domains, isConfidential: true),
            ], key: .random())
        let bytes = try image.bytes()
        let count = Int(MendedImage.load(bytes, 40) & 0xFFFF_FFFF)
        let record = try #require(
            (0..<count).map { 64 + $0 * 32 }.first {
                UInt32(truncatingIfNeeded: MendedImage.load(bytes, $0)) == id.rawValue
            })
        return (bytes, Int(MendedImage.load(bytes, record + 8)))
    }

    /// What is done to a section, and what is said. Homes: 3, so ranks begin at 64 + 64 · s.
    struct Damage: Sendable, CustomTestStringConvertible {
        var says: String
        var harm: @Sendable (inout [UInt8], Int) -> Void

        var testDescription: String { says }
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> Int {
        Int(MendedImage.load(bytes, offset) & 0xFFFF_FFFF)
    }

    private static let damages = [
        Damage(says: "digests of 8 bytes", harm: { $0[$1 + 12] = 8 }),
        Damage(says: "offsets do not fit its counts", harm: { $0[$1] += 1 }),
        Damage(says: "offsets do not fit its counts", harm: { $0[$1 + 4] = 0 }),
        Damage(says: "offsets do not fit its counts", harm: { $0[$1 + 16] += 4 }),
        Damage(says: "offsets do not fit its counts", harm: { $0[$1 + 24] += 4 }),
        Damage(says: "offsets do not fit its counts", harm: { $0[$1 + 32] += 4 }),
        Damage(
            says: "check of the key",
            harm: { bytes, start in
                let isKeyed = bytes[start + 48..<start + 64].contains { $0 != 0 }
                for index in start + 48..<start + 64 { bytes[index] = isKeyed ? 0 : 1 }
            }),
        Damage(
            says: "rank of bucket 1",
            harm: { bytes, start in
                bytes[word(bytes, start + 16) + start + 4] += 1
            }),
        Damage(
            says: "a gap in bucket 0",
            harm: {
                $0[$1 + 64] = 0
                $0[$1 + 65] = 0
            }),
        Damage(
            says: "digests",
            harm: { bytes, start in
                bytes[word(bytes, start + 16) + start - 2] |= 1
            }),
        Damage(
            says: "record 1 runs backwards",
            harm: { bytes, start in
                let records = word(bytes, start + 24) + start
                for index in 0..<3 { bytes[records + index] = 0xFF }
            }),
        Damage(
            says: "records name",
            harm: { bytes, start in
                let last = word(bytes, start + 32) + start - 4
                bytes[last + 2] = 0xFF
            }),
    ]

    @Test(arguments: damages, [SectionID.expressions, .confidential])
    func damageIsRefusedByName(damage: Damage, section: SectionID) throws {
        var (bytes, offset) = try Self.sample(section)
        damage.harm(&bytes, offset)
        MendedImage.mend(&bytes)
        let error = #expect(throws: ImageError.self) { try MendedImage.open(bytes) }
        guard case .badSection(let found, let what, _) = error?.code else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == section && what.contains(damage.says), "\(what)")
    }

    /// Unharmed, the same bytes are an image.
    @Test func mendingAloneHarmsNothing() throws {
        var (bytes, _) = try Self.sample(.expressions)
        MendedImage.mend(&bytes)
        #expect(try MendedImage.open(bytes).entryCount == 120)
    }
}
