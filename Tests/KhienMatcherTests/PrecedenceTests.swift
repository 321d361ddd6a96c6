import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// The table of `Precedence`, row by row: lists with action and authority, the verdict.
@Suite struct PrecedenceTests {
    struct Part: Sendable {
        var text: String
        var format = ListFormat.domains
        var action: Action
        var authority = Authority.operator
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var parts: [Part]
        var verdict: Action
        var why: String
        var testDescription: String { why }
    }

    static func own(_ action: Action) -> Part { Part(text: "a.test", action: action) }

    static func ordered(_ action: Action) -> Part {
        Part(text: "a.test", action: action, authority: .authority)
    }

    static func adblock(_ text: String) -> Part {
        Part(text: text, format: .adblock, action: .block)
    }

    static let rows: [Row] = [
        Row(
            parts: [ordered(.block), own(.allow)], verdict: .block,
            why: "an operator cannot exempt what an authority blocks"),
        Row(
            parts: [ordered(.block), ordered(.allow)], verdict: .block,
            why: "an authority's block stands"),
        Row(
            parts: [own(.block), ordered(.allow)], verdict: .allow,
            why: "an authority's exemption lifts the operator's rules"),
        Row(
            parts: [own(.block), own(.allow)], verdict: .allow,
            why: "an operator's exception lifts the operator's block"),
        Row(
            parts: [ordered(.warn), own(.allow)], verdict: .warn,
            why: "but not an authority's warning"),
        Row(
            parts: [ordered(.warn), own(.block)], verdict: .block,
            why: "the stricter of the two"),
        Row(parts: [ordered(.monitor), own(.warn)], verdict: .warn, why: "likewise"),
        Row(parts: [own(.monitor), own(.warn)], verdict: .warn, why: "warn before monitor"),
        Row(parts: [own(.monitor)], verdict: .monitor, why: "monitor alone"),
        Row(
            parts: [own(.block), adblock("@@||a.test^")], verdict: .block,
            why: "an adblock exception lifts nothing of another format"),
        Row(
            parts: [adblock("||a.test^"), adblock("@@||a.test^")], verdict: .allow,
            why: "but adblock rules"),
        Row(
            parts: [adblock("||a.test^$important"), adblock("@@||a.test^")], verdict: .block,
            why: "important stands against exceptions"),
        Row(
            parts: [adblock("||a.test^$important"), adblock("@@||a.test^$important")],
            verdict: .allow, why: "an important exception lifts it"),
        Row(
            parts: [adblock("||a.test^$important"), own(.allow)], verdict: .allow,
            why: "and so does an operator's list of exceptions"),
    ]

    @Test(arguments: rows) func decides(row: Row) throws {
        let lists = row.parts.enumerated().map { index, part in
            CompiledImage.list(
                part.text, format: part.format, name: "list\(index)", action: part.action,
                authority: part.authority)
        }
        // The order of the lists makes no difference.
        for order in [lists, lists.reversed()] {
            let (_, decision) = try CompiledImage(order).ask("http://a.test/", type: .script)
            #expect(decision.verdict == row.verdict)
        }
    }
}
