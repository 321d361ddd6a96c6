import Foundation
import KhienText
import Testing

/// html5lib's tokenizer tests (html5lib/html5lib-tests, MIT), and the same tests with the input cut
/// at every byte. Compared are characters, tags with attributes, comments and that there is a
/// DOCTYPE; parse errors and a DOCTYPE's identifiers are nothing that a reader of text needs.
@Suite(.enabled(if: TestData.hasShared, "needs the shared corpora"))
struct HTMLTokenizerVectorTests {
    struct Case {
        let description: String
        let input: [UInt8]
        let state: HTMLTokenizer.State
        let startTag: MarkupName
        let wanted: [TokenCollector.Token]
    }

    static let files = [
        "contentModelFlags.test", "domjs.test", "escapeFlag.test", "namedEntities.test.zst",
        "test1.test", "test2.test", "test3.test.zst", "test4.test", "unicodeChars.test",
    ]

    private static func states(_ test: JSON) -> [HTMLTokenizer.State] {
        guard let names = test["initialStates"]?.array else { return [.data] }
        return names.compactMap { name in
            switch name.string {
            case "Data state": .data
            case "PLAINTEXT state": .plaintext
            case "RCDATA state": .rcdata
            case "RAWTEXT state": .rawtext
            case "Script data state": .scriptData
            case "CDATA section state": .cdata
            default: nil
            }
        }
    }

    /// `\uXXXX` in a test that is escaped twice.
    private static func unescaped(_ text: String) -> String? {
        var units: [UInt16] = []
        var rest = Substring(text)
        while let first = rest.unicodeScalars.first {
            if rest.hasPrefix("\\u"), let unit = UInt16(rest.dropFirst(2).prefix(4), radix: 16) {
                units.append(unit)
                rest = rest.dropFirst(6)
            } else {
                units += String(first).utf16
                rest.unicodeScalars.removeFirst()
            }
        }
        // A lone surrogate cannot stand in UTF-8.
        return String(validating: units, as: UTF16.self)
    }

    /// Line ends are normalised before the tokenizer of the standard, and not at all before ours.
    private static func normalized(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x0A, result.last == 0x0D { result.removeLast() }
            result.append(byte)
        }
        return result.map { $0 == 0x0D ? 0x0A : $0 }
    }

    private static func wanted(
        _ test: JSON, _ decode: (String) -> String?
    ) -> [TokenCollector.Token]? {
        var tokens: [TokenCollector.Token] = []
        for token in test["output"]?.array ?? [] {
            let parts = token.array
            guard let kind = parts.first?.string else { return nil }
            let second = parts.count > 1 ? parts[1].string.flatMap(decode) : nil
            switch kind {
            case "DOCTYPE": tokens.append(.doctype)
            case "Character":
                guard let second else { return nil }
                if case .characters(let before) = tokens.last {
                    tokens[tokens.count - 1] = .characters(before + second)
                } else {
                    tokens.append(.characters(second))
                }
            case "EndTag":
                guard let second else { return nil }
                tokens.append(.endTag(second))
            case "Comment":
                guard let second else { return nil }
                tokens.append(.comment(second))
            default:
                guard let second, case .object(let members) = parts[2] else { return nil }
                var attributes: [String: String] = [:]
                for (key, value) in members {
                    attributes[decode(key) ?? ""] = value.string.flatMap(decode)
                }
                let isSelfClosing = parts.count > 3 && parts[3].isTrue
                tokens.append(.startTag(second, attributes, isSelfClosing: isSelfClosing))
            }
        }
        return tokens
    }

    static func cases(_ file: String) throws -> [Case] {
        let json = try JSON(try TestData.sharedFile("vectors/html5lib/tokenizer/\(file)"))
        var cases: [Case] = []
        for test in json["tests"]?.array ?? [] {
            let isEscaped = test["doubleEscaped"]?.isTrue == true
            func decode(_ text: String) -> String? { isEscaped ? unescaped(text) : text }
            guard let input = test["input"]?.string.flatMap(decode),
                let wanted = wanted(test, decode)
            else { continue }
            var startTag = MarkupName()
            for byte in (test["lastStartTag"]?.string ?? "").utf8 { startTag.append(byte) }
            for state in states(test) {
                cases.append(
                    Case(
                        description: test["description"]?.string ?? "",
                        input: normalized(input), state: state, startTag: startTag,
                        wanted: wanted))
            }
        }
        return cases
    }

    private static func tokens(_ test: Case, cutAt cuts: [Int]) -> [TokenCollector.Token] {
        var tokenizer = HTMLTokenizer(in: test.state, after: test.startTag)
        var collector = TokenCollector()
        var start = 0
        for cut in cuts + [test.input.count] {
            tokenizer.feed(test.input.span.extracting(start..<cut), to: &collector)
            start = cut
        }
        tokenizer.finish(to: &collector)
        collector.flush()
        return collector.tokens
    }

    @Test(arguments: files)
    func tokens(file: String) throws {
        let cases = try Self.cases(file)
        #expect(cases.count > 3)
        var passed = 0
        for test in cases {
            let found = Self.tokens(test, cutAt: [])
            #expect(found == test.wanted, "\(test.description) in \(test.state)")
            passed += found == test.wanted ? 1 : 0
        }
        print("html5lib \(file): \(passed) of \(cases.count)")
    }

    @Test(arguments: files)
    func cutAnywhere(file: String) throws {
        for test in try Self.cases(file) {
            for cut in test.input.indices {
                #expect(Self.tokens(test, cutAt: [cut]) == test.wanted, "\(test.description)")
            }
            let everywhere = Array(test.input.indices)
            #expect(Self.tokens(test, cutAt: everywhere) == test.wanted, "\(test.description)")
        }
    }
}
