import KhienHTTP

/// What must hold for any bytes at all. A fuzz target calls these with its input and stops where
/// they return a complaint.
package enum HTTPInvariants {
    private static let pseudonym = Array("khien".utf8)
    private static let host = Array("origin.test".utf8)
    private static let target = Array("/path?query".utf8)

    /// Reads `bytes` as a request with what follows it as its body.
    package static func checkRequest(_ bytes: [UInt8]) -> String? {
        let whole = parseRequest(bytes)
        let single = parseRequest(bytes, cuts: Array(0..<bytes.count))
        if whole != single { return "cut at every byte: \(single), whole: \(whole)" }
        if let complaint = compareWithNaive(bytes, whole) { return complaint }
        if let error = whole.error {
            if error.fault != .client || !(400..<600).contains(error.status) {
                return "status \(error.status)"
            }
            if error.offset < 0 || error.offset > bytes.count { return "offset \(error.offset)" }
        }
        var parser = RequestHeadParser()
        guard case .complete(let length)? = try? parser.parse(bytes.span) else { return nil }
        if parser.bytesScanned > 2 * length { return "\(parser.bytesScanned) scanned" }
        if let complaint = checkBody(parser.head.framing, Array(bytes[length...])) {
            return complaint
        }
        return checkWritten(parser.head, bytes)
    }

    private static func compareWithNaive(_ bytes: [UInt8], _ outcome: Outcome) -> String? {
        switch (NaiveRequestHead.read(bytes), outcome) {
        case (.incomplete, .needsMore), (.incomplete, .refused), (.refused, .refused): return nil
        // The naive reader knows no limits.
        case (.accepted, .refused(let error)) where error.limit > 0: return nil
        case (.accepted(let naive), .complete(let length, let text)):
            let framing =
                naive.framing == "none" || naive.framing == "chunked"
                ? naive.framing
                : naive.method == "CONNECT" ? "none" : "length(\(naive.framing))"
            let version = naive.version == "HTTP/1.1" ? "http11" : "http10"
            guard length == naive.length,
                text.contains(" \(naive.method) \(version) \(framing)\n"),
                text.contains(" \(naive.target)\n")
            else { return "naive: \(naive), parser: \(outcome)" }
            return nil
        case (let naive, _): return "naive: \(naive), parser: \(outcome)"
        }
    }

    /// A body gives the same content and end however it is cut.
    package static func checkBody(_ framing: BodyFraming, _ bytes: [UInt8]) -> String? {
        let whole = decodeBody(framing, bytes)
        let single = decodeBody(framing, bytes, cuts: Array(0..<bytes.count))
        // With an error the bytes used before it differ by cut; the content does not.
        if whole.payload != single.payload || whole.code != single.code
            || whole.isFinished != single.isFinished
        {
            return "body cut: \(single), whole: \(whole)"
        }
        if whole.code == nil, whole.consumed != single.consumed {
            return "consumed \(single.consumed), whole: \(whole.consumed)"
        }
        if case .length(let length) = framing, whole.isFinished, whole.consumed != Int(length) {
            return "\(whole.consumed) of \(length)"
        }
        return nil
    }

    /// What is written for the origin is itself accepted, by both readers, with the same framing,
    /// our Host and nothing that belongs to one hop.
    private static func checkWritten(_ head: RequestHead, _ bytes: [UInt8]) -> String? {
        var written: [UInt8] = []
        let isConnect = head.method == .connect
        let place = isConnect ? Array("origin.test:443".utf8) : host
        do throws(HTTPError) {
            try head.write(
                from: bytes.span, target: isConnect ? place.span : target.span, host: place.span,
                pseudonym: pseudonym.span, rewrite: HeadRewrite(connection: .close),
                into: &written)
        } catch {
            return "not written: \(error)"
        }
        var parser = RequestHeadParser()
        do throws(HTTPError) {
            guard case .complete(let length) = try parser.parse(written.span),
                length == written.count
            else { return "written head is not one head" }
        } catch {
            // Via, Host and Connection are added: a head at its limits may be beyond them now.
            if error.status == 431 { return nil }
            return "written head refused: \(error)"
        }
        let forwarded = parser.head
        let removed: [HeaderID] = [
            .keepAlive, .proxyConnection, .proxyAuthorization, .proxyAuthenticate, .upgrade,
            .http2Settings,
        ]
        if removed.contains(where: { forwarded.fields.first($0) != nil }) { return "hop-by-hop" }
        if forwarded.framing != head.framing { return "framing \(forwarded.framing)" }
        if forwarded.method != head.method || forwarded.keepsAlive { return "method, connection" }
        if text(written, forwarded.authority?.host) != "origin.test" { return "host" }
        if !forwarded.hasPassed(pseudonym.span, in: written.span) { return "via" }
        return nil
    }

    /// Reads `bytes` as a response with what follows it as its body.
    package static func checkResponse(_ bytes: [UInt8]) -> String? {
        let whole = parseResponse(bytes)
        let single = parseResponse(bytes, cuts: Array(0..<bytes.count))
        if whole != single { return "cut at every byte: \(single), whole: \(whole)" }
        if let error = whole.error, error.fault != .origin || error.status != 502 {
            return "status \(error.status)"
        }
        var parser = ResponseHeadParser()
        let context = ResponseContext(method: .get)
        guard case .complete(let length)? = try? parser.parse(bytes.span, for: context) else {
            return nil
        }
        if parser.bytesScanned > 2 * length { return "\(parser.bytesScanned) scanned" }
        if let complaint = checkBody(parser.head.framing, Array(bytes[length...])) {
            return complaint
        }
        var written: [UInt8] = []
        parser.head.write(
            from: bytes.span, pseudonym: pseudonym.span,
            rewrite: HeadRewrite(connection: .implicit), into: &written)
        var second = ResponseHeadParser()
        guard case .complete(let end)? = try? second.parse(written.span, for: context),
            end == written.count || parser.head.fields.count >= 99
        else { return "written head refused: \(String(decoding: written, as: UTF8.self))" }
        let isSame =
            second.head.framing == parser.head.framing
            && second.head.status == parser.head.status
        return isSame ? nil : "framing \(second.head.framing) of \(parser.head.framing)"
    }
}
