import Foundation
import KhienFuzz
import KhienHTTP
import Testing

/// The test cases of llhttp (nodejs/llhttp, MIT), read from the shared data folder.
enum LlhttpData {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/vectors/llhttp")

    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    static func vectors(_ kind: String) -> [LlhttpVector] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + kind))
        return (files ?? []).sorted().flatMap { file -> [LlhttpVector] in
            let path = folder.path + "/" + kind + "/" + file
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            return LlhttpVector.parse(text ?? "", file: file)
        }
    }
}

@Suite(
    .enabled(
        if: LlhttpData.isThere,
        "LEFT OUT: the llhttp vectors (../shared/data/vectors/llhttp) are not on this machine"))
struct LlhttpTests {
    @Test func requests() {
        let vectors = LlhttpData.vectors("request")
        #expect(vectors.count >= 80)
        compare(vectors, Difference.requests, readRequests)
    }

    @Test func responses() {
        let vectors = LlhttpData.vectors("response")
        #expect(vectors.count >= 75)
        compare(vectors, Difference.responses, readResponses)
    }

    /// Each vector agrees, or stands in the table with what we answer; the table has no other rows.
    private func compare(
        _ vectors: [LlhttpVector], _ differences: [Difference], _ read: ([UInt8]) -> Reading
    ) {
        var seen = 0
        for vector in vectors {
            let ours = read(vector.bytes)
            let agrees = ours.events.agrees(with: vector.expected)
            let difference = differences.first { $0.name == vector.name }
            let detail = "\(vector.name): \(ours.events) for \(vector.expected)"
            seen += difference == nil ? 0 : 1
            #expect(agrees == (difference == nil), "\(detail)")
            if let difference { #expect(ours.code == difference.code, "\(detail)") }
            // Never more lenient: what llhttp refuses in its strict mode is refused here.
            if vector.expected.endsInError { #expect(ours.events.endsInError, "\(detail)") }
        }
        #expect(seen == differences.count)
    }

    struct Reading {
        var events = LlhttpVector.Events()
        var code: HTTPError.Code?
    }

    /// Reads all requests in `bytes`. The vectors have no Host, which HTTP/1.1 demands, so one is
    /// put into each head that lacks it.
    private func readRequests(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        var rest = bytes
        while !rest.isEmpty {
            var parser = RequestHeadParser()
            var message = LlhttpVector.Events.Message()
            do throws(HTTPError) {
                let (patched, isPatched) = withHost(rest)
                guard case .complete(let length) = try parser.parse(patched.span) else {
                    if rest.contains(where: { $0 != 13 && $0 != 10 }) {
                        reading.events.messages.append(message)
                    }
                    return reading
                }
                message.hasHead = true
                message.fields = names(parser.head.fields, patched).filter {
                    !isPatched || $0 != "host"
                }
                reading.events.messages.append(message)
                rest = Array(patched[length...])
                if parser.head.method == .connect {
                    message.isComplete = true
                    reading.events.messages[reading.events.messages.count - 1] = message
                    return reading
                }
                let isOpen = try readBody(parser.head.framing, &rest, .client, &reading)
                if isOpen || parser.head.upgrade != .none { return reading }
                if !parser.head.keepsAlive, !rest.isEmpty {
                    reading.events.endsInError = true
                    return reading
                }
            } catch {
                reading.code = error.code
                reading.events.endsInError = true
                if !message.hasHead { reading.events.messages.append(message) }
                return reading
            }
        }
        return reading
    }

    private func readResponses(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        var rest = bytes
        let context = ResponseContext(method: .get, forwardedUpgrade: true)
        while !rest.isEmpty {
            var parser = ResponseHeadParser()
            var message = LlhttpVector.Events.Message()
            do throws(HTTPError) {
                guard case .complete(let length) = try parser.parse(rest.span, for: context) else {
                    reading.events.messages.append(message)
                    return reading
                }
                message.hasHead = true
                message.fields = names(parser.head.fields, rest)
                reading.events.messages.append(message)
                rest = Array(rest[length...])
                if try readBody(parser.head.framing, &rest, .origin, &reading) { return reading }
                if !parser.head.keepsAlive, !rest.isEmpty {
                    reading.events.endsInError = true
                    return reading
                }
            } catch {
                reading.code = error.code
                reading.events.endsInError = true
                if !message.hasHead { reading.events.messages.append(message) }
                return reading
            }
        }
        return reading
    }

    /// Reads a body off the front of `rest`; true where its end is not there.
    private func readBody(
        _ framing: BodyFraming, _ rest: inout [UInt8], _ fault: HTTPError.Fault,
        _ reading: inout Reading
    ) throws(HTTPError) -> Bool {
        var decoder = BodyDecoder(framing, fault: fault)
        let last = reading.events.messages.count - 1
        var count = 0
        defer { reading.events.messages[last].payloadCount = count }
        let progress = try decoder.forEachPayload(rest.span) { count += $0.count }
        rest = Array(rest[progress.consumed...])
        reading.events.messages[last].isComplete = progress.isFinished
        return !progress.isFinished
    }

    private func names(_ fields: FieldTable, _ bytes: [UInt8]) -> [String] {
        (0..<fields.count).map { text(bytes, fields[$0].name) }
    }

    private func withHost(_ bytes: [UInt8]) -> ([UInt8], Bool) {
        var bytes = bytes
        let text = String(decoding: bytes, as: UTF8.self)
        let head = text.firstRange(of: "\r\n\r\n").map { text[..<$0.lowerBound] } ?? text[...]
        if head.lowercased().contains("\r\nhost:") { return (bytes, false) }
        let start = bytes.firstIndex { $0 != 13 && $0 != 10 } ?? bytes.count
        guard let end = bytes[start...].firstIndex(of: 10), bytes[end - 1] == 13 else {
            return (bytes, false)
        }
        // A fragment would be refused before what the vector is about.
        for index in start..<end where bytes[index] == UInt8(ascii: "#") {
            bytes[index] = UInt8(ascii: "-")
        }
        // The host of an absolute target, for the two must agree.
        let words = String(decoding: bytes[start..<end], as: UTF8.self).split(separator: " ")
        var host = "a.test"
        if words.count > 1, let mark = words[1].firstRange(of: "://") {
            host = String(words[1][mark.upperBound...].prefix { $0 != "/" && $0 != "?" })
        } else if words.first == "CONNECT", words.count > 1 {
            host = String(words[1])
        }
        var result = bytes
        result.insert(contentsOf: Array("host: \(host)\r\n".utf8), at: end + 1)
        return (result, true)
    }
}
