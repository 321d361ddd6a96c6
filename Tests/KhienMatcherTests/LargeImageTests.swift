import Foundation
import KhienCompiler
import KhienImage
import KhienModel
import KhienTestKit
import Testing

/// Sections that are read in many steps: a checksum runs ahead of the check, and pages are dropped
/// behind it. Damage anywhere in them is seen, and named as what it is.
@Suite struct LargeImageTests {
    private struct Fixture {
        let bytes: [UInt8]
        /// Where each section stands, by its number.
        let sections: [UInt64: Range<Int>]

        init() throws {
            let names = (0..<120_000).map { "name\($0).large.test\n" }.joined()
            let output = try Compiler.compile(
                [CompiledImage.list(names, format: .domains)], suffixes: nil)
            bytes = ImageWriter.assemble(output.sections, seed: output.seed, created: 0)
            var sections: [UInt64: Range<Int>] = [:]
            for index in 0..<output.sections.count {
                let record = 64 + index * 32
                let start = Int(MendedImage.load(bytes, record + 8))
                let count = Int(MendedImage.load(bytes, record + 16))
                sections[MendedImage.load(bytes, record)] = start..<start + count
            }
            self.sections = sections
        }

        func range(_ id: SectionID) throws -> Range<Int> {
            try #require(sections[UInt64(id.rawValue)])
        }

        func error(of bytes: [UInt8]) -> ImageError.Code? {
            do {
                _ = try MendedImage.open(bytes)
                return nil
            } catch {
                return (error as? ImageError)?.code
            }
        }
    }

    @Test func damageAnywhereIsTheChecksums() throws {
        let fixture = try Fixture()
        #expect(fixture.error(of: fixture.bytes) == nil)
        for id in [SectionID.entries, .hosts] {
            let range = try fixture.range(id)
            #expect(range.count > 1 << 20, "too small to need many steps")
            let places =
                stride(from: 0, to: range.count, by: range.count / 23) + [
                    64 << 10, 64 << 10 - 1, range.count - 33, range.count - 32, range.count - 1,
                ]
            for place in places {
                var damaged = fixture.bytes
                damaged[range.lowerBound + place] ^= 0x10
                #expect(fixture.error(of: damaged) == .checksum(id), "\(id) at \(place)")
            }
        }
    }

    /// Both sections are read at the same time: which damage is told does not depend on who ends first.
    @Test func ofTwoDamagesTheEntriesIsTold() throws {
        let fixture = try Fixture()
        let (entries, hosts) = (try fixture.range(.entries), try fixture.range(.hosts))
        for (one, other) in [(0, hosts.count - 1), (entries.count - 1, 0)] {
            var damaged = fixture.bytes
            damaged[hosts.lowerBound + other] ^= 0x10
            #expect(fixture.error(of: damaged) == .checksum(.hosts))
            damaged[entries.lowerBound + one] ^= 0x10
            #expect(fixture.error(of: damaged) == .checksum(.entries))
        }
    }

    /// A list that does not exist, a kind that does not, an order that does not: in the first record,
    /// on both sides of a step's border, in the last.
    @Test func aWrongEntryIsNamedByItsPlace() throws {
        let fixture = try Fixture()
        let range = try fixture.range(.entries)
        let count = range.count / EntryTable.recordByteCount
        for index in [0, 1, 8_191, 8_192, count / 2, count - 1] {
            for (offset, value) in [(0, 1), (1, 1), (2, 0), (8, 0), (11, 0x7F)] {
                var damaged = fixture.bytes
                let record = index * EntryTable.recordByteCount
                let place = range.lowerBound + record + offset
                damaged[place] = UInt8(value)
                MendedImage.mend(&damaged)
                #expect(
                    fixture.error(of: damaged)
                        == .badSection(.entries, "list, kind or order", offset: record),
                    "byte \(offset) of record \(index)")
            }
        }
    }

    /// A record that begins inside of the one before, a profile that does not exist, and a text that
    /// ends behind the table, in buckets near the beginning and the end.
    @Test func aWrongKeyIsRefusedWhereverItStands() throws {
        let fixture = try Fixture()
        let range = try fixture.range(.hosts)
        let buckets = range.lowerBound + KeyTable.headerByteCount
        let count = Int(MendedImage.load(fixture.bytes, range.lowerBound + 8) & 0xFFFF_FFFF)
        let blocks = buckets + count * KeyTable.bucketByteCount
        for index in [1, count / 3, count - 2] {
            let bucket = buckets + index * KeyTable.bucketByteCount
            let used = (0..<KeyTable.slotsPerBucket).prefix {
                fixture.bytes[bucket + 2 * $0] != 0 || fixture.bytes[bucket + 2 * $0 + 1] != 0
            }.count
            try #require(used > 1)
            let block = Int(
                MendedImage.load(fixture.bytes, bucket + KeyTable.firstEntryOffset) >> 32)
            // The second record in the first one's place, the first one's profile, its length.
            let changes = [
                (bucket + KeyTable.placesOffset + 1, fixture.bytes[bucket + KeyTable.placesOffset]),
                (blocks + block + 1, 126), (blocks + block, 0xFF),
            ]
            for (place, value) in changes {
                var damaged = fixture.bytes
                damaged[place] = value
                MendedImage.mend(&damaged)
                guard case .badSection(.hosts, _, _) = fixture.error(of: damaged) else {
                    Issue.record("\(place - range.lowerBound) of hosts, bucket \(index), passed")
                    continue
                }
            }
        }
    }
}
