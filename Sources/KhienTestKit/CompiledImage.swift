import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienText

/// Lists compiled into an image in a temporary file, and asked: what tests compare with the oracle.
public final class CompiledImage: Sendable {
    public let image: Image
    public let matcher: Matcher
    public let report: CompileReport
    private let path: String

    public init(
        _ lists: [SourceList], suffixes: PublicSuffixList? = nil,
        protectedNames: [String] = [], released: Set<String> = [], key: ListKey? = nil,
        now: UnixTime? = nil
    ) throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "khien-test-\(UUID().uuidString).khien").path
        let output = try Compiler.compile(
            lists, suffixes: suffixes, protectedNames: protectedNames.map { Array($0.utf8) },
            released: released, key: key, now: now)
        report = output.report
        try ImageWriter.write(output.sections, seed: output.seed, created: 0, to: path)
        image = try Image(path: path)
        matcher = try Matcher(image: image, key: key)
    }

    /// The file's bytes.
    public func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A hit as the oracle tells it: list, target, kind, exception; lines left out, since the
    /// compiler keeps the first of equal lines only.
    public struct PlainHit: Hashable, CustomStringConvertible {
        public var list: Int
        public var target: String
        public var kind: TargetKind
        public var isException: Bool

        public init(list: Int, target: String, kind: TargetKind, isException: Bool) {
            self.list = list
            self.target = target
            self.kind = kind
            self.isException = isException
        }

        public var description: String {
            "\(isException ? "@@" : "")\(target) (\(kind.name), list \(list))"
        }
    }

    public struct Unjudgeable: Error {
        public init() {}
    }

    /// All hits and the verdict of one request.
    public func ask(
        _ url: String, source: String = "", type: RequestType = .other, now: Int64 = 0
    ) throws -> (hits: [Hit], decision: Precedence.Decision) {
        guard var scratch = Scratch() else { throw Unjudgeable() }
        let parsed = try WebURL(url)
        matcher.match(
            url: parsed, type: type, source: Array(source.utf8).span,
            now: UnixTime(seconds: now), &scratch)
        return (scratch.hits, Precedence.decide(scratch.hits.span))
    }

    /// How many expressions the steps of one request did not suffice for.
    public func unjudged(_ url: String, source: String = "", type: RequestType = .other) throws
        -> Int
    {
        guard var scratch = Scratch() else { throw Unjudgeable() }
        let parsed = try WebURL(url)
        matcher.match(
            url: parsed, type: type, source: Array(source.utf8).span, now: UnixTime(seconds: 0),
            &scratch)
        return Int(scratch.regexesGivenUp)
    }

    /// A list from text, as the parser reads it.
    public static func list(
        _ text: String, format: ListFormat, name: String = "list", category: String = "",
        action: Action = .block, authority: Authority = .operator, isConfidential: Bool = false
    ) -> SourceList {
        var options = ListParser.Options()
        options.format = format
        options.isConfidential = isConfidential
        let parsed = ListParser.parse(
            Array(text.utf8), name: name, path: name + ".txt", options: options)
        return SourceList(
            parsed, category: category, action: action, authority: authority,
            isConfidential: isConfidential)
    }
}
