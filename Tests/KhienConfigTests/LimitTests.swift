import KhienConfig
import KhienModel
import Testing

@Suite struct LimitTests {
    private func codes(_ bytes: [UInt8]) -> [String] {
        do {
            let draft = try ConfigurationLoader.draft(bytes: bytes, file: "c")
            _ = try ConfigurationLoader.configuration(from: draft)
            return []
        } catch {
            return error.diagnostics.map(\.code)
        }
    }

    @Test(arguments: [(0, [String]()), (1, ["config.too-large"])])
    func fileBytes(past: Int, expected: [String]) {
        let padding = Limits.Config.fileBytesMax - oneList.utf8.count - 1 + past
        let text = oneList + "#" + String(repeating: "x", count: padding)
        #expect(codes(Array(text.utf8)) == expected)
    }

    @Test func notUTF8NamesItsLine() {
        let bytes = Array("lists: []\n# ".utf8) + [0xE9, 0x0A]
        do {
            _ = try ConfigurationLoader.draft(bytes: bytes, file: "c")
            Issue.record("not refused")
        } catch {
            #expect(error.diagnostics.map(\.code) == ["config.encoding"])
            #expect(error.diagnostics[0].location.line == 2)
        }
    }

    /// The "billion laughs": nine levels of nine aliases each.
    @Test func anAliasBombIsRefusedAtOnce() {
        var text = "a0: &a0 [x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(codes(Array(text.utf8)) == ["config.aliases"])
        #expect(codes(Array(text.replacing("\n", with: "\u{2028}").utf8)) == ["config.aliases"])
    }

    @Test(arguments: [(0, false), (1, true)])
    func aliases(past: Int, refused: Bool) {
        let aliases = Array(repeating: "*p", count: Limits.Config.aliasesMax + past)
        let text = "x: [&p 443, \(aliases.joined(separator: ", "))]\n"
        #expect(codes(Array(text.utf8)).contains("config.aliases") == refused)
    }

    @Test(arguments: [(0, false), (1, true)])
    func depth(past: Int, refused: Bool) {
        // The root is level 1, the first list level 2, the scalar in the innermost one level more.
        let levels = Limits.Config.depthMax - 2 + past
        let text =
            "x: " + String(repeating: "[", count: levels) + "y"
            + String(repeating: "]", count: levels)
        #expect(codes(Array(text.utf8)).contains("config.too-deep") == refused)
    }

    @Test func veryDeepNestingEndsAsAMessage() {
        let deep = "x: " + String(repeating: "[", count: 500_000)
        #expect(codes(Array(deep.utf8)) == ["config.syntax"])
        let dashes = String(repeating: "- ", count: 500_000)
        #expect(codes(Array(dashes.utf8)) == ["config.syntax"])
    }

    @Test func nodes() {
        let items = Array(repeating: "1", count: Limits.Config.nodesMax).joined(separator: ",")
        #expect(codes(Array("x: [\(items)]\n".utf8)) == ["config.too-many-values"])
    }

    @Test(arguments: [(0, false), (1, true)])
    func scalarBytes(past: Int, refused: Bool) {
        let value = String(repeating: "v", count: Limits.Config.scalarBytesMax + past)
        let found = codes(Array("lists: [{path: a}]\nevents: {node: \(value)}\n".utf8))
        #expect(found == [refused ? "config.value-too-long" : "config.out-of-range"])
    }

    @Test(arguments: [(0, false), (1, true)])
    func listeners(past: Int, refused: Bool) {
        let items = (0..<Limits.Config.listenersMax + past).map { "{explicit: 127.0.0.1:\($0)}" }
        let text = oneList + "listen: [\(items.joined(separator: ", "))]\n"
        #expect(codes(Array(text.utf8)) == (refused ? ["config.out-of-range"] : []))
    }

    @Test(arguments: [(0, false), (1, true)])
    func elements(past: Int, refused: Bool) {
        let items = (0..<Limits.Config.elementsMax + past).map { "n\($0).test" }
        let text = oneList + "protected-names: [\(items.joined(separator: ", "))]\n"
        #expect(codes(Array(text.utf8)) == (refused ? ["config.out-of-range"] : []))
    }

    @Test(arguments: [(0, false), (1, true)])
    func nameBytes(past: Int, refused: Bool) {
        let name = String(repeating: "n", count: Limits.Config.nameBytesMax + past)
        let found = codes(Array("lists: [{path: a, name: \(name)}]\n".utf8))
        #expect(found == (refused ? ["config.out-of-range"] : []))
    }

    @Test(arguments: [(0, 100), (50, 101)])
    func diagnostics(past: Int, count: Int) {
        let keys = (0..<Limits.Config.diagnosticsMax + past).map { "zz\($0): 1\n" }.joined()
        #expect(codes(Array((oneList + keys).utf8)).count == count)
    }

    /// Cut and changed configurations must end as messages or configurations, never otherwise.
    @Test func anyCutAndAnyChangedByteIsAnswered() {
        let example = Array(LoadingTests.example.utf8)
        var refused = 0
        for index in example.indices {
            if !codes(Array(example[..<index])).isEmpty { refused += 1 }
            var changed = example
            for byte: UInt8 in [0x00, 0x22, 0x2A, 0x3A, 0x5B, 0x7B, 0x80, 0xFF] {
                changed[index] = byte
                if !codes(changed).isEmpty { refused += 1 }
            }
        }
        #expect(refused > example.count)
    }
}
