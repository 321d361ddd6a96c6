import KhienLists
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Whether phrases are found however they are written.
@Suite struct RecallTests {
    /// Phrases that are looked for, each its own rule.
    static let phrases = Array(VietnamesePhrases.all.prefix(200))

    static func bench() throws -> PageBench {
        // Lists of e2guardian do not look at the words of a URL; ours do.
        let list =
            "category: test\nrules:\n  - phrases: [\(phrases.joined(separator: ", "))]\n"
            + "    weight: 10\n    layers: all\n"
        return try PageBench([
            CompiledImage.list(list, format: .phrases, name: "phrases", category: "test")
        ])
    }

    /// Whether the page shows the rule of `phrase` in one of the disguise's views and layers.
    private static func isFound(
        _ phrase: String, _ disguise: TextDisguise, _ report: PageReport
    ) -> Bool {
        report.hits.contains { hit in
            hit.rule.contains(phrase) && disguise.views.contains(hit.place.viewName)
                && disguise.layers.contains(hit.place.layer.name)
        }
    }

    @Test("at least 99 of 100 in each disguise", .enabled(if: Coder.arePresent))
    func recall() throws {
        #expect(Self.phrases.count == 200)
        #expect(TextDisguise.all.count >= 30)
        let reader = try Self.bench().reader { $0.limit = .max }
        var all = 0
        var missed: [String] = []
        for disguise in TextDisguise.all {
            var tried = 0
            var found = 0
            for (number, phrase) in Self.phrases.enumerated() {
                guard var page = disguise.page(phrase) else { continue }
                // Programs that code take their time: one phrase in ten.
                if !page.codings.isEmpty, number % 10 != 0 { continue }
                for coding in page.codings { page.bytes = try Coder.encode(page.bytes, coding) }
                tried += 1
                _ = reader.read(
                    page.bytes, type: page.contentType,
                    coding: page.codings.joined(separator: ", "), url: page.url,
                    cuts: page.isCutEverywhere ? Array(1..<max(page.bytes.count, 2)) : [])
                if Self.isFound(phrase, disguise, reader.report()) {
                    found += 1
                } else {
                    missed.append("\(disguise.name): \(phrase)")
                }
            }
            all += tried
            let share = tried == 0 ? 0 : Double(found) / Double(tried)
            print("recall \(found)/\(tried) \(disguise.name)")
            #expect(tried > 0, "\(disguise.name) says nothing")
            #expect(share >= 0.95, "\(disguise.name): \(found) of \(tried)")
        }
        print("recall in all: \(all - missed.count) of \(all); missed: \(missed.prefix(40))")
        #expect(Double(missed.count) <= 0.01 * Double(all), "\(missed)")
    }
}
