import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Tables are built and overlaps found one after the other, or, of many items, at the same time.
@Suite struct ManyItemsTests {
    /// One item less than many, and as many as that.
    @Test(arguments: [Compiler.manyItems - 1, Compiler.manyItems])
    func oneAfterTheOtherAndAtOnce(items: Int) throws {
        let (repeated, doubled, below) = (10, 7, 5)
        let names = (0..<items - repeated - doubled - below).map { "n\($0).test" }
        let first = (names + names.prefix(repeated)).joined(separator: "\n")
        let second = (names.suffix(doubled) + names.prefix(below).map { "www.\($0)" })
            .joined(separator: "\n")
        let compiled = try CompiledImage([
            CompiledImage.list(first, format: .domains, name: "first"),
            CompiledImage.list(second, format: .domains, name: "second"),
        ])
        let report = compiled.report
        #expect(report.duplicates == repeated)
        #expect(report.findings[.repeated] == repeated)
        #expect(report.findings[.duplicate] == doubled)
        #expect(report.findings[.shadowed] == below)
        #expect(report.entriesByKind == [.domain: items - repeated])
        #expect(compiled.image.entryCount == items - repeated)
        for index in stride(from: 0, to: names.count, by: 101) {
            let hits = try compiled.ask("http://\(names[index])/").hits
            let lines = hits.map { compiled.image.entry($0.entry).line }
            #expect(lines.first == UInt32(index + 1), "\(names[index]): \(lines)")
        }
        #expect(try compiled.ask("http://n\(names.count).test/").hits.isEmpty)
    }
}
