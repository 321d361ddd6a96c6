import Foundation
import KhienModel
import KhienPage
import KhienTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What a page in flight holds, by the C library's own account, in a process of its own.
@Suite struct PageMemoryTests {
    @Test("a page of any size takes less than 256 KiB")
    func heldBytes() async {
        await #expect(processExitsWith: .success) {
            let bench = try PageBench([
                CompiledImage.list(
                    VietnamesePhrases.all.map { "<\($0)><1>" }.joined(separator: "\n"),
                    format: .e2guardian, name: "words", category: "c")
            ])
            let body = Array(PageReaderTests.filler(4 << 20).utf8)
            // The first page makes tables that all pages share.
            _ = bench.reader().read(body)
            let before = mallinfo2().uordblks
            let reader = bench.reader { $0.limit = .max }
            let head = PageHead(contentType: Array("text/html".utf8))
            guard reader.begin(head, at: PageBench.time) == nil else { exit(2) }
            var most = 0
            var start = 0
            while start < body.count {
                let end = min(start + 16_384, body.count)
                _ = reader.feed(body.span.extracting(start..<end))
                most = max(most, Int(mallinfo2().uordblks) - Int(before))
                start = end
            }
            _ = reader.finish()
            print("a page in flight holds \(most) bytes")
            exit(most < 256 << 10 ? 0 : 1)
        }
    }

    @Test("a used reader allocates nothing for the pieces of a page")
    func allocations() async {
        await #expect(processExitsWith: .success) {
            let bench = try PageBench([
                CompiledImage.list("<trời><1>", format: .e2guardian, name: "w", category: "c")
            ])
            let body = Array(PageReaderTests.filler(1 << 20).utf8)
            let reader = bench.reader { $0.limit = .max }
            _ = reader.read(body)
            _ = reader.begin(PageHead(contentType: Array("text/html".utf8)), at: PageBench.time)
            _ = reader.feed(body.span.extracting(..<65_536))
            let before = mallinfo2().uordblks
            _ = reader.feed(body.span.extracting(65_536...))
            let after = mallinfo2().uordblks
            print("held before \(before), after \(after)")
            exit(before == after ? 0 : 1)
        }
    }
}
