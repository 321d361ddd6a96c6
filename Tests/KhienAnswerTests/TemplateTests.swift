import Foundation
import KhienAnswer
import KhienModel
import Testing

@Suite struct TemplateTests {
    /// The faults of a folder whose `block.vi.html` is `text`, or the page that it makes.
    private func load(_ text: String) throws -> (faults: [String], answer: Answer?) {
        try load(Array(text.utf8))
    }

    private func load(_ bytes: [UInt8], name: String = "block.vi.html") throws
        -> (faults: [String], answer: Answer?)
    {
        let folder = FileManager.default.temporaryDirectory.path + "/khien-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        do throws(TemplateErrors) {
            let set = try TemplateSet.load(folder: folder)
            let renderer = AnswerRenderer(options: testOptions, templates: set, key: testKey)
            return ([], renderer.answer(makeJudgement(order: testOrder), makeRequest()))
        } catch {
            return (
                error.diagnostics.map {
                    $0.description.replacing(folder + "/", with: "").replacing(folder, with: "F")
                }, nil
            )
        }
    }

    @Test func theOperatorsPageIsUsed() throws {
        let text =
            "<p title='{{order-number}}'>{{host}}{{#site}} of {{site}}{{/site}}{{^continue-link}} end{{/continue-link}}{{#list}}{{^list}}no{{/list}}yes{{/list}}{{#continue-link}}no{{/continue-link}}</p>"
        let answer = try load(text).answer
        #expect(answer?.text == "<p title='12/QĐ-STTTT'>casino.test of Trường THPT mẫu endyes</p>")
        #expect(answer?.field("Content-Security-Policy")?.contains("style-src 'none'") == true)
    }

    @Test func pagesThatAreNotThereAreTheBuiltInOnes() throws {
        let answer = try load(Array("x".utf8), name: "warn.en.html").answer
        #expect(answer?.text.contains("<html lang=\"vi\">") == true)
    }

    @Test(arguments: [
        (
            "a\n ố{{sit}}",
            "block.vi.html:2:5: error: unknown placeholder `sit`; expected one of: category, contact, contact-link, continue-link, continue-minutes, host, hotline, hotline-link, list, order-authority, order-basis, order-contact, order-contact-link, order-date, order-number, part-sent, reference, site, why [template.unknown]"
        ),
        ("{{site", "block.vi.html:1:1: error: `{{` without its `}}` [template.unclosed]"),
        (
            "\n{{#site}}",
            "block.vi.html:2:1: error: the section `site` has no end [template.unclosed]"
        ),
        (
            "{{/site}}",
            "block.vi.html:1:1: error: the section `site` is not open [template.unopened]"
        ),
        (
            "{{#site}}{{/host}}",
            "block.vi.html:1:10: error: the section `host` is not open [template.unopened]"
        ),
    ])
    func faultsHaveTheirPlace(text: String, message: String) throws {
        #expect(try load(text).faults == [message])
    }

    @Test func limits() throws {
        let deep = { (count: Int) in
            String(repeating: "{{#site}}", count: count)
                + String(repeating: "{{/site}}", count: count)
        }
        #expect(try load(deep(Limits.Answer.templateDepthMax)).faults.isEmpty)
        #expect(
            try load(deep(Limits.Answer.templateDepthMax + 1)).faults.first?.contains(
                "template.too-deep") == true)
        let size = Limits.Answer.templateBytesMax
        #expect(try load([UInt8](repeating: 0x61, count: size)).faults.isEmpty)
        #expect(
            try load([UInt8](repeating: 0x61, count: size + 1)).faults.first?.contains(
                "template.too-large") == true)
        let parts = Limits.Answer.templatePartsMax
        #expect(try load(String(repeating: "{{site}}", count: parts)).faults.isEmpty)
        #expect(
            try load(String(repeating: "{{site}}", count: parts + 1)).faults.first?.contains(
                "template.too-many-parts") == true)
        #expect(try load([0xFF, 0xFE]).faults.first?.contains("template.encoding") == true)
    }

    @Test func aFolderWithoutPagesIsAFault() throws {
        #expect(
            try load(Array("x".utf8), name: "block.html").faults.first?.hasPrefix(
                "F: error: there is no template here") == true)
    }
}
