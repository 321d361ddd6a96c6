import Foundation
import KhienAnswer
import KhienModel
import Testing

/// The pages as they are sent. `KHIEN_WRITE_GOLDEN=1` writes them anew, for a person to look at.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")

    @Test(arguments: [
        ("block-order.vi.html", Action.block, "vi", true),
        ("block-order.en.html", .block, "en", true), ("block.vi.html", .block, "vi", false),
        ("block.en.html", .block, "en", false), ("warn.vi.html", .warn, "vi", false),
        ("warn.en.html", .warn, "en", false), ("form.vi.html", .warn, "vi", false),
        ("form.en.html", .warn, "en", false), ("message.vi.html", .warn, "vi", false),
        ("message.en.html", .warn, "en", false), ("block.json", .block, "en", true),
    ])
    func pages(name: String, verdict: Action, language: String, ordered: Bool) throws {
        let isForm = name.hasPrefix("form") || name.hasPrefix("message")
        let category = name.hasPrefix("message") ? "bullying" : "gambling"
        let judgement = makeJudgement(
            verdict, category: name.hasPrefix("form") ? "personal-data" : category,
            order: ordered ? testOrder : nil)
        let accept = name.hasSuffix("json") ? "application/json" : "text/html"
        let answer = makeRenderer().answer(
            judgement, makeRequest(isForm: isForm, accept: accept, language: language))
        let file = Self.folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["KHIEN_WRITE_GOLDEN"] == "1" {
            try Data(answer.body).write(to: file)
        }
        #expect(try [UInt8](Data(contentsOf: file)) == answer.body)
    }

    @Test(arguments: Language.allCases, [Action.block, .warn])
    func eachBuiltInPageIsWholeSmallAndAlone(language: Language, verdict: Action) {
        let answer = makeRenderer().answer(
            makeJudgement(verdict, order: testOrder), makeRequest(language: language.rawValue))
        #expect(answer.body.count > 3_000 && answer.body.count < 12_288)
        let text = answer.text
        #expect(text.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        for wanted in [
            "<main>", "<header>", "<footer>", "<h1>", "<h2", "tel:111", "7KQ2-M9XD",
            "casino.test", "12/QĐ-STTTT", "Sở Thông tin và Truyền thông mẫu", "Nghị định 147",
        ] {
            #expect(text.contains(wanted), "\(wanted)")
        }
        for unwanted in [
            "<script", "http://", "src=", "@import", "url(", "{{", "/play?", "onclick", "onload",
        ] {
            #expect(!text.contains(unwanted), "\(unwanted)")
        }
        #expect(text.components(separatedBy: "<h1>").count == 2)
        #expect(text.contains("order-contact") == false)
    }

    /// The policy's hash is that of the style in the page, or no browser would apply it.
    @Test func theStyleIsTheOneThePolicyNames() throws {
        let answer = makeRenderer().answer(makeJudgement(), makeRequest())
        let text = answer.text
        let start = try #require(text.range(of: "<style>")?.upperBound)
        let end = try #require(text.range(of: "</style>")?.lowerBound)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "openssl dgst -sha256 -binary | openssl base64 -A"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text[start..<end].utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let hash = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(answer.field("Content-Security-Policy")?.contains("'sha256-\(hash)'") == true)
    }
}
