import Foundation
import KhienLists
import KhienModel
import Testing

/// Files, folders, archives and compressed forms. The fixtures were made for these tests with gzip
/// 1.12, xz 5.4, zstd 1.5 and GNU tar 1.34.
@Suite struct ListInputTests {
    /// `a.test\nb.test\n`
    static let gzip = "H4sIAAAAAAACA0vUK0ktLuFKglAA95vbcg4AAAA="
    static let xz =
        "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQANYS50ZXN0CmIudGVzdAoAAADWA9m9p1YJBAABJg4IG"
        + "+AEH7bzfQEAAAAABFla"
    static let zstd = "KLUv/SQOcQAAYS50ZXN0CmIudGVzdAqQrRPT"
    /// `ut/gambling/domains`, `ut/gambling/usage`, a link, and `ut/xxx…(120)/domains`.
    static let paxArchive = """
        /Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4E//AYxdABcLxoeSWjunj8clDrgP85yIJeUIG3GXt2sX8VPw\
        Rb5CmxKyLFyAhcr18YM/Y5LO41IYvH1SAsDrSB5oWtHSTEokQGR55tXDT19VnD2whwPG/84ealfIL1Ph\
        ExEM8bbT5qhl2kkAKJQJC1JykJzphP1fY7X/CuHLpI2vIlblMQFVSSUYF05BgQ2qBeLTv56ejiKPQIzF\
        3ZUasz173j4DT7r5NWZYEuGCuoXLgjmL444cZos72ydrz7wSskGZzxc3op6yFoofd9RvtgOTRA4/bXhI\
        V+zpevNvws5zCSKT4BspbF08VCWjlJ0wTCRJoMJ6TRpBQ0s/O4dcbX2lviK4TKnYmHQn3PmxTDUWmaX7\
        uLD7C7orFb3H4omyZ/7smDpoE4HNQZaqxsc1adP0Z4aErVf2HSwmg1tcPaZaJfpJJLwO9Lub+mn45c0n\
        tR8JxjQORZ9bkWd5tJcu/4nYwzw1NqsMDIqIP4MfVM/quVegHE2Ul5YzLPAzRuEfPz2C/mUpWCRybPW6\
        5UetsljoAACMt7PuTVtyYwABqAOAoAEAlOeAXLHEZ/sCAAAAAARZWg==
        """
    static let gnuArchive = """
        /Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/APRdADqdAd6V4XBV4z1CMml63EiHhnGRdIS1yiwerZVg\
        Pqy+mywRmuwCRlBxi01Yv+5YdSJ6amDuNKomDeQbvvE2PEbrkF6A0usq1C2mxu7Kh6WNd04wBtxo1bhv\
        C/Lm0eg0wuCGw23ZgEuN+ZmgDQ1yEFpl8V69mCC5YYcW6mk3oJxhQkRlIjjihcxjhQxiF2lzJigqY2JQ\
        OqbhAImjqribX6tHfonl/Wu4LIAu3enYn3gSAASrg/jw6YlJwMlCUQrQYYYxxRoq62lhhyggGqk5TSrv\
        9MyP5gjgsYo4HVLanOFCfYR2Gw/4vkdQMaQiur/PT86iHI0AFjLXbnXxRQsAAZACgFAAAHUJFiWxxGf7\
        AgAAAAAEWVo=
        """

    private static func bytes(_ base64: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: base64.replacing(" ", with: ""))))
    }

    /// Calls `body` with the path of a new folder that is removed afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-lists-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    private func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch let error as ListInputError {
            return error.code
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [gzip, xz, zstd])
    func compressedFilesAreReadAsTheyAre(fixture: String) throws {
        try withFolder { folder in
            // No ending tells the form: the first bytes do.
            try write(try Self.bytes(fixture), "\(folder)/list.txt")
            let list = try #require(try ListInput.find("\(folder)/list.txt").files.first).parse()
            #expect(list.name == "list.txt")
            #expect(GrammarTests.describe(list) == "accepted domain a.test | domain b.test")
        }
    }

    @Test(arguments: [gzip, zstd, xz])
    func severalStreamsFollowEachOther(fixture: String) throws {
        try withFolder { folder in
            let once = try Self.bytes(fixture)
            try write(once + once, "\(folder)/list.txt")
            let list = try #require(try ListInput.find("\(folder)/list.txt").files.first).parse()
            #expect(list.entries.records.count == 4)
        }
    }

    @Test(arguments: [gzip, xz, zstd])
    func everyTruncationAndDamageIsAnError(fixture: String) throws {
        try withFolder { folder in
            let whole = try Self.bytes(fixture)
            for length in 6..<whole.count {
                try write(Array(whole[..<length]), "\(folder)/list.txt")
                let file = try #require(try ListInput.find("\(folder)/list.txt").files.first)
                let code = failure { _ = try file.load() }
                #expect(["input.truncated", "input.damaged"].contains(code), "\(length)")
            }
            for position in 6..<whole.count {
                var damaged = whole
                damaged[position] ^= 0xFF
                try write(damaged, "\(folder)/list.txt")
                // Damage may be met or may not matter (a time stamp); it never traps.
                _ = failure { _ = try ListInput.find("\(folder)/list.txt").files.first?.load() }
            }
        }
    }

    /// A zstd frame of blocks that each say "131,072 zeros" in four bytes (RFC 8878 section
    /// 3.1.1.2).
    private func bomb(blocks: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
        for block in 0..<blocks {
            let header = UInt32(131_072) << 3 | 1 << 1 | (block == blocks - 1 ? 1 : 0)
            bytes += [UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16), 0x0A]
        }
        return bytes
    }

    @Test(arguments: [(512, "none"), (513, "input.bomb")])
    func aBombIsAnError(blocks: Int, expected: String) throws {
        try withFolder { folder in
            #expect(Limits.Lists.expansionFreeBytesMax == 512 * 131_072)
            try write(bomb(blocks: blocks), "\(folder)/list.txt")
            let file = try #require(try ListInput.find("\(folder)/list.txt").files.first)
            #expect(failure { _ = try file.load() } == expected)
        }
    }

    @Test(arguments: [paxArchive, gnuArchive])
    func archivesAreReadLikeFolders(fixture: String) throws {
        try withFolder { folder in
            try write(try Self.bytes(fixture), "\(folder)/ut.tar.xz")
            let found = try ListInput.find("\(folder)/ut.tar.xz")
            let long = String(repeating: "x", count: 120)
            #expect(found.files.map(\.name) == ["ut/gambling/domains", "ut/\(long)/domains"])
            let lists = try found.files.map { try $0.parse() }
            #expect(lists.map(\.category) == ["gambling", long])
            #expect(
                lists.map(GrammarTests.describe) == [
                    "accepted domain a.test", "accepted domain b.test",
                ])
            #expect(lists[0].path == "\(folder)/ut.tar.xz/ut/gambling/domains")
            #expect(found.notes.map(\.code) == ["input.passed-over"])
        }
    }

    @Test func aDamagedArchiveIsAnErrorWhereverItIsCut() throws {
        try withFolder { folder in
            try write(try Self.bytes(Self.gnuArchive), "\(folder)/x.tar.xz")
            let plain = try #require(try Self.expanded("\(folder)/x.tar.xz"))
            for length in [100, 512, 700, 1_024, 2_047] {
                try write(Array(plain[..<length]), "\(folder)/y.tar")
                _ = failure { _ = try ListInput.find("\(folder)/y.tar") }
            }
            var unsafe = plain
            unsafe.replaceSubrange(0..<3, with: "../".utf8)
            // The checksum is right again: `ut/` became `../`.
            try write(Self.withChecksum(unsafe), "\(folder)/z.tar")
            #expect(try ListInput.find("\(folder)/z.tar").files.count == 2)
        }
    }

    /// What is wrong with an archive names the member, as a message can show it.
    @Test func messagesNameTheMember() throws {
        try withFolder { folder in
            try write(try Self.bytes(Self.gnuArchive), "\(folder)/x.tar.xz")
            let plain = try #require(try Self.expanded("\(folder)/x.tar.xz"))
            func message(_ bytes: [UInt8]) throws -> String {
                try write(bytes, "\(folder)/y.tar")
                do throws(ListInputError) {
                    _ = try ListInput.find("\(folder)/y.tar")
                    return ""
                } catch {
                    return "\(error.code): \(error.message)"
                }
            }
            let members = TarHeaders(plain).regular
            let first = try #require(members.first)
            let name = Array("..\u{1B}[2J/../passwd\0".utf8)
            var outside = plain
            outside.replaceSubrange(first.header..<first.header + name.count, with: name)
            #expect(
                try message(Self.withChecksum(outside, at: first.header))
                    == "input.unsafe-name: its member \"..\\x1B[2J/../passwd\" would lead out of the"
                    + " archive")
            // The member has three bytes.
            #expect(
                try message(Array(plain[..<(first.header + 512 + 2)]))
                    == "input.truncated: the archive ends inside its member \"\(first.name)\"")
            let second = try #require(members.dropFirst().first)
            var damaged = plain
            damaged[second.header + 150] ^= 1
            #expect(
                try message(damaged).hasPrefix(
                    "input.damaged: the archive is damaged behind its member \"\(first.name)\": "))
        }
    }

    /// Where the headers of an archive's regular files stand, by another reading of the format.
    private struct TarHeaders {
        var regular: [(name: String, header: Int)] = []

        init(_ bytes: [UInt8]) {
            var position = 0
            while position + 512 <= bytes.count, bytes[position] != 0 {
                let digits = String(decoding: bytes[position + 124..<position + 135], as: UTF8.self)
                let size = Int(digits, radix: 8) ?? 0
                if bytes[position + 156] == UInt8(ascii: "0") {
                    let name = bytes[position..<position + 100].prefix { $0 != 0 }
                    regular.append((String(decoding: name, as: UTF8.self), position))
                }
                position += 512 + (size + 511) / 512 * 512
            }
        }
    }

    private static func expanded(_ path: String) throws -> [UInt8]? {
        // Read under a name that is no archive's.
        let copy = path + ".list"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return try ListInput.find(copy).files.first?.load()
    }

    private static func withChecksum(_ archive: [UInt8], at header: Int = 0) -> [UInt8] {
        var bytes = archive
        let field = header + 148
        bytes.replaceSubrange(field..<field + 8, with: [UInt8](repeating: 32, count: 8))
        let sum = bytes[header..<header + 512].reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits
        bytes.replaceSubrange(field..<field + 7, with: Array(text.utf8) + [0])
        return bytes
    }

    @Test func aFolderIsReadWithAllBelowIt() throws {
        try withFolder { folder in
            try write(Array("b.test\n".utf8), "\(folder)/b/two.txt")
            try write(Array("a.test\n".utf8), "\(folder)/a.txt")
            try write(Array("c.test\n".utf8), "\(folder)/.hidden")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/inside", withDestinationPath: "\(folder)/a.txt")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/outside", withDestinationPath: "/etc/passwd")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/circle", withDestinationPath: folder)
            let root = URL(filePath: folder).lastPathComponent
            let found = try ListInput.find(folder)
            #expect(
                found.files.map(\.name) == ["a.txt", "b/two.txt", "inside"].map { "\(root)/\($0)" })
        }
    }

    /// Orders count wherever they lie; notes beside a layout's lists do not.
    @Test func ordersBesideALayoutCount() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/ut1/gambling", withIntermediateDirectories: true)
            try write(Array("a.test\n".utf8), folder + "/ut1/gambling/domains")
            try write(Array("b.test\n".utf8), folder + "/ut1/notes")
            try write(
                Array("order,target-type,target\n1,domain,c.test\n".utf8), folder + "/ut1/o.csv")
            let found = try ListInput.find(folder + "/ut1")
            #expect(found.files.map(\.name) == ["ut1/gambling/domains", "ut1/o.csv"])
            #expect(found.notes.map(\.code) == ["input.passed-over"])
        }
    }

    @Test func includesOfE2GuardianAreFollowedInsideTheFolder() throws {
        try withFolder { folder in
            let main =
                ".Include</etc/e2guardian/lists/blacklists/ads/names>\n"
                + ".Include</etc/passwd>\na.test\n"
            try write(Array(main.utf8), "\(folder)/lists/exceptionsitelist")
            try write(Array("b.test\n".utf8), "\(folder)/lists/blacklists/ads/names")
            let lists = try ListInput.find("\(folder)/lists").files.map { try $0.parse() }
            #expect(lists.map(\.name) == ["lists/blacklists/ads/names", "lists/exceptionsitelist"])
            #expect(
                lists.map(GrammarTests.describe) == [
                    "accepted @@domain b.test",
                    "structure accepted unsupported e2guardian.include @@domain a.test",
                ])
        }
    }

    @Test func whatIsNotThereOrNoFileIsAnError() throws {
        try withFolder { folder in
            #expect(failure { _ = try ListInput.find("\(folder)/none") } == "input.not-found")
            #expect(
                failure { _ = try ListInput.find("/dev/null").files.first?.load() }
                    == "input.not-a-file")
        }
    }
}
