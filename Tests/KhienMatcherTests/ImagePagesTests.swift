import Foundation
import KhienCompiler
import KhienImage
import KhienModel
import KhienTestKit
import Testing

/// How much of an image stands in the process's memory: counted by the kernel, page by page.
@Suite struct ImagePagesTests {
    /// An image of some 16 MB in a file of its own.
    private struct Fixture {
        let path: String

        init(seed: Int) throws {
            path =
                FileManager.default.temporaryDirectory
                .appending(path: "khien-pages-\(UUID().uuidString).khien").path
            let names = (0..<400_000).map { "name\($0).of\(seed).pages.test\n" }.joined()
            let output = try Compiler.compile(
                [CompiledImage.list(names, format: .domains)], suffixes: nil)
            try ImageWriter.write(output.sections, seed: output.seed, created: 0, to: path)
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }

        /// Bytes of the file that are mapped into this process and present.
        func mappedBytes() throws -> Int {
            let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps"))
            let lines = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
                .split(separator: "\n")
            var isOurs = false
            var kibibytes = 0
            for line in lines {
                // A mapping's first line begins with its range of addresses; the others with a name.
                if line.prefix(while: { $0 != " " }).contains("-") {
                    isOurs = line.hasSuffix(path)
                } else if isOurs, line.hasPrefix("Rss:") {
                    kibibytes += Int(line.split(separator: " ")[1]) ?? 0
                }
            }
            return kibibytes * 1024
        }
    }

    @Test func aCheckedImageIsNotHeldInMemory() throws {
        let fixture = try Fixture(seed: 1)
        defer { fixture.remove() }
        let image = try Image(path: fixture.path)
        #expect(image.byteCount > 12 << 20)
        // The header, the ends of the sections, and what the kernel maps around them.
        #expect(try fixture.mappedBytes() < image.byteCount / 3)
        image.populate(replacing: nil)
        let populated = try fixture.mappedBytes()
        #expect(populated >= image.hotByteCount)
        withExtendedLifetime(image) {}
    }

    /// The old image gives back what the new one takes: both together never hold a whole image more.
    @Test func aNewImageTakesTheOldOnesPlace() throws {
        let (first, second) = (try Fixture(seed: 1), try Fixture(seed: 2))
        defer {
            first.remove()
            second.remove()
        }
        let old = try Image(path: first.path)
        old.populate(replacing: nil)
        // As traffic does in time: every page has been read.
        for index in stride(from: 0, to: old.entryCount, by: 50) {
            _ = old.entry(EntryIndex(UInt32(index)))
        }
        let before = try first.mappedBytes()
        let new = try Image(path: second.path)
        new.populate(replacing: old)
        #expect(try second.mappedBytes() >= new.hotByteCount)
        let after = try first.mappedBytes()
        #expect(after < before / 2, "\(after) of \(before) bytes are left")
        // What was given back is read again where it is needed.
        #expect(old.entry(EntryIndex(399_999)).line > 0)
        #expect(old.entryCount == 400_000)
    }

    @Test func theOldImageGoesWithItsLastReference() throws {
        let fixture = try Fixture(seed: 3)
        defer { fixture.remove() }
        weak var released: Image?
        do {
            let image = try Image(path: fixture.path)
            released = image
            #expect(try fixture.mappedBytes() > 0)
        }
        #expect(released == nil)
        #expect(try fixture.mappedBytes() == 0)
    }
}
