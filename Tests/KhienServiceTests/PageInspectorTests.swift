import KhienCoding
import KhienModel
import KhienPage
import KhienProxy
import KhienService
import KhienTestKit
import KhienText
import Testing

/// The reading of bodies as the proxy asks for it.
@Suite struct PageInspectorTests {
    private static func inspector(
        _ lists: [String] = [pages], holdBytes: Int = 64 << 10, bodyBytesMax: Int = 8 << 20,
        settings: InspectionSettings = InspectionSettings(),
        memory: DecoderMemory = DecoderMemory()
    ) throws -> (PageInspector, CompiledImage) {
        let compiled = try CompiledImage(
            lists.map { CompiledImage.list($0, format: .phrases, name: "words", action: .block) })
        let rules = try PageRules(image: compiled.image, matcher: compiled.matcher)
        var page = PageSettings()
        page.holdBytes = holdBytes
        page.bodyBytesMax = bodyBytesMax
        return (PageInspector(rules, page: page, settings: settings, memory: memory), compiled)
    }

    private static let pages =
        "category: canary\nrules:\n- { phrase: con vẹt xanh, effect: ban }\n"
        + "- { phrase: con cua, weight: 60, layers: title }\n"
    private static let forms =
        "category: private\nscope: forms\nrules:\n- { phrase: con sóc nâu, effect: ban }\n"

    private static func response(
        _ type: String = "text/html; charset=utf-8", coding: String = "", status: UInt16 = 200,
        range: String = "", url: String = "http://a.test/"
    ) throws -> ResponseDescription {
        ResponseDescription(
            url: try WebURL(url), status: status, contentType: Array(type.utf8),
            contentEncoding: Array(coding.utf8), contentRange: Array(range.utf8))
    }

    private static func name(_ start: InspectionStart) -> String {
        switch start {
        case .pass(let spot): "pass \(spot.name)"
        case .read: "read"
        case .unreadable(let spot): "unreadable \(spot.name)"
        }
    }

    // MARK: begin

    @Test(arguments: [
        ("text/html", "", UInt16(200), "", "read"), ("image/png", "", 200, "", "pass type"),
        ("", "", 200, "", "read"), ("application/json", "gzip", 200, "", "read"),
        ("text/html", "lzma", 200, "", "read"),
        ("text/html", "gzip, gzip, gzip, gzip", 200, "", "unreadable coding"),
        ("text/html", "", 206, "bytes 5-9/20", "read"),
        ("text/html", "gzip", 206, "bytes 5-9/20", "unreadable partial"),
        ("text/html", "br", 200, "bytes 5-9/20", "unreadable partial"),
        ("text/html", "", 404, "", "read"),
    ])
    func whatIsRead(
        type: String, coding: String, status: UInt16, range: String, expected: String
    ) throws {
        let (inspector, _) = try Self.inspector()
        let response = try Self.response(type, coding: coding, status: status, range: range)
        #expect(Self.name(inspector.begin(response: response)) == expected)
    }

    /// Without rules for it nothing is asked about, whatever the configuration says.
    @Test(arguments: [
        ([pages], true, false), ([forms], false, true), ([pages, forms], true, true),
    ])
    func whatThereAreRulesFor(lists: [String], responses: Bool, requests: Bool) throws {
        var wanted = InspectionSettings()
        wanted.readsRequests = true
        let (inspector, _) = try Self.inspector(lists, settings: wanted)
        #expect(inspector.settings.readsResponses == responses)
        #expect(inspector.settings.readsRequests == requests)
        wanted.readsResponses = false
        wanted.readsRequests = false
        let (other, _) = try Self.inspector(lists, settings: wanted)
        #expect(!other.settings.readsResponses && !other.settings.readsRequests)
    }

    // MARK: reading

    private static func read(
        _ inspector: PageInspector, _ text: String, url: String = "http://a.test/"
    ) throws -> InspectionState {
        let response = try response(url: url)
        guard case .read(let inspection) = inspector.begin(response: response) else {
            throw NotRead()
        }
        let state = inspection.feed(Array(text.utf8).span)
        guard case .undecided = state else { return state }
        return inspection.finish()
    }

    private struct NotRead: Error {}

    @Test func aBanIsAJudgementWithItsReason() throws {
        let (inspector, _) = try Self.inspector([Self.pages, Self.forms])
        guard
            case .condemned(let judgement) = try Self.read(
                inspector, "<title>x</title><p>Con vẹt xanh ở đây")
        else {
            Issue.record("not condemned")
            return
        }
        let reason = try #require(judgement.reason)
        #expect(judgement.verdict == .block)
        #expect(reason.list == "words" && reason.line == 3 && reason.kind == .phrase)
        #expect(reason.category == "canary" && reason.layer == .text && reason.view == .exact)
        let text = try #require(reason.text)
        #expect(text.cause == .ban && text.layer == .text && text.view == .exact)
        #expect(text.reading == .declared && text.offset == "1K" && text.group == "canary")
    }

    @Test func aScoreUnderItsLimitIsNone() throws {
        let (inspector, _) = try Self.inspector()
        for page in ["<title>con cua</title><p>x", "<p>con cua con cua con cua", "<p>con vẹt"] {
            switch try Self.read(inspector, page) {
            case .undecided, .cleared: break
            case .condemned, .unreadable: Issue.record("\(page)")
            }
        }
    }

    /// The words of a page's address are read; those of the address that a form goes to are not.
    @Test func theURLIsThePages() throws {
        let (inspector, _) = try Self.inspector(
            ["scope: both\nrules:\n- { phrase: con vẹt xanh, effect: ban }\n"])
        let url = "http://a.test/con-v%E1%BA%B9t-xanh"
        guard case .condemned(let judgement) = try Self.read(inspector, "<p>x", url: url) else {
            Issue.record("not condemned")
            return
        }
        #expect(judgement.reason?.text?.layer == .url)
        let request = RequestBodyDescription(
            url: try WebURL(url), contentType: Array("application/x-www-form-urlencoded".utf8))
        guard case .read(let inspection) = inspector.begin(request: request) else {
            throw NotRead()
        }
        _ = inspection.feed(Array("a=b".utf8).span)
        if case .condemned = inspection.finish() { Issue.record("the form was judged by its URL") }
    }

    @Test(arguments: [("con+s%C3%B3c+n%C3%A2u", true), ("con+v%E1%BA%B9t+xanh", false)])
    func formsHaveTheirOwnRules(value: String, isCondemned: Bool) throws {
        let (inspector, _) = try Self.inspector([Self.pages, Self.forms])
        let request = RequestBodyDescription(
            url: try WebURL("http://a.test/"),
            contentType: Array("application/x-www-form-urlencoded".utf8))
        guard case .read(let inspection) = inspector.begin(request: request) else {
            throw NotRead()
        }
        var state = inspection.feed(Array("name=\(value)".utf8).span)
        if case .undecided = state { state = inspection.finish() }
        var found = false
        if case .condemned = state { found = true }
        #expect(found == isCondemned)
    }

    @Test func aBodyThatIsTooLongOrDamagedIsSaidToBe() throws {
        let (inspector, _) = try Self.inspector(bodyBytesMax: 10_000)
        let long = try Self.read(inspector, String(repeating: "<p>một trang dài\n", count: 4_000))
        guard case .unreadable(.overLimit) = long else {
            Issue.record("\(long)")
            return
        }
        let response = try Self.response(coding: "gzip")
        guard case .read(let inspection) = inspector.begin(response: response) else {
            throw NotRead()
        }
        let bytes: [UInt8] = [0x1F, 0x8B] + Array("this is no gzip but for its mark".utf8)
        let damaged = inspection.feed(bytes.span)
        guard case .unreadable(.damaged) = damaged else {
            Issue.record("\(damaged)")
            return
        }
    }

    /// What is not in the coding that it names is read as it came, and is unreadable where that says
    /// nothing.
    @Test(arguments: [("lzma", BlindSpot.coding), ("gzip", .damaged)])
    func misnamedCodings(coding: String, spot: BlindSpot) throws {
        let (inspector, _) = try Self.inspector()
        let binary = String(repeating: "\u{1}\u{2}", count: 100)
        for (text, isCondemned) in [("<p>con vẹt xanh", true), (binary, false)] {
            let response = try Self.response(coding: coding)
            guard case .read(let inspection) = inspector.begin(response: response) else {
                throw NotRead()
            }
            var state = inspection.feed(Array(text.utf8).span)
            if case .undecided = state { state = inspection.finish() }
            switch state {
            case .condemned: #expect(isCondemned)
            case .unreadable(let found): #expect(!isCondemned && found == spot)
            case .undecided, .cleared: Issue.record("\(coding): \(text.prefix(9)) passes")
            }
        }
    }

    /// A page that was clean is known again; what people send is not, nor is anything without a memory.
    @Test(arguments: [(0, false), (64, true)])
    func whatIsKnown(cleanPages: Int, isKnown: Bool) throws {
        let compiled = try CompiledImage(
            [Self.pages, Self.forms].map {
                CompiledImage.list($0, format: .phrases, name: "words", action: .block)
            })
        let rules = try PageRules(image: compiled.image, matcher: compiled.matcher)
        let inspector = PageInspector(
            rules, page: PageSettings(), settings: InspectionSettings(), cleanPages: cleanPages)
        let form = RequestBodyDescription(
            url: try WebURL("http://a.test/"),
            contentType: Array("application/x-www-form-urlencoded".utf8))
        for round in 0..<2 {
            let starts = [
                inspector.begin(response: try Self.response()), inspector.begin(request: form),
            ]
            for (number, start) in starts.enumerated() {
                guard case .read(let inspection) = start else { throw NotRead() }
                _ = inspection.feed(Array("a=con+voi".utf8).span)
                guard case .cleared = inspection.finish() else { throw NotRead() }
                #expect(inspection.isKnown == (isKnown && number == 0 && round == 1))
            }
        }
    }

    // MARK: turns

    /// A turn reads so much and no more; what is left waits for the next.
    @Test(arguments: [(0, 0), (1, 1), (Limits.Page.turnBytesMax + 1, 2)])
    func limitOfATurn(more: Int, turns: Int) throws {
        let (inspector, _) = try Self.inspector()
        guard case .read(let inspection) = inspector.begin(response: try Self.response()) else {
            throw NotRead()
        }
        let body = [UInt8](repeating: 0x61, count: Limits.Page.turnBytesMax + more)
        _ = inspection.feed(body.span)
        var taken = 0
        while inspection.isBehind {
            taken += 1
            _ = inspection.catchUp()
        }
        #expect(taken == turns)
        guard case .cleared = inspection.finish() else {
            Issue.record("not cleared")
            return
        }
    }

    // MARK: limits

    /// So many bodies at one time, whatever they are; one that ends makes room for another.
    @Test func limitOfReaders() throws {
        let (inspector, _) = try Self.inspector([Self.pages, Self.forms])
        let response = try Self.response()
        let form = RequestBodyDescription(
            url: try WebURL("http://a.test/"),
            contentType: Array("application/x-www-form-urlencoded".utf8))
        var held: [any BodyInspection] = []
        for number in 0..<Limits.Page.readersMax {
            let start =
                number % 2 == 0
                ? inspector.begin(response: response) : inspector.begin(request: form)
            guard case .read(let inspection) = start else { throw NotRead() }
            held.append(inspection)
        }
        #expect(Self.name(inspector.begin(response: response)) == "unreadable overloaded")
        #expect(Self.name(inspector.begin(request: form)) == "unreadable overloaded")
        held.removeLast()
        guard case .read(let last) = inspector.begin(response: response) else { throw NotRead() }
        held.append(last)
        #expect(Self.name(inspector.begin(response: response)) == "unreadable overloaded")
        held.removeAll()
        // Readers that come back remember nothing of what they read.
        for _ in 0..<2 * Limits.Page.readersKept {
            guard case .condemned = try Self.read(inspector, "<p>con vẹt xanh") else {
                Issue.record("not condemned")
                return
            }
            switch try Self.read(inspector, "<p>con vẹt") {
            case .undecided, .cleared: break
            case .condemned, .unreadable: Issue.record("a page is judged by the one before")
            }
        }
    }

    /// A page of which a window of 8 MiB was asked for is read no further where others hold all memory; what
    /// came of it is judged. One that is over makes room.
    @Test(arguments: [(2, 3, "overloaded"), (3, 2, "share")])
    func windowsOfAllBodiesAreBounded(all: Int, own: Int, expected: String) throws {
        let window = (8 << 20) + (1 << 20)
        let (inspector, _) = try Self.inspector(
            memory: DecoderMemory(bytesMax: all * window, perClientBytesMax: own * window))
        var held: [any BodyInspection] = []
        func next(_ text: String = "<p>a") throws -> String {
            guard
                case .read(let body) = inspector.begin(response: try Self.response(coding: "zstd"))
            else { throw NotRead() }
            held.append(body)
            let text = Array(text.utf8)
            let block = [UInt8(text.count << 3 | 1), UInt8(text.count >> 5), 0]
            var state = body.feed(([0x28, 0xB5, 0x2F, 0xFD, 0, 13 << 3] + block + text).span)
            if case .undecided = state, text.count > 4 { state = body.finish() }
            switch state {
            case .unreadable(let spot): return spot.name
            case .condemned: return "condemned"
            case .undecided, .cleared: return "read"
            }
        }
        for number in 0..<2 { #expect(try next() == "read", "\(number)") }
        #expect(try next() == expected)
        held.removeLast()
        #expect(try next("<p>con vẹt xanh bay đi") == "condemned")
        held.removeLast()
        held.removeLast()
        #expect(try next() == "read")
        // Without a window nothing is asked for.
        #expect(try Self.read(inspector, "<p>x").isClear)
    }

    /// As many readers as may be, and one more; set small, as the limit itself is held above.
    @Test func readersAsSet() throws {
        let compiled = try CompiledImage([
            CompiledImage.list(Self.pages, format: .phrases, name: "words", action: .block)
        ])
        let rules = try PageRules(image: compiled.image, matcher: compiled.matcher)
        let inspector = PageInspector(
            rules, page: PageSettings(), settings: InspectionSettings(), readersMax: 1)
        let response = try Self.response()
        let first = inspector.begin(response: response)
        #expect(Self.name(first) == "read")
        #expect(Self.name(inspector.begin(response: response)) == "unreadable overloaded")
        withExtendedLifetime(first) {}
    }

    /// What is not read takes no place.
    @Test func whatIsNotReadIsNotCounted() throws {
        let (inspector, _) = try Self.inspector()
        let picture = try Self.response("image/png")
        let unknown = try Self.response(coding: "lzma")
        for _ in 0...Limits.Page.readersMax {
            _ = inspector.begin(response: picture)
            _ = inspector.begin(response: unknown)
        }
        #expect(Self.name(inspector.begin(response: try Self.response())) == "read")
    }
}

extension InspectionState {
    fileprivate var isClear: Bool {
        switch self {
        case .undecided, .cleared: true
        case .condemned, .unreadable: false
        }
    }
}
