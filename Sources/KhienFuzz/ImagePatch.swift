import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import KhienText

/// Changes to a small, right image: what a fuzzer's input means. All checksums are made right again,
/// so that the checks behind them are reached.
///
/// ```
/// change, 8 bytes:
///  0  1  section, modulo the number of sections and one; the last: header and section table
///  1  1  bits 0-1: width 1, 2, 4 or 8 bytes; bits 2-3: set, add, insert zeros, remove
///  2  2  offset, modulo the section's length
///  4  4  value, signed; for inserting and removing a number of bytes, modulo 256
/// ```
struct ImagePatch {
    private enum Operation: UInt8 {
        case set, add, insert, remove
    }

    private let section: Int
    private let width: Int
    private let operation: Operation
    private let offset: Int
    private let value: Int64

    private init(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        section = Int(bytes[0])
        width = 1 << Int(bytes[1] & 3)
        operation = Operation(rawValue: bytes[1] >> 2 & 3) ?? .set
        offset = Int(bytes[2]) | Int(bytes[3]) << 8
        let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 + $1]) << UInt32(8 * $1) }
        value = Int64(Int32(bitPattern: word))
    }

    /// The changes that `bytes` mean; a rest of fewer than eight bytes means nothing.
    static func changes(_ bytes: [UInt8]) -> [ImagePatch] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { ImagePatch(bytes[$0..<$0 + 8]) }
    }

    /// The image with all changes made.
    static func apply(_ changes: [ImagePatch]) -> [UInt8] {
        var sections = seed.sections
        for change in changes {
            let place = change.section % (sections.count + 1)
            if place < sections.count { change.apply(to: &sections[place].bytes) }
        }
        var image = ImageWriter.assemble(
            sections.map { SectionData($0.id, [.bytes($0.bytes)]) }, seed: seed.seed, created: 7)
        let tableEnd =
            ImageHeader.byteCount + sections.count * ImageHeader.sectionRecordByteCount
        for change in changes where change.section % (sections.count + 1) == sections.count {
            var header = Array(image[..<tableEnd])
            change.apply(to: &header)
            guard header.count == tableEnd else { continue }
            image.replaceSubrange(..<tableEnd, with: header)
        }
        let sum = ImageChecksum.of(Array(image[..<48]))
        store(sum ^ ImageChecksum.of(Array(image[56..<tableEnd])), 48, 8, &image)
        return image
    }

    private func apply(to bytes: inout [UInt8]) {
        guard !bytes.isEmpty || operation == .insert else { return }
        let place = bytes.isEmpty ? 0 : offset % bytes.count
        let length = Int(UInt8(truncatingIfNeeded: value))
        switch operation {
        case .set: Self.store(UInt64(bitPattern: value), place, width, &bytes)
        case .add:
            let old = Self.load(bytes, place, width)
            Self.store(old &+ UInt64(bitPattern: value), place, width, &bytes)
        case .insert: bytes.insert(contentsOf: [UInt8](repeating: 0, count: length), at: place)
        case .remove: bytes.removeSubrange(place..<min(bytes.count, place + length))
        }
    }

    private static func load(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
        (offset..<min(bytes.count, offset + width)).reduce(0) {
            $0 | UInt64(bytes[$1]) << UInt64(8 * ($1 - offset))
        }
    }

    private static func store(
        _ value: UInt64, _ offset: Int, _ width: Int, _ bytes: inout [UInt8]
    ) {
        for index in offset..<min(bytes.count, offset + width) {
            bytes[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (index - offset)))
        }
    }

    // MARK: The image that is changed

    private struct Seed {
        var sections: [(id: SectionID, bytes: [UInt8])] = []
        var seed: UInt64 = 0
    }

    /// The key of the confidential list.
    static let key = ListKey(bytes: [UInt8](repeating: 7, count: ListKey.byteCount))
    /// SHA-256 of `a.test/x`.
    private static let sha256 =
        "9312d5bca7dddcd4fc3c80af289ec3f1982c0597e7323b14fd68468a510f9aed"

    /// A few entries of every kind. Were the lists not to compile, the seed would be empty, and the
    /// test that an image without changes opens would fail.
    private static let seed: Seed = {
        var hidden = CompiledImage.list(
            "k0.test\nk1.test\n192.0.2.77\n", format: .domains, name: "hidden")
        hidden.isConfidential = true
        let lists = [
            hidden, CompiledImage.list(sha256, format: .sha256),
            CompiledImage.list(
                (0..<40).map { "h\($0).test\n" }.joined() + "b.test\nx.b.test\n",
                format: .domains),
            CompiledImage.list("*.w.test CNAME .\nv.test CNAME .", format: .rpz),
            CompiledImage.list("http://a.test/x\nhttp://c.test/y?z", format: .urls),
            CompiledImage.list("192.0.2.0/24\n2001:db8::1\n2001:db8:1::/48", format: .addresses),
            CompiledImage.list(
                "/ads/*$script\n/x[0-9]+y/$domain=s.test\n||e.*^$third-party\n"
                    + "|https://q^$domain=s.test|~t.test,denyallow=h1.test\n@@/ok|\nMm$match-case",
                format: .adblock),
            CompiledImage.list("banner[0-9]\na|b\n(foo|bar)baz", format: .regex),
            CompiledImage.list(
                "#time: 9 0 17 0 01234\n< \u{1EDB}n x><10>\n<abc>,< d e f ><-20>\n<abcdef>",
                format: .phrases, category: "words"),
            CompiledImage.list(
                "category: c\nlimit: 9\nrules:\n- {regex: 'abc[0-9]', weight: 1, scope: both}\n",
                format: .phrases),
            CompiledImage.list(
                "order,target-type,target,issued,effective,expires\n"
                    + "1/QD,domain,o.test,2026-01-01,2026-01-02,2027-01-01",
                format: .orders, authority: .authority),
        ]
        let suffixes = PublicSuffixList(parsing: Array("test\n*.ck\n!www.ck\nco.test".utf8).span)
        do throws(ImageError) {
            let output = try Compiler.compile(lists, suffixes: suffixes, key: key)
            var sections = Seed()
            sections.seed = output.seed
            sections.sections = output.sections.map { ($0.id, $0.bytes) }
            return sections
        } catch {
            return Seed()
        }
    }()
}
