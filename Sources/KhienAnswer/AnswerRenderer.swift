import KhienModel

/// Makes the answers to requests that are not let through. Pure: the same input gives the same
/// answer.
public struct AnswerRenderer: Sendable {
    let options: AnswerOptions
    private let templates: TemplateSet
    let key: ContinueKey

    public init(
        options: AnswerOptions, templates: TemplateSet = .builtIn, key: ContinueKey = ContinueKey()
    ) {
        self.options = options
        self.templates = templates
        self.key = key
    }

    /// The answer for a verdict of `block` or `warn`.
    ///
    /// 451 for what an order or an authority's list asks for (RFC 7725), 403 for the operator's own
    /// rules. The form follows what the client wants; the status never does.
    public func answer(_ judgement: Judgement, _ request: AnswerRequest) -> Answer {
        let language = Negotiation.language(
            request.acceptLanguage, among: options.languages)
        let form = Negotiation.form(
            accept: request.accept, destination: request.fetchDestination)
        let isOrdered =
            judgement.reason?.order != nil || judgement.reason?.authority == .authority
        var answer = Answer(
            status: isOrdered ? 451 : 403,
            reasonPhrase: isOrdered ? "Unavailable For Legal Reasons" : "Forbidden",
            fields: [], body: [])
        var policy = "default-src 'none'; base-uri 'none'; form-action 'none'"
        var type: String? = nil
        switch form {
        case .page:
            let page = TemplateSet.Page(judgement, isForm: request.isForm)
            if let template = templates.template(page, language) {
                answer.body = template.render(values(judgement, request, language))
                policy = template.securityPolicy
            }
            type = "text/html; charset=utf-8"
        case .problem:
            answer.body = problem(judgement, request, language, answer)
            type = "application/problem+json"
        case .image:
            answer.body = PlaceholderImage.gif
            type = "image/gif"
        case .script, .stylesheet:
            answer.body = Array("/* blocked: \(Self.safe(request.reference)) */\n".utf8)
            type = form == .script ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8"
        case .nothing: break
        }
        if let type { answer.fields.append(Answer.Field("Content-Type", type)) }
        let isWritten = form == .page || form == .problem
        if isWritten {
            answer.fields.append(Answer.Field("Content-Language", language.rawValue))
        }
        if isOrdered, let link = blockedBy(judgement.reason) {
            answer.fields.append(Answer.Field("Link", "<\(link)>; rel=\"blocked-by\""))
        }
        answer.fields += [
            Answer.Field("Content-Security-Policy", policy),
            Answer.Field("Vary", "Accept, Accept-Language, Sec-Fetch-Dest"),
        ]
        return finish(answer, method: request.method)
    }

    /// Answers `/.khien/continue`, the address that the page's link leads to.
    /// - Parameters:
    ///   - path: without the query.
    ///   - query: without its `?`.
    ///   - isOpened: as a page is; what an image or a script of a page asks for nobody has chosen.
    public func continueRoute(
        path: String, query: String, host: String, client: [UInt8], now: UnixTime,
        method: String = "GET", isOpened: Bool = true
    ) -> ContinueOutcome {
        guard path == ContinueRoute.path else { return .notOurs }
        let token = ContinueRoute.parameter("token", in: query) ?? []
        let category = String(
            decoding: ContinueRoute.parameter("about", in: query) ?? [], as: UTF8.self)
        func check(_ purpose: ContinueToken.Purpose) -> ContinueToken.Verdict {
            ContinueToken.verify(
                String(decoding: token, as: UTF8.self)[...], purpose, host: host,
                category: category, client: client, now: now, key: key)
        }
        let pageVerdict = check(.link)
        // What is no token for the page may be one for a form.
        let isForm = pageVerdict == .forged && check(.formLink) != .forged
        let verdict = isForm ? check(.formLink) : pageVerdict
        let wanted = ContinueRoute.parameter("to", in: query) ?? []
        let target =
            ContinueRoute.isReturnPath(wanted) ? String(decoding: wanted, as: UTF8.self) : "/"
        var answer = Answer(
            status: 303, reasonPhrase: "See Other",
            fields: [Answer.Field("Location", target)], body: [])
        // A safe method must not be refused, another one must not change anything.
        guard verdict == .valid, isOpened, method == "GET" || method == "HEAD" else {
            let reason = verdict == .valid ? .forged : verdict
            return .refused(reason, finish(answer, method: method))
        }
        let seconds = options.continueSeconds
        let cookie = ContinueToken.make(
            isForm ? .formCookie : .cookie, host: host, category: category, client: client,
            expiry: UnixTime(seconds: now.seconds + seconds),
            key: key)
        let name = isForm ? ContinueCookie.formName(category: category) : ContinueCookie.name
        answer.fields.append(
            Answer.Field(
                "Set-Cookie",
                "\(name)=\(cookie); Max-Age=\(seconds); Path=/; HttpOnly;"
                    + " SameSite=Lax"))
        return .granted(finish(answer, method: method))
    }

    /// Whether the client has chosen "continue" for this host and may still.
    /// - Parameters:
    ///   - cookie: the value of the `Cookie` field.
    ///   - isForm: the question is about what the client sends.
    ///   - category: what the warning is about. Leave to send a form holds for one category: who wants
    ///     to send a rude word has not agreed to give away an address.
    public func hasContinued(
        cookie: [UInt8], isForm: Bool = false, category: String = "", host: String,
        client: [UInt8], now: UnixTime
    ) -> Bool {
        let name = isForm ? ContinueCookie.formName(category: category) : ContinueCookie.name
        return ContinueCookie.tokens(cookie, named: name).contains { token in
            ContinueToken.verify(
                token, isForm ? .formCookie : .cookie, host: host, category: category,
                client: client, now: now, key: key) == .valid
        }
    }

    /// The fields that every answer has, and the body's length.
    private func finish(_ answer: Answer, method: String) -> Answer {
        var answer = answer
        answer.fields += [
            Answer.Field("Cache-Control", "no-store"),
            Answer.Field("X-Content-Type-Options", "nosniff"),
            Answer.Field("Referrer-Policy", "no-referrer"),
            Answer.Field("Content-Length", "\(answer.body.count)"),
        ]
        if method == "HEAD" { answer.body = [] }
        return answer
    }

    /// Who blocks, as a URI (RFC 7725 section 4): the operator's page, else their contact.
    private func blockedBy(_ reason: Reason?) -> String? {
        options.url.flatMap(ContactLink.link) ?? ContactLink.link(options.contact)
    }

    private static func safe(_ reference: String) -> String {
        String(
            reference.unicodeScalars.filter { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar == "-"
                        || ("0"..."9").contains(scalar))
            }.prefix(32).map(Character.init))
    }
}
