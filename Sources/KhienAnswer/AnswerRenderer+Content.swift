import KhienModel

extension TemplateSet.Page {
    /// A form with personal data and one with other words are told different things.
    init(_ judgement: Judgement, isForm: Bool) {
        guard judgement.verdict == .warn else {
            self = .block
            return
        }
        let isPersonal = CategoryText.isPersonal(judgement.reason?.category ?? "")
        self = !isForm ? .warn : isPersonal ? .form : .message
    }
}

extension AnswerRenderer {
    /// What a page can say about a request. The URL is not among it: the page must not spread what
    /// it blocks.
    func values(
        _ judgement: Judgement, _ request: AnswerRequest, _ language: Language
    ) -> [Template.Placeholder: String] {
        let reason = judgement.reason
        var values: [Template.Placeholder: String] = [
            .site: options.site, .host: request.host, .category: reason?.category ?? "",
            .why: why(judgement, request, language),
            .reference: request.reference, .contact: options.contact,
            .contactLink: ContactLink.link(options.contact) ?? "", .hotline: options.hotline,
            .hotlineLink: ContactLink.telephone(options.hotline) ?? "tel:111",
            .list: reason?.list ?? "",
        ]
        if request.partHasLeft { values[.partSent] = "1" }
        if let order = reason?.order {
            values[.orderNumber] = order.number
            values[.orderAuthority] = order.authority
            values[.orderBasis] = order.legalBasis
            values[.orderDate] = order.issued.map { DateText.text($0, language) }
            values[.orderContact] = order.contact
            values[.orderContactLink] = ContactLink.link(order.contact)
        }
        if judgement.verdict == .warn {
            let expiry = UnixTime(seconds: request.now.seconds + options.continueSeconds)
            let token = ContinueToken.make(
                request.isForm ? .formLink : .link, host: request.host,
                category: reason?.category ?? "", client: request.client, expiry: expiry, key: key)
            // A form is sent again by its page; a body is not kept here.
            let isSafe =
                request.isForm || request.method == "GET" || request.method == "HEAD"
            values[.continueLink] = ContinueRoute.link(
                token: token, to: isSafe ? request.path : "/",
                about: request.isForm ? reason?.category ?? "" : nil)
            values[.continueMinutes] = "\(max(1, options.continueSeconds / 60))"
        }
        return values
    }

    /// Why, of what is judged: a page that is asked for, or what someone is about to send.
    private func why(
        _ judgement: Judgement, _ request: AnswerRequest, _ language: Language
    ) -> String {
        let category = judgement.reason?.category ?? ""
        return request.isForm
            ? CategoryText.whyNotSent(category, language) : CategoryText.why(category, language)
    }

    /// The same as JSON. Members beyond RFC 9457 are ours.
    func problem(
        _ judgement: Judgement, _ request: AnswerRequest, _ language: Language, _ answer: Answer
    ) -> [UInt8] {
        var document = ProblemDocument()
        let reason = judgement.reason
        document.member("type", options.url.flatMap(ContactLink.link) ?? "about:blank")
        document.member("title", answer.reasonPhrase)
        document.member("status", answer.status)
        document.member("detail", why(judgement, request, language))
        document.member("instance", "urn:khien:reference:\(request.reference)")
        document.member("reference", request.reference)
        document.member("verdict", judgement.verdict.name)
        document.member("host", request.host)
        if request.partHasLeft { document.member("partSent", true) }
        if let reason {
            document.member("category", reason.category)
            document.member("list", reason.list)
            document.member("rule", reason.rule.description)
        }
        if let order = reason?.order {
            var inner = ProblemDocument()
            inner.member("number", order.number)
            inner.member("authority", order.authority)
            inner.member("legalBasis", order.legalBasis)
            inner.member("contact", order.contact)
            document.member("order", inner)
        }
        if !options.site.isEmpty { document.member("site", options.site) }
        if !options.contact.isEmpty { document.member("contact", options.contact) }
        document.member("hotline", options.hotline)
        return document.finished
    }
}
