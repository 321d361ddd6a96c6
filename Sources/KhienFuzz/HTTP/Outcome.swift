import KhienHTTP

/// What a parser made of some bytes, in a form that can be compared and printed.
package enum Outcome: Equatable, CustomStringConvertible {
    case needsMore
    case complete(length: Int, summary: String)
    case refused(HTTPError)

    package var description: String {
        switch self {
        case .needsMore: "needs more"
        case .complete(let length, let summary): "complete at \(length): \(summary)"
        case .refused(let error): "refused: \(error.code.rawValue) at \(error.offset)"
        }
    }

    package var error: HTTPError? {
        if case .refused(let error) = self { return error }
        return nil
    }

    package var code: HTTPError.Code? { error?.code }
}

package func text(_ bytes: [UInt8], _ range: ByteRange?) -> String {
    guard let range else { return "-" }
    return String(decoding: bytes[range.range], as: UTF8.self)
}

/// Everything that the request parser decided, as text.
package func summary(_ head: RequestHead, _ bytes: [UInt8]) -> String {
    var lines = [
        "\(head.method) \(text(bytes, head.methodRange)) \(head.version) \(head.framing)",
        "\(head.target.form) \(head.target.scheme) \(text(bytes, head.target.bytes))",
        "\(text(bytes, head.authority?.host)):\(head.authority?.port ?? 0)",
        "\(text(bytes, head.target.pathAndQuery)) \(head.keepsAlive) \(head.expectsContinue)",
        "\(head.upgrade)",
    ]
    for index in 0..<head.fields.count {
        let field = head.fields[index]
        lines.append(
            "\(field.id) \(field.isNominated) [\(text(bytes, field.name))] "
                + "[\(text(bytes, field.value))]")
    }
    return lines.joined(separator: "\n")
}

package func summary(_ head: ResponseHead, _ bytes: [UInt8]) -> String {
    var lines = [
        "\(head.status) \(head.version) \(text(bytes, head.reason)) \(head.framing)",
        "\(head.keepsAlive) \(head.isInterim)",
    ]
    for index in 0..<head.fields.count {
        let field = head.fields[index]
        lines.append(
            "\(field.id) \(field.isNominated) [\(text(bytes, field.name))] "
                + "[\(text(bytes, field.value))]")
    }
    return lines.joined(separator: "\n")
}

/// Parses growing prefixes of `bytes`, which end at `cuts` and at the end.
package func parseRequest(
    _ bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()
) -> Outcome {
    var parser = RequestHeadParser(limits: limits)
    do throws(HTTPError) {
        for end in cuts + [bytes.count] {
            let prefix = Array(bytes[..<end])
            if case .complete(let length) = try parser.parse(prefix.span) {
                return .complete(length: length, summary: summary(parser.head, bytes))
            }
        }
        return .needsMore
    } catch {
        return .refused(error)
    }
}

package func parseRequest(_ text: String) -> Outcome { parseRequest(Array(text.utf8)) }

package func parseResponse(
    _ bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits(),
    context: ResponseContext = ResponseContext(method: .get)
) -> Outcome {
    var parser = ResponseHeadParser(limits: limits)
    do throws(HTTPError) {
        for end in cuts + [bytes.count] {
            let prefix = Array(bytes[..<end])
            if case .complete(let length) = try parser.parse(prefix.span, for: context) {
                return .complete(length: length, summary: summary(parser.head, bytes))
            }
        }
        return .needsMore
    } catch {
        return .refused(error)
    }
}

/// A parsed request with its bytes, for tests that look at single facts.
package func requestHead(_ text: String) throws -> (RequestHead, [UInt8]) {
    let bytes = Array(text.utf8)
    var parser = RequestHeadParser()
    guard case .complete = try parser.parse(bytes.span) else { throw Incomplete() }
    return (parser.head, bytes)
}

package func responseHead(_ text: String, _ method: HTTPMethod = .get, upgrade: Bool = false) throws
    -> (ResponseHead, [UInt8])
{
    let bytes = Array(text.utf8)
    var parser = ResponseHeadParser()
    let context = ResponseContext(method: method, forwardedUpgrade: upgrade)
    guard case .complete = try parser.parse(bytes.span, for: context) else { throw Incomplete() }
    return (parser.head, bytes)
}

package struct Incomplete: Error {}

/// What a decoder made of a body that arrived in pieces ending at `cuts`: the content, the bytes
/// used, and the code of the error.
package struct BodyOutcome: Equatable {
    package var payload: [UInt8] = []
    package var consumed = 0
    package var isFinished = false
    package var code: HTTPError.Code?
}

package func decodeBody(
    _ framing: BodyFraming, _ bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits(),
    fault: HTTPError.Fault = .client
) -> BodyOutcome {
    var decoder = BodyDecoder(framing, limits: limits, fault: fault)
    var outcome = BodyOutcome()
    var start = 0
    do throws(HTTPError) {
        for end in cuts + [bytes.count] {
            let piece = Array(bytes[start..<end])
            let progress = try decoder.forEachPayload(piece.span) {
                outcome.payload += piece[$0]
            }
            outcome.consumed += progress.consumed
            if progress.isFinished {
                outcome.isFinished = true
                break
            }
            start = end
        }
    } catch {
        outcome.code = error.code
    }
    return outcome
}
