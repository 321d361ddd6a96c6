import Foundation
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Forms that are read while they are sent: what may leave when, and what is read of long ones.
@Suite struct FormStreamTests {
    private static func bench() throws -> PageBench {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "blocklists/phrases/personal-data.yaml")
        return try PageBench([
            CompiledImage.list(
                try String(contentsOf: path, encoding: .utf8), format: .phrases,
                name: "personal-data.yaml", category: "personal-data", action: .warn)
        ])
    }

    private static let harmless = Array("Hôm nay lớp em học bài mới rất vui. ".utf8)

    private static func filler(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += harmless }
        return Array(bytes.prefix(count)).map { $0 < 0x80 ? $0 : UInt8(ascii: "o") }
    }

    /// The last bytes that were judged stay, and of a small hold no more than half.
    @Test(arguments: [
        (hold: 65_536, first: 61_440, second: 77_824), (hold: 4_096, first: 2_048, second: 18_432),
    ])
    func leavesBehindALookBack(hold: Int, first: Int, second: Int) throws {
        let reader = try Self.bench().reader(.forms) { $0.holdBytes = hold }
        let body = Self.filler(hold + 16_384)
        #expect(
            reader.begin(PageHead(contentType: Array("text/plain".utf8)), at: PageBench.time) == nil
        )
        #expect(reader.feed(body.span.extracting(..<(hold - 1))) == .undecided(released: 0))
        #expect(reader.feed(body.span.extracting((hold - 1)..<hold)) == .undecided(released: first))
        let last = body.count - 1
        #expect(reader.feed(body.span.extracting(hold..<last)) == .undecided(released: first))
        #expect(reader.feed(body.span.extracting(last...)) == .undecided(released: second))
        #expect(reader.finish() == .cleared)
    }

    /// Wherever it stands, in whichever kind of form: not one digit may leave before it is known.
    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
    func numberAtABorderDoesNotLeave(type: String) throws {
        let hold = 16_384
        let reader = try Self.bench().reader(.forms) { $0.holdBytes = hold }
        let isMultipart = type.hasPrefix("multipart")
        let start = Array(
            (isMultipart
                ? "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
                : type == "text/plain" ? "" : "a=").utf8)
        let number = Array(" 0912 345 678 ".utf8)
        let end = Self.filler(40_000) + Array(isMultipart ? "\r\n--b--\r\n".utf8 : "".utf8)
        for border in [hold, hold + 16_384] {
            for offset in Array(-20...4) + [-300, -1_000, -3_000, -4_000, -4_200, 200] {
                let place = border + offset
                let body = start + Self.filler(place - start.count) + number + end
                let head = PageHead(
                    contentType: Array((type + (isMultipart ? "; boundary=b" : "")).utf8))
                #expect(reader.begin(head, at: PageBench.time) == nil)
                var released = 0
                var isCondemned = false
                var fed = 0
                while fed < body.count, !isCondemned {
                    let step = reader.feed(body.span.extracting(fed..<min(fed + 1_000, body.count)))
                    fed += 1_000
                    switch step {
                    case .undecided(let count): released = count
                    case .condemned: isCondemned = true
                    default: Issue.record("\(step)")
                    }
                }
                #expect(isCondemned, "\(border) \(offset)")
                #expect(released <= place + 1, "\(border) \(offset)")
            }
        }
    }

    private static let part =
        "Content-Disposition: form-data; name=\"a\"\r\n\r\n0912345678\r\n"

    /// The sender chooses the Content-Type, and servers are lenient: what one of them takes for a form is
    /// read.
    @Test(arguments: [
        ("application/x-www-form-urlencoded x", "a=0912%33456%378"),
        ("application/x-www-form-urlencoded, x", "a=0912%33456%378"),
        ("application/x-www-form-urlencoded,text/plain", "a=0912%33456%378"),
        ("text/plain, application/x-www-form-urlencoded", "a=0912%33456%378"),
        ("multipart/form-data; boundary=Bxx, foo", "--Bxx\r\n\(part)--Bxx--"),
        ("multipart/form-data; boundary=Bxx foo", "--Bxx foo\r\n\(part)--Bxx foo--"),
        ("multipart/form-data", "--Bxx\r\n\(part)--Bxx--"),
        ("multipart/form-data; charset=utf-16; boundary=", "--Bxx\r\n\(part)--Bxx--"),
        ("text/plain, multipart/form-data; boundary=Bxx", "--Bxx\r\n\(part)--Bxx--"),
        ("application/json x", "{\"a\":\"0912345678\"}"),
    ])
    func lenientTypes(type: String, body: String) throws {
        let step = try Self.bench().reader(.forms).read(Array(body.utf8), type: type)
        guard case .condemned = step else {
            Issue.record("\(step)")
            return
        }
    }

    /// A multipart whose boundary never comes was not read, unless there is nothing to read.
    @Test(arguments: [
        ("--other\r\n\(part)--other--", PageStep.unreadable(.damaged)),
        ("a=0912345678", .unreadable(.damaged)), ("", .cleared), ("\r\n", .cleared),
        ("--b--\r\n", .cleared),
    ])
    func boundaryThatNeverComes(body: String, expected: PageStep) throws {
        let step = try Self.bench().reader(.forms).read(
            Array(body.utf8), type: "multipart/form-data; boundary=b")
        #expect(step == expected)
    }

    /// A field is one whatever its type, and so is what scripts send as a file named blob. Bytes that are no
    /// text hide nothing that stands behind them.
    @Test(arguments: [
        ("name=\"a\"", "application/json", "{\"a\":\"0912345678\"}"),
        ("name=\"a\"", "image/png", "0912345678"),
        ("name=\"a\"; filename=\"blob\"", "application/json", "{\"a\":\"0912345678\"}"),
        ("name=\"a\"; filename=\"blob\"", "text/plain", "0912345678"),
    ])
    func fieldsWithTypes(disposition: String, type: String, value: String) throws {
        for noise in [0, 100, 70_000] {
            let head =
                "--b\r\nContent-Disposition: form-data; \(disposition)\r\nContent-Type: \(type)\r\n\r\n"
            let body =
                Array(head.utf8) + Self.noise(noise).filter { $0 != 0x0A }
                + Array("\n \(value)\r\n--b--\r\n".utf8)
            let step = try Self.bench().reader(.forms).read(
                body, type: "multipart/form-data; boundary=b")
            guard case .condemned = step else {
                Issue.record("\(noise): \(step)")
                continue
            }
        }
    }

    /// A response is no form, however its type is spelled.
    @Test(arguments: [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded x",
        "multipart/form-data", "multipart/form-data; boundary=b",
    ])
    func responsesAreNoForms(type: String) throws {
        let step = try Self.bench().reader(.pages).read(Array("a=0912345678".utf8), type: type)
        #expect(step == .unreadable(.type))
    }

    private static func multipart(file: [UInt8], text: [UInt8]) -> [UInt8] {
        Array(
            ("--b\r\nContent-Disposition: form-data; name=\"p\"; filename=\"p.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n").utf8)
            + file
            + Array("\r\n--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n".utf8)
            + text + Array("\r\n--b--\r\n".utf8)
    }

    private static func noise(_ count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: 7)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A photo of a megabyte before what was typed, cut in many ways.
    @Test(arguments: [1, 977, 4_096, 65_536, Int.max])
    func fieldBehindAPhotoIsRead(size: Int) throws {
        let reader = try Self.bench().reader(.forms)
        let body = Self.multipart(
            file: Self.noise(1 << 20), text: Array("Số của em: 0912 345 678 nhé".utf8))
        let cuts = size == .max ? [] : Array(stride(from: size, to: body.count, by: size))
        let step = reader.read(body, type: "multipart/form-data; boundary=b", cuts: cuts)
        guard case .condemned(let verdict) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(verdict.action == .warn)
        #expect(reader.sawFile)
    }

    /// Files do not count towards what is read, text does: at the limit and one past it.
    @Test(arguments: [0, 1])
    func filesDoNotCount(excess: Int) throws {
        let text = Self.filler(100_000)
        let file = Self.noise(700_000)
        let body = Self.multipart(file: file, text: text)
        // Counted as the reader does: the file's bytes and the delimiter that ends it.
        let limit = body.count - file.count - "\r\n--b".utf8.count - excess
        let reader = try Self.bench().reader(.forms) { $0.bodyBytesMax = limit }
        let step = reader.read(body, type: "multipart/form-data; boundary=b")
        #expect(step == (excess == 0 ? .cleared : .unreadable(.overLimit)))
    }

    /// No limit at all, and a file that does not count towards it.
    @Test func limitMayBeTheLargestNumber() throws {
        let body = Self.multipart(file: Self.noise(70_000), text: Self.filler(10))
        let reader = try Self.bench().reader(.forms) { $0.bodyBytesMax = .max }
        #expect(reader.read(body, type: "multipart/form-data; boundary=b") == .cleared)
    }
}
