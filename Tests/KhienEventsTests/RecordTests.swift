import Foundation
import KhienEvents
import KhienModel
import Testing

@Suite struct RecordTests {
    /// The JSON of the one event, and its line.
    private func record(
        _ event: BlockEvent, _ redaction: Redaction = Redaction(), _ scratch: Scratch = Scratch()
    ) -> (json: [String: Any], line: [UInt8]) {
        let log = makeLog(scratch, redaction: redaction)
        log.append(event) { _ in }
        log.close()
        let lines = scratch.bytes(scratch.files()[0]).split(separator: 0x0A)
        return (scratch.records().last ?? [:], Array(lines.last ?? []))
    }

    @Test func aRecordInFull() {
        let order = Order(number: "12/QĐ", authority: "Sở mẫu", legalBasis: "Luật \"A\"")
        let (json, _) = record(makeEvent(0xAB, order: order), Redaction(url: .full))
        let expected: [String: String] = [
            "@timestamp": "2026-11-23T12:00:00.000Z", "event.kind": "alert",
            "event.action": "block",
            "event.outcome": "success", "event.id": "R171", "url.domain": "casino.test",
            "url.full": "http://casino.test/play?u=1", "rule.id": "00000000000000ab",
            "rule.name": "casino.test", "rule.ruleset": "l", "rule.category": "gambling",
            "http.request.method": "GET", "observer.name": "n1", "khien.order.number": "12/QĐ",
            "khien.order.authority": "Sở mẫu", "khien.order.legal_basis": "Luật \"A\"",
            "khien.layer": "host", "khien.view": "exact", "khien.authority": "operator",
        ]
        for (key, value) in expected { #expect(json[key] as? String == value, "\(key)") }
        #expect(json["http.response.status_code"] as? Int == 403)
        #expect(json["khien.generation"] as? Int == 9)
        #expect(json["event.category"] as? [String] == ["web"])
        #expect(json["client.user.hash"] == nil)
    }

    /// The group's name, and nothing where the client is in none.
    @Test func theGroupOfTheClient() throws {
        var event = makeEvent()
        #expect(record(event).json["client.user.group.name"] == nil)
        event.group = "lab-3"
        #expect(record(event).json["client.user.group.name"] as? String == "lab-3")
    }

    /// Every member about a text, by its documented name; without a text there is none.
    @Test(arguments: [
        (TextReason.Cause.ban, TextReading.declared, TextView.joined, "ban", "joined"),
        (.exception, .declared, .plain, "exception", "plain"),
        (.score, .legacy, .plain, "score", "legacy"), (.group, .declared, .exact, "group", "exact"),
    ])
    func membersOfATextVerdict(
        cause: TextReason.Cause, reading: TextReading, view: TextView, causeName: String,
        viewName: String
    ) throws {
        var event = makeEvent()
        event.reason.text = TextReason(
            cause: cause, layer: .hidden, view: view, reading: reading, offset: "16K", score: -7,
            limit: 80, group: "nhóm \"a\"")
        let (json, _) = record(event)
        let found = json.filter { $0.key.hasPrefix("khien.text.") }.mapValues { "\($0)" }
        #expect(
            found == [
                "khien.text.cause": causeName, "khien.text.layer": "hidden",
                "khien.text.view": viewName, "khien.text.offset": "16K",
                "khien.text.score": "-7", "khien.text.limit": "80",
                "khien.text.group": "nhóm \"a\"",
            ])
        // Each stands in the format's description.
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/FORMAT-EVENTS.md").standardized
        let description = try String(contentsOf: page, encoding: .utf8)
        for name in found.keys { #expect(description.contains("`\(name)`"), "\(name)") }
        let (other, _) = record(makeEvent())
        #expect(!other.keys.contains { $0.hasPrefix("khien.text.") })
    }

    /// What a line must not contain, by mode and category. The path is the telling part.
    @Test(arguments: [
        (Redaction.URLMode.none, "x", false, false), (.host, "x", true, false),
        (.keyedHash, "x", false, false), (.full, "x", true, true),
        (.none, "grave", false, false), (.host, "grave", false, false),
        (.keyedHash, "grave", false, false), (.full, "grave", false, false),
    ])
    func redaction(mode: Redaction.URLMode, category: String, host: Bool, path: Bool) {
        let redaction = Redaction(url: mode, gravest: ["grave"])
        let event = makeEvent(
            category: category, url: "http://secret.test/path", host: "secret.test",
            kind: .url, target: "secret.test/path")
        let (json, line) = record(event, redaction)
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.contains("secret") == host)
        #expect(text.contains("path") == path)
        let isHashed = mode == .keyedHash || (category == "grave" && mode != .none)
        #expect((json["khien.url.hash"] as? String)?.count == (isHashed ? 64 : nil))
    }

    /// An entry of a confidential list leaves keyed hashes at most, whatever the mode.
    @Test(arguments: Redaction.URLMode.allCases)
    func confidentialEventsNameNothing(mode: Redaction.URLMode) {
        var event = makeEvent(
            category: "x", url: "http://secret.test/path", host: "secret.test", kind: .domain,
            target: "confidential:0123456789abcdef")
        event.reason.isConfidential = true
        let (json, line) = record(event, Redaction(url: mode))
        let text = String(decoding: line, as: UTF8.self)
        #expect(!text.contains("secret") && !text.contains("path"))
        #expect((json["khien.url.hash"] as? String)?.count == (mode == .none ? nil : 64))
        #expect(json["url.domain"] == nil && json["url.full"] == nil)
    }

    @Test func keyedHashesAreTheNodesOwn() throws {
        let redaction = Redaction(url: .keyedHash)
        let scratch = Scratch()
        let first = record(makeEvent(), redaction, scratch).json["khien.url.hash"] as? String
        let again = record(makeEvent(), redaction, scratch).json["khien.url.hash"] as? String
        let elsewhere = record(makeEvent(), redaction).json["khien.url.hash"] as? String
        #expect(first == again && first != elsewhere)
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.key)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == Limits.Events.keyBytes)
    }

    @Test(arguments: [(31, 0o600), (33, 0o600), (32, 0o640), (0, 0o600)])
    func aBadKeyFileIsNotUsed(count: Int, mode: Int) throws {
        let scratch = Scratch()
        try Data(count: count).write(to: URL(fileURLWithPath: scratch.key))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.key)
        let (json, _) = record(makeEvent(), Redaction(url: .keyedHash), scratch)
        #expect(json["khien.record"] as? String == "event" && json["khien.url.hash"] == nil)
    }

    @Test func pseudonymsChangeWithTheDay() {
        let scratch = Scratch()
        let clock = TestClock()
        let log = makeLog(scratch, clock, redaction: Redaction(client: .pseudonym))
        let clients: [IPAddress] = [
            .v4(0x0A00_0001), .v6(high: 0, low: 0xFFFF_0A00_0001), .v4(0x0A00_0002),
        ]
        for day in 0..<2 {
            let time = EventTime(milliseconds: clock.now.milliseconds + Int64(day) * 86_400_000)
            for client in clients { log.append(makeEvent(at: time, client: client)) { _ in } }
        }
        log.close()
        let found = scratch.records().compactMap { $0["client.user.hash"] as? String }
        #expect(found.count == 6 && found[0] == found[1] && found[0] != found[2])
        #expect(found[3] == found[4] && found[0] != found[3] && found[2] != found[5])
        #expect(
            !String(decoding: scratch.bytes(scratch.files()[0]), as: UTF8.self).contains("10.0.0.1")
        )
    }

    /// Whatever stands in a URL or a list, the line is one line of valid UTF-8 and JSON, and safe
    /// to show. Ill-formed UTF-8: Unicode 16, table 3-8 and its neighbours.
    @Test(
        arguments: [
            ([0x22, 0x5C, 0x2F], "\"\\/"), ([0x0A, 0x0D, 0x00, 0x1B], "\n\r\u{0}\u{1B}"),
            ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xE1, 0x80, 0xE2, 0xF0, 0x91], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x80, 0xAE, 0x61], "\u{202E}a"), ([0xE2, 0x80, 0xA8], "\u{2028}"),
            ([0xC2, 0x85], "\u{85}"),
            ([0xC4, 0x91], "đ"), ([0xEF, 0xBB, 0xBF], "\u{FEFF}"), ([0xF0, 0x9F, 0x9B, 0xA1], "🛡"),
        ] as [([UInt8], String)])
    func hostileBytes(url: [UInt8], text: String) {
        var event = makeEvent()
        event.url = url
        let (json, line) = record(event, Redaction(url: .full))
        #expect(
            (json["url.full"] as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true
        )
        #expect(String(validating: line, as: UTF8.self) != nil)
        let isSafe = String(decoding: line, as: UTF8.self).unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
                && $0.value != 0x2028
        }
        #expect(isSafe)
    }

    @Test(arguments: [UInt8(0x61), 0x00, 0x22, 0xFF])
    func everyTextAtItsLongestFitsALine(byte: UInt8) {
        let long = [UInt8](repeating: byte, count: 100_000)
        let text = String(decoding: long, as: UTF8.self)
        let order = Order(number: text, authority: text, legalBasis: text)
        var event = makeEvent(category: text, target: text, order: order)
        event.url = long
        event.host = long
        event.method = long
        event.reference = text
        event.reason.list = text
        let (json, line) = record(event, Redaction(url: .full))
        #expect(line.count < Limits.Events.lineBytesMax)
        #expect((json["url.full"] as? String)?.hasSuffix("…") == true)
    }

    @Test func aTextBelowItsLimitIsNotCut() {
        // 16 bytes of a field are kept for the last escape and the mark of the cut.
        for (count, isCut) in [
            (Limits.Events.fieldBytesMax - 16, false), (Limits.Events.fieldBytesMax - 15, true),
        ] {
            var event = makeEvent()
            event.url = [UInt8](repeating: 0x61, count: count)
            let json = record(event, Redaction(url: .full)).json
            #expect((json["url.full"] as? String)?.hasSuffix("…") == isCut)
        }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
        (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func times(milliseconds: Int64, text: String) {
        #expect(EventTime(milliseconds: milliseconds).text == text)
    }
}
