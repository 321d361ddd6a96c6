import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// What rules of our own form ask for, through a whole reading; and bodies that cannot be read.
@Suite struct PageRuleTests {
    private static func reader(_ rules: String) throws -> PageReader {
        try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n" + rules, format: .phrases, name: "r.yaml", category: "c")
        ]).reader()
    }

    private static func isCondemned(_ rule: String, _ text: String) throws -> Bool {
        let page = "<title>Trang</title><p>\(text)</p>"
        if case .condemned = try reader("  - \(rule)\n").read(Array(page.utf8)) { return true }
        return false
    }

    @Test(arguments: [
        ("{ regex: 'lớp [1-9]b', weight: 100 }", "Em học lớp 9B.", true),
        ("{ regex: 'lớp [1-9]b', weight: 100 }", "Em học lớp 9C.", false),
        ("{ regex: 'nh[àáạ]c[uú]ng', weight: 100 }", "Nhạccúng", true),
        ("{ regex: 'nh[àáạ]c[uú]ng', weight: 100 }", "Nhâccúng", false),
        ("{ regex: 'nh[àáạ]{2}c', weight: 100 }", "NHẠÁC", true),
        ("{ regex: 'LỚP đầ+u', weight: 100 }", "lớp đầầầu", true),
        ("{ regex: 'LỚP đầ+u', weight: 100 }", "lớp đu", false),
        ("{ regex: 'thuý [a-z]+', weight: 100 }", "Thúy An", true),
        ("{ regex: '\\bho\u{61}\u{300}\\b', weight: 100 }", "Em hoà với", true),
        ("{ regex: '[0-9]{12}', weight: 100 }", "Số 079123456789.", true),
        ("{ regex: '[0-9]{12}', weight: 100 }", "Số 07912345678.", false),
        // The clock of these tests stands at Wednesday, 10:00.
        ("{ phrase: con vẹt, weight: 100, times: ['wed 09:00-10:00'] }", "con vẹt", true),
        ("{ phrase: con vẹt, weight: 100, times: ['wed 10:01-11:00'] }", "con vẹt", false),
        ("{ phrase: con vẹt, weight: 100, times: ['tue 09:00-11:00'] }", "con vẹt", false),
        ("{ phrase: con vẹt, weight: 50 }", "con vẹt con vẹt", true),
        ("{ phrase: con vẹt, weight: 50, distance-min: 400 }", "con vẹt con vẹt", false),
        (
            "{ phrase: con vẹt, weight: 50, distance-min: 400 }",
            "con vẹt " + String(repeating: "a b c d ", count: 100) + " con vẹt", true
        ),
        ("{ phrase: con vẹt, weight: 50, count-max: 1 }", "con vẹt, con vẹt, con vẹt", false),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con sóc và con vẹt", true),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con sóc và con mèo", false),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con vẹt và con mèo", false),
        ("{ phrase: trang, weight: 100, layers: [title] }", "một câu", true),
        ("{ phrase: trang, weight: 100, layers: [text] }", "một câu", false),
        ("{ phrase: ẹt, weight: 100 }", "con vẹt", false),
        ("{ phrase: ẹt, weight: 100, substring: true }", "con vẹt", true),
        ("{ phrase: con vẹt, weight: 100, views: exact }", "con vet", false),
    ])
    func rules(rule: String, text: String, isCondemned: Bool) throws {
        #expect(try Self.isCondemned(rule, text) == isCondemned)
    }

    @Test(arguments: ["gzip", "br", "zstd", "deflate"])
    func damagedBodies(coding: String) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 0x81) }
        #expect(reader.read(bytes, coding: coding) == .unreadable(.damaged))
        #expect(reader.read(bytes, coding: "rot13") == .unreadable(.coding))
    }

    /// A body that expands without end is given up, with the little that it takes.
    @Test(.enabled(if: Coder.arePresent, "LEFT OUT: gzip is not here"))
    func bombs() throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let bomb = try Coder.encode([UInt8](repeating: 0x20, count: 64 << 20), "gzip")
        #expect(bomb.count < 100_000)
        #expect(reader.read(bomb, coding: "gzip") == .unreadable(.expansion))
    }
}
