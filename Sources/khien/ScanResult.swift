import KhienModel
import KhienPage

/// What `khien scan` says about one page, as JSON and as text.
struct ScanResult: Encodable {
    var file: String
    /// Why the page was not read, or not to its end.
    var failure: String?
    /// There are no bytes of it: the file cannot be read.
    var isUnreadable = false
    var coding: [String] = []
    var kind: String?
    var charset: String?
    var charsetFrom: String?
    /// The legacy charset in which it was read as well.
    var alternative: String?
    var bytes = 0
    var contentBytes = 0
    var verdict = "allow"
    var cause = "none"
    var category: String?
    var score = 0
    var limit = 0
    var groups: [String: Int] = [:]
    var decided: String?
    var hits: [Hit] = []

    struct Hit: Encodable {
        var rule: String
        var list: String
        var line: Int
        /// The number of the order that names it.
        var order: String?
        /// Of what an order names.
        var isInForce: Bool?
        var effect: String
        var group: String
        var weight: Double
        var isWhole: Bool
        var layer: String
        var view: String
        var offset: String
        var counts: [Int]
        var words: [String]?

        init(_ hit: PageReport.Hit, showsWords: Bool) {
            rule = hit.rule
            list = hit.list
            line = hit.line
            order = hit.order?.number
            isInForce = hit.order?.isInForce
            effect = hit.effect.name
            group = hit.group
            weight = hit.weight
            isWhole = hit.isWhole
            layer = hit.place.layer.name
            view = hit.place.viewName
            offset = hit.place.offset.name
            counts = hit.counts
            words =
                showsWords ? hit.contexts.map { "\($0.before)[\($0.words)]\($0.after)" } : nil
        }

        /// The rule, where it stands, and what it does.
        var text: String {
            let share = isWhole ? "\(effect) \(weight)" : "in part"
            let force = isInForce == false ? " (not in force)" : ""
            let order = order.map { ", order \($0)\(force)" } ?? ""
            return "\(rule)  [\(list):\(line)] \(share)\(order), layer \(layer), view \(view)"
        }
    }

    init(
        _ page: ScannedPage, _ reader: PageReader, _ time: PageTime, url: String,
        under policy: PagePolicy?, showsWords: Bool
    ) {
        file = page.path
        let head = PageHead(
            contentType: Array(page.type.utf8), contentEncoding: Array(page.coding.utf8),
            url: Array(url.utf8))
        if let failure = reader.begin(head, at: time, under: policy) {
            self.failure = failure.rawValue
            return
        }
        var step = reader.feed(page.bytes.span)
        if case .undecided = step { step = reader.finish() }
        if case .unreadable(let failure) = step { self.failure = failure.rawValue }
        fill(reader.report(), showsWords)
    }

    /// What could not be read at all.
    init(_ fault: PageSource.Fault) {
        file = fault.path
        failure = fault.reason
        isUnreadable = true
    }

    private mutating func fill(_ report: PageReport, _ showsWords: Bool) {
        coding = report.codings
        kind = report.kind
        charset = report.charset
        charsetFrom = report.charsetSource
        alternative = report.alternative
        bytes = report.bodyBytes
        contentBytes = report.contentBytes
        verdict = report.verdict.action.name
        cause = report.verdict.cause.rawValue
        category = report.reason?.category
        score = report.verdict.score
        limit = report.verdict.limit
        for (group, value) in report.scores { groups[group] = value }
        decided = report.reason.map { reason in
            let order = reason.order.map { ", order \($0.number)" } ?? ""
            return "\(reason.target)  [\(reason.list):\(reason.line)]\(order)"
        }
        hits = report.hits.map { Hit($0, showsWords: showsWords) }.sorted {
            (abs($1.weight), $0.rule) < (abs($0.weight), $1.rule)
        }
    }

    /// Whether rules ask for anything but to let the page pass.
    var isCondemned: Bool { verdict != "allow" }

    var line: String {
        if let failure { return "unread\t\(failure)\t-\t\(file)\n" }
        let name = category.flatMap { $0.isEmpty ? nil : $0 } ?? "-"
        return "\(verdict)\t\(score)\t\(name)\t\(file)\n"
    }

    var text: String {
        var text = "\(file)\n"
        if let failure { text += "  not read  \(failure)\n" }
        if bytes == 0, contentBytes == 0 { return text }
        let codings = coding.isEmpty ? "no coding" : coding.joined(separator: ", ")
        text +=
            "  body      \(bytes) bytes, \(codings), \(contentBytes) of content, \(kind ?? "?")\n"
        text += "  charset   \(charset ?? "?") (\(charsetFrom ?? "?"))"
        if let alternative { text += ", also read as \(alternative)" }
        text += "\n  verdict   \(verdict), score \(score) of \(limit)"
        if let category { text += ", category \(category)" }
        text += cause == "none" ? "\n" : ", by \(cause)\n"
        if let decided { text += "  because   \(decided)\n" }
        for (group, value) in groups.sorted(by: { $0.key < $1.key }) {
            text += "  group     \(group.isEmpty ? "-" : group) \(value)\n"
        }
        for hit in hits {
            text += "  hit       \(hit.text), within \(hit.offset), counts \(hit.counts)\n"
            for words in hit.words ?? [] { text += "            \(words)\n" }
        }
        return text
    }
}
