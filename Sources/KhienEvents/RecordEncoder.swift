import KhienModel

/// From events and the log's own news to lines, in the log's order.
struct RecordEncoder {
    let node: String
    var chain = Chain()
    var redactor: Redactor

    mutating func event(_ event: BlockEvent) -> [UInt8] {
        var line = begin(.event, event.time)
        line.member("event.kind", event.deed == .block || event.deed == .warn ? "alert" : "event")
        line.member("event.category", list: ["web"])
        line.member("event.type", list: [event.deed == .block ? "denied" : "allowed"])
        line.member("event.action", event.deed.rawValue)
        line.member("event.outcome", "success")
        if !event.reference.isEmpty { line.member("event.id", event.reference) }
        redactor.writeTarget(of: event, into: &line)
        redactor.writeClient(of: event, into: &line)
        if !event.group.isEmpty { line.member("client.user.group.name", event.group) }
        line.member("http.request.method", bytes: event.method)
        if let status = event.status, status > 0 {
            line.member("http.response.status_code", UInt64(status))
        }
        if event.isCut { line.member("khien.cut", flag: true) }
        write(event.reason, into: &line)
        line.member("khien.worker", UInt64(max(0, event.worker)))
        line.member("khien.generation", event.generation.value)
        return chain.close(line)
    }

    private func write(_ reason: Reason, into line: inout JSONLine) {
        line.member("rule.id", reason.rule.description)
        line.member("rule.ruleset", reason.list)
        line.member("rule.category", reason.category)
        line.member("khien.list.line", UInt64(max(0, reason.line)))
        line.member("khien.target.kind", reason.kind.name)
        line.member("khien.layer", reason.layer.name)
        line.member("khien.view", reason.view.name)
        line.member(
            "khien.authority", reason.authority == .authority ? "authority" : "operator")
        if let text = reason.text { write(text, into: &line) }
        guard let order = reason.order else { return }
        line.member("khien.order.number", order.number)
        line.member("khien.order.authority", order.authority)
        line.member("khien.order.legal_basis", order.legalBasis)
    }

    /// What a verdict about a text rests on; never words of it.
    private func write(_ text: TextReason, into line: inout JSONLine) {
        line.member("khien.text.cause", text.cause.rawValue)
        line.member("khien.text.layer", text.layer.name)
        line.member("khien.text.view", text.reading.name(of: text.view))
        line.member("khien.text.offset", text.offset)
        line.member("khien.text.score", signed: text.score)
        line.member("khien.text.limit", signed: text.limit)
        line.member("khien.text.group", text.group)
    }

    /// A file's first record. `previous` names the file before it, nil: none is known.
    mutating func open(_ time: EventTime, file: String, previous: String?) -> [UInt8] {
        var line = begin(.open, time)
        line.member("ecs.version", "8.11.0")
        line.member("khien.log.version", 1)
        line.member("khien.log.file", file)
        if let previous { line.member("khien.log.previous", previous) }
        return chain.close(line)
    }

    /// A file's last record; `first` is the sequence number of its first.
    mutating func close(_ time: EventTime, first: UInt64) -> [UInt8] {
        let last = chain.next
        var line = begin(.close, time)
        line.member("khien.log.first", first)
        line.member("khien.log.last", last)
        line.member("khien.log.count", last - first + 1)
        return chain.close(line)
    }

    /// `count` bytes after the last whole record of `file` were put aside, or left where they are.
    mutating func torn(_ time: EventTime, _ torn: TornTail) -> [UInt8] {
        var line = begin(.torn, time)
        line.member("khien.log.file", torn.file)
        line.member("khien.log.torn_bytes", UInt64(torn.byteCount))
        if let aside = torn.aside { line.member("khien.log.torn_file", aside) }
        if let hash = torn.hash { line.member("khien.log.torn_hash", hash) }
        return chain.close(line)
    }

    /// `count` events between `first` and `time` could not be written.
    mutating func gap(_ time: EventTime, count: UInt64, since first: EventTime) -> [UInt8] {
        var line = begin(.gap, time)
        line.member("khien.log.lost", count)
        line.member("event.start", first.text)
        return chain.close(line)
    }

    private func begin(_ kind: RecordKind, _ time: EventTime) -> JSONLine {
        var line = JSONLine()
        line.member("khien.sequence", chain.next)
        line.member("khien.record", kind.rawValue)
        line.member("@timestamp", time.text)
        line.member("observer.name", node)
        line.member("observer.product", "khien")
        line.member("observer.type", "proxy")
        return line
    }
}
