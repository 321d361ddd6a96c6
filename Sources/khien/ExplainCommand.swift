import ArgumentParser
import KhienModel
import KhienText

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what an image decides about URLs, and why; and what its phrase rules say.",
        discussion: """
            Shows the verdict, the entry that decided (list, line, order, layer, view), every other
            entry that matched, and the canonical forms that were looked up. Phrase rules over the words
            of the URL (layer url) are shown as well: they count for the page, when it is read.

              khien explain --image lists.khien http://casino.test/ ads.test/banner.js

            With --rule it shows phrase rules instead, by their id (rule.id of an event) or by words that
            they look for: list, line, effect, weight, layers, views, scope, hours, group and its limit.

              khien explain --image lists.khien --rule 'nhà cái' --rule 29c45f0a3b1d8e77
            """)

    @Option(help: "The image.")
    var image: String

    @Option(help: "The key file of confidential lists; the default is lists.key beside the image.")
    var key: String?

    @Option(
        help: "The request's type: \(RequestType.allCases.map(\.name).joined(separator: ", ")).")
    var type = "document"

    @Option(
        help:
            "The URL of the page that the request comes from; a document is its own, whatever led to it."
    )
    var source = ""

    @Option(help: "Judge as at this time (ISO 8601), for orders that begin or expire.")
    var at: String?

    @Option(
        parsing: .singleValue,
        help: "A phrase rule: its id, or words that it looks for. May be given several times.")
    var rule: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "URLs; without a scheme, http is meant.")
    var urls: [String] = []

    func validate() throws {
        guard urls.isEmpty != rule.isEmpty else {
            throw ValidationError("Give a URL to explain, or rules with --rule; not both.")
        }
        guard RequestType(name: type) != nil else {
            throw ValidationError("'\(type)' is no request type; --help names them.")
        }
        _ = try ImageQuestion.time(at)
    }

    func run() throws {
        if !rule.isEmpty { return try explainRules() }
        var question = try ImageQuestion(
            image: image, key: key, now: try ImageQuestion.time(at))
        let words = try question.wordReader(at: try ImageQuestion.time(at))
        let type = RequestType(name: type) ?? .document
        var explanations: [Explanation] = []
        for url in urls {
            var explanation = Explanation(url: url)
            do throws(WebURLError) {
                let answer = try question.explain(url, source: source, type: type)
                explanation.fill(answer, question.matcher)
                explanation.words = words?.hits(in: answer.exact)
            } catch {
                explanation.error = error.message
            }
            explanations.append(explanation)
        }
        if json {
            try Terminal.json(explanations)
        } else {
            for explanation in explanations { Terminal.write(explanation.text(type)) }
        }
        if explanations.contains(where: { $0.error != nil }) { throw ExitCode(1) }
    }

    private func explainRules() throws {
        let opened = try ImageQuestion.open(image, key: key)
        let now = try ImageQuestion.time(at)
        var found: [PhraseExplanation] = []
        var isMissing = false
        for query in rule {
            let rules = PhraseExplanation.find(
                query, in: opened.image, opened.matcher, at: now)
            if rules.isEmpty {
                Terminal.error(
                    "error: no phrase rule of \(image) has the id or the words '\(query)'")
                isMissing = true
            }
            found += rules
        }
        if json {
            try Terminal.json(found)
        } else {
            for explanation in found { Terminal.write(explanation.text) }
        }
        if isMissing { throw ExitCode(1) }
    }
}
