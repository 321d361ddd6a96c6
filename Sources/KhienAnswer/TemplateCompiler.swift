import Crypto
import KhienModel

/// From a template's text to its parts.
struct TemplateCompiler {
    private let file: String
    private let bytes: [UInt8]
    private var parts: [Template.Part] = []
    private var open: [(name: Template.Placeholder, index: Int, offset: Int)] = []
    private(set) var diagnostics: [Diagnostic] = []

    private init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// - Returns: the template, or nil and what is wrong with it.
    static func compile(
        _ bytes: [UInt8], file: String
    ) -> (template: Template?, diagnostics: [Diagnostic]) {
        var compiler = TemplateCompiler(bytes, file: file)
        compiler.compile()
        guard compiler.diagnostics.isEmpty else { return (nil, compiler.diagnostics) }
        let template = Template(
            parts: compiler.parts, securityPolicy: compiler.securityPolicy())
        return (template, [])
    }

    private mutating func compile() {
        guard bytes.count <= Limits.Answer.templateBytesMax else {
            report("template.too-large", 0,
                "\(bytes.count) bytes; the limit is \(Limits.Answer.templateBytesMax)")
            return
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            report("template.encoding", 0, "the template is not UTF-8")
            return
        }
        var position = 0
        while position < bytes.count {
            guard let start = find("{{", from: position) else { break }
            if start > position { parts.append(.text(Array(bytes[position..<start]))) }
            guard let end = find("}}", from: start), end - start <= 64 else {
                report("template.unclosed", start, "`{{` without its `}}`")
                return
            }
            tag(String(decoding: bytes[(start + 2)..<end], as: UTF8.self), at: start)
            position = end + 2
            guard parts.count <= Limits.Answer.templatePartsMax else {
                report("template.too-many-parts", start,
                    "more than \(Limits.Answer.templatePartsMax) parts")
                return
            }
        }
        parts.append(.text(Array(bytes[position...])))
        for section in open {
            report("template.unclosed", section.offset,
                "the section `\(section.name.rawValue)` has no end")
        }
    }

    private mutating func tag(_ text: String, at offset: Int) {
        let mark = text.first.flatMap { "#^/".contains($0) ? $0 : nil }
        let word = mark == nil ? text[...] : text.dropFirst()
        guard let name = Template.Placeholder(rawValue: String(word)) else {
            let known = Template.Placeholder.allCases.map(\.rawValue).sorted()
            let shown = word.unicodeScalars.filter { $0.value > 0x1F && $0.value < 0x7F }
            report("template.unknown", offset,
                "unknown placeholder `\(String(shown))`; expected one of: "
                    + known.joined(separator: ", "))
            return
        }
        switch mark {
        case "#", "^":
            guard open.count < Limits.Answer.templateDepthMax else {
                report("template.too-deep", offset,
                    "sections nested deeper than \(Limits.Answer.templateDepthMax)")
                return
            }
            open.append((name, parts.count, offset))
            parts.append(.section(name, isInverted: mark == "^", end: parts.count))
        case "/":
            guard let section = open.popLast(), section.name == name,
                case .section(_, let isInverted, _) = parts[section.index]
            else {
                report("template.unopened", offset, "the section `\(name.rawValue)` is not open")
                return
            }
            parts[section.index] = .section(name, isInverted: isInverted, end: parts.count)
        default:
            parts.append(.value(name))
        }
    }

    /// Styles are allowed by the hash of what stands between `<style>` and `</style>` (CSP 3 section
    /// 8.2); a placeholder inside would change it, so such a style is simply not applied.
    private func securityPolicy() -> String {
        var sources: [String] = []
        var position = 0
        while sources.count < 8, let start = find("<style>", from: position),
            let end = find("</style>", from: start)
        {
            let hash = SHA256.hash(data: bytes[(start + 7)..<end])
            sources.append("'sha256-\(Base64.text(Array(hash), urlSafe: false))'")
            position = end
        }
        let styles = sources.isEmpty ? "'none'" : sources.joined(separator: " ")
        return "default-src 'none'; style-src \(styles); img-src data:; base-uri 'none';"
            + " form-action 'none'"
    }

    private func find(_ text: StaticString, from start: Int) -> Int? {
        let wanted = Array("\(text)".utf8)
        guard bytes.count - start >= wanted.count else { return nil }
        return (start...(bytes.count - wanted.count)).first { index in
            bytes[index] == wanted[0]
                && bytes[index..<(index + wanted.count)].elementsEqual(wanted)
        }
    }

    private mutating func report(_ code: String, _ offset: Int, _ message: String) {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let column = offset - (before.lastIndex(of: 0x0A) ?? -1)
        diagnostics.append(
            Diagnostic(
                .error, code, at: SourceLocation(file: file, line: line, column: column), message))
    }
}
