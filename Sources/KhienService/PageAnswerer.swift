import Foundation
import KhienAnswer
import KhienConfig
import KhienModel
import KhienProxy
import KhienText
import Synchronization

/// The pages of the data path: the renderer, which a reload may replace.
final class PageAnswerer: BlockAnswerer {
    private let renderer: Mutex<AnswerRenderer>
    private let key: ContinueKey

    /// - Throws: `TemplateErrors` where the operator's pages are refused.
    init(_ configuration: Configuration, state: StateFolder) throws {
        key = try Self.key(state: state)
        renderer = Mutex(try Self.renderer(configuration, key))
    }

    /// Takes changed pages in.
    ///
    /// - Returns: the faults; where there are any, the old pages stay.
    func reload(_ configuration: Configuration) -> [Diagnostic] {
        do throws(TemplateErrors) {
            let new = try Self.renderer(configuration, key)
            renderer.withLock { $0 = new }
            return []
        } catch {
            return error.diagnostics
        }
    }

    /// What is wrong with the pages that `configuration` names; nothing is changed.
    static func faults(in configuration: Configuration) -> [Diagnostic] {
        do throws(TemplateErrors) {
            _ = try renderer(configuration, ContinueKey())
            return []
        } catch {
            return error.diagnostics
        }
    }

    private static func renderer(
        _ configuration: Configuration, _ key: ContinueKey
    ) throws(TemplateErrors) -> AnswerRenderer {
        let page = configuration.blockPage
        let templates = try page.templates.map { folder throws(TemplateErrors) in
            try TemplateSet.load(folder: folder)
        }
        return AnswerRenderer(
            options: AnswerOptions(
                site: page.site, contact: page.contact,
                languages: page.languages.compactMap { Language(rawValue: $0.rawValue) },
                hotline: page.hotline, url: page.url,
                continueSeconds: page.continueLifetime.components.seconds),
            templates: templates ?? .builtIn, key: key)
    }

    /// The key that signs "continue": kept in the state folder, so that a restart honours what
    /// people were promised.
    private static func key(state: StateFolder) throws -> ContinueKey {
        let path = state.path + "/continue.key"
        if let data = FileManager.default.contents(atPath: path),
            let key = ContinueKey(bytes: [UInt8](data))
        {
            return key
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let isWritten = FileManager.default.createFile(
            atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        guard isWritten, let key = ContinueKey(bytes: bytes) else {
            throw ServiceError("state.unwritable", file: path, "the key cannot be written")
        }
        return key
    }

    // MARK: BlockAnswerer

    let reservedPath = Array("/.khien/".utf8)
    let ownCookieName = Array(ContinueCookie.name.utf8)

    func withoutOwnCookies(_ field: [UInt8]) -> [UInt8]? { ContinueCookie.strip(field) }

    func answer(_ question: BlockQuestion) -> BlockAnswer {
        let answer = renderer.withLock { $0 }.answer(
            question.judgement, Self.request(question))
        return Self.blockAnswer(answer)
    }

    func mayContinue(_ question: BlockQuestion) -> Bool {
        guard !question.cookie.isEmpty else { return false }
        return renderer.withLock { $0 }.hasContinued(
            cookie: question.cookie, isForm: question.subject == .form,
            category: question.judgement.reason?.category ?? "",
            host: String(decoding: question.host, as: UTF8.self),
            client: Self.client(question.client), now: Self.now())
    }

    func answerReserved(_ question: BlockQuestion) -> BlockAnswer {
        let parts = question.target.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let outcome = renderer.withLock { $0 }.continueRoute(
            path: String(decoding: parts.first ?? [], as: UTF8.self),
            query: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "",
            host: String(decoding: question.host, as: UTF8.self),
            client: Self.client(question.client), now: Self.now(),
            method: String(decoding: question.method, as: UTF8.self),
            isOpened: [.document, .subdocument, .other].contains(question.type))
        switch outcome {
        case .granted(let answer), .refused(_, let answer): return Self.blockAnswer(answer)
        case .notOurs:
            return BlockAnswer(
                status: 404, reasonPhrase: "Not Found",
                headerLines: Array("Cache-Control: no-store\r\n".utf8), body: [])
        }
    }

    // MARK: Translation

    private static func now() -> UnixTime {
        UnixTime(seconds: Int64(Date().timeIntervalSince1970))
    }

    private static func request(_ question: BlockQuestion) -> AnswerRequest {
        func text(_ bytes: [UInt8]) -> String? {
            bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
        // HEAD is answered as GET: the data path sends the length and leaves the body out
        // (RFC 9110, section 8.6).
        let method = String(decoding: question.method, as: UTF8.self)
        return AnswerRequest(
            method: method == "HEAD" ? "GET" : method, isForm: question.subject == .form,
            partHasLeft: question.partHasLeft,
            host: String(decoding: question.host, as: UTF8.self),
            path: returnPath(question), accept: text(question.accept),
            acceptLanguage: text(question.acceptLanguage),
            fetchDestination: destination(question.type), client: client(question.client),
            now: now(), reference: question.reference.description)
    }

    /// Where "continue" leads: what was asked for; for a form that is sent in a body the page that it
    /// stands on, where the browser names it and it is on the same host.
    private static func returnPath(_ question: BlockQuestion) -> String {
        let isInURL = ["GET", "HEAD"].contains(String(decoding: question.method, as: UTF8.self))
        guard question.subject == .form, !isInURL else {
            return question.target.isEmpty ? "/" : String(decoding: question.target, as: UTF8.self)
        }
        var page = WebURL()
        do throws(WebURLError) {
            try page.parse(question.source.span)
        } catch {
            return "/"
        }
        guard page.effectivePort == question.port,
            page.bytes[page.host].elementsEqual(question.host)
        else { return "/" }
        let end = page.query?.upperBound ?? page.path.upperBound
        return String(decoding: page.bytes[page.path.lowerBound..<end], as: UTF8.self)
    }

    /// The words of `Sec-Fetch-Dest` for the types whose answer is no page.
    private static func destination(_ type: RequestType) -> String? {
        switch type {
        case .image: "image"
        case .script: "script"
        case .stylesheet: "style"
        case .document: "document"
        case .subdocument: "iframe"
        default: nil
        }
    }

    private static func client(_ address: IPAddress) -> [UInt8] {
        switch address {
        case .v4(let value): (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
        case .v6(let high, let low):
            [high, low].flatMap { half in
                (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
            }
        }
    }

    private static func blockAnswer(_ answer: Answer) -> BlockAnswer {
        // The data path counts the body itself.
        let lines = answer.fields.filter { $0.name != "Content-Length" }.map {
            "\($0.name): \($0.value)\r\n"
        }
        return BlockAnswer(
            status: UInt16(clamping: answer.status), reasonPhrase: answer.reasonPhrase,
            headerLines: Array(lines.joined().utf8), body: answer.body)
    }
}
