import KhienModel

/// Drives a grammar over the lines of a file and keeps the account of them.
struct ListReader {
    let path: String
    /// Whether messages quote the line in question.
    var quotes = true
    var builder = ListBuilder()
    var report = ListReport()
    /// Messages kept so far, by code.
    private var kept: [String: Int] = [:]
    /// Repairs that concern every line of the file (its encoding).
    private let fileRepairs: RepairSet
    let lineEnd: UInt8
    /// The canonical text of a list's entries; past it the list is read no further.
    var textBytesMax = Limits.Lists.textBytesMax
    /// Is told of bytes that have been read, of how many.
    var progress: ListParser.Progress?
    /// The account of repairs; index: `RepairKind.rawValue`.
    private var repairCounts = [Int](repeating: 0, count: RepairKind.allCases.count)

    init(path: String, text: PreparedText) {
        self.path = path
        fileRepairs = text.repairs
        lineEnd = text.lineEnd
        report.diagnostics = text.notes
    }

    /// Reads all lines of `bytes`.
    mutating func read<Grammar: LineGrammar>(_ bytes: [UInt8], with grammar: inout Grammar) {
        reserve(for: bytes.count)
        if readLines(bytes.span, with: &grammar) { finish() }
    }

    /// Makes room for what a list of so many bytes may hold.
    mutating func reserve(for byteCount: Int) {
        // A plain entry is some 20 bytes; canonical text is never longer than that on the whole.
        builder.text.reserveCapacity(min(byteCount, 64 << 20))
        builder.records.reserveCapacity(min(byteCount / 20, 4 << 20))
    }

    /// Whether the list names more than one list may hold.
    var isOverLimit: Bool {
        report.lines >= Int(UInt32.max - 1) || builder.text.count > textBytesMax
    }

    /// Whether ranges of addresses have asked for more networks than one list may hold. Which of them are
    /// refused depends on the lines before each.
    var hasTooManyNetworks: Bool {
        builder.hasRefusedRange || builder.rangeNetworks > builder.rangeNetworksMax
    }

    /// Reads the lines of a list, or of a piece of it; false: they are too many, and reading has stopped.
    mutating func readLines<Grammar: LineGrammar>(
        _ span: Span<UInt8>, with grammar: inout Grammar
    ) -> Bool {
        var start = 0
        var told = 0
        while start < span.count {
            var end = start
            var hasControl = false
            while end < span.count {
                let byte = span[end]
                if byte == lineEnd { break }
                // No branch: names, the bulk of all lists, have none.
                hasControl = hasControl || byte < Byte.space || byte == 0x7F
                end += 1
            }
            let contentEnd = span.contentEnd(start..<end)
            if isOverLimit {
                stop("the list names more than one list may hold")
                return false
            }
            readLine(
                span.extracting(start..<contentEnd), mayHaveControl: hasControl, with: &grammar)
            start = end + 1
            if start - told >= Limits.Lists.progressBytes {
                progress?(start - told)
                told = start
            }
        }
        if told < span.count { progress?(span.count - told) }
        return true
    }

    private mutating func readLine<Grammar: LineGrammar>(
        _ line: Span<UInt8>, mayHaveControl: Bool, with grammar: inout Grammar
    ) {
        report.lines += 1
        builder.line = UInt32(truncatingIfNeeded: report.lines)
        if !mayHaveControl, line.count > 0, line[0] > Byte.space,
            line.count <= Limits.Lists.lineBytesMax
        {
            return count(grammar.read(line, into: &builder), line)
        }
        switch Self.lineShape(line) {
        case .content: count(grammar.read(line, into: &builder), line)
        case .blank: report.blank += 1
        case .control(let offset):
            count(
                .fault(.rejected("line.control-character", "control character", at: offset)), line)
        case .tooLong:
            count(.fault(.rejected("line.too-long", "the line is longer than 65536 bytes")), line)
        }
    }

    private enum LineShape {
        case content
        case blank
        case control(Int)
        case tooLong
    }

    private static func lineShape(_ line: Span<UInt8>) -> LineShape {
        if line.count > Limits.Lists.lineBytesMax { return .tooLong }
        var isBlank = true
        for index in line.indices {
            let byte = line[index]
            if byte > Byte.space {
                isBlank = false
                if byte == 0x7F { return .control(index) }
            } else if byte < Byte.space, byte != Byte.tab {
                return .control(index)
            }
        }
        return isBlank ? .blank : .content
    }

    mutating func count(_ outcome: LineOutcome, _ line: Span<UInt8>) {
        switch outcome {
        case .blank: report.blank += 1
        case .comment: report.comments += 1
        case .structure: report.structure += 1
        case .cosmetic: report.cosmetic += 1
        case .entries(var repairs):
            repairs.formUnion(fileRepairs)
            if repairs.isEmpty {
                report.accepted += 1
            } else {
                report.repaired += 1
                for kind in repairCounts.indices where repairs.bits & (1 << UInt32(kind)) != 0 {
                    repairCounts[kind] += 1
                }
            }
        case .fault(let fault): countFault(fault, line)
        }
    }

    private mutating func countFault(_ fault: LineFault, _ line: Span<UInt8>) {
        let code = fault.code.description
        switch fault.verdict {
        case .rejected:
            report.rejected += 1
            report.rejections[code, default: 0] += 1
        case .unsupported:
            report.unsupported += 1
            report.unsupportedReasons[code, default: 0] += 1
        }
        note(fault, line)
    }

    /// Keeps the message of `fault`, unless there are enough of its code.
    mutating func note(_ fault: LineFault, _ line: Span<UInt8>) {
        let code = fault.code.description
        guard keepsMessage(of: code) else { return }
        let message = Self.message(of: fault)
        report.diagnostics.append(
            Diagnostic(
                fault.verdict == .rejected ? .error : .warning, code,
                at: SourceLocation(
                    file: path, line: report.lines, column: fault.offset.map { $0 + 1 } ?? 0),
                quotes
                    ? "\(message): \(Quote.text(line, around: fault.offset ?? 0))"
                    : "\(message) (not quoted: the list is confidential)"))
    }

    /// Keeps the message of a fault of an earlier line, which is not counted, unless there are enough of its code.
    mutating func note(_ fault: LineFault, line: UInt32) {
        note(
            fault.verdict == .rejected ? .error : .warning, fault.code.description, line: line,
            column: fault.offset.map { $0 + 1 } ?? 0, Self.message(of: fault))
    }

    private static func message(of fault: LineFault) -> String {
        "\(fault.message)" + (fault.limit.map { " (at most \($0))" } ?? "")
    }

    /// Keeps a note on an order, unless there are enough of its code.
    mutating func note(_ note: OrderNote) {
        self.note(
            note.code == "order.expired" ? .note : .error, note.code, line: note.line, note.message)
    }

    /// Keeps a message about an entry that was taken, or about no line that is counted for it, unless there are enough of its code.
    mutating func note(
        _ severity: Diagnostic.Severity, _ code: String, line: UInt32, column: Int = 0,
        _ message: String
    ) {
        let count = kept[code, default: 0]
        guard count < Limits.Lists.diagnosticsMax else { return }
        kept[code] = count + 1
        report.diagnostics.append(
            Diagnostic(
                severity, code,
                at: SourceLocation(file: path, line: Int(line), column: column), message))
    }

    /// Warns where the zone's own name is a guess: every trigger depends on it.
    mutating func noteGuess(_ apex: ZoneApex) {
        guard let line = apex.guessedAt else { return }
        let name = String(decoding: apex.name, as: UTF8.self)
        let taken = quotes ? "\(name) is taken for it" : "a part of them is taken for it"
        note(
            .warning, "zone.apex-guessed", line: line,
            "nothing says the zone's own name but its origins: \(taken), and each name is read without it; write "
                + "`$ORIGIN` with the zone's name before the SOA record")
    }

    /// Warns of expressions that seem to be written for host names.
    mutating func noteHostExpressions() {
        for record in builder.records where record.kind == .regex && record.rule == EntryRecord.none
        {
            guard NameExpression.seemsOfHost(builder.text.span.extracting(record.range)) else {
                continue
            }
            note(
                .warning, "regex.host", line: record.line,
                "the expression is matched over whole URLs, which neither begin nor end with their "
                    + #"host: write `://([^/]*\.)?name[:/]` for a host"#)
        }
    }

    /// Warns of expressions with escapes that no lookup form of a URL has.
    mutating func noteEscapes() {
        for record in builder.records where record.kind == .regex {
            guard
                let escape = ExpressionEscape.first(
                    in: Array(builder.text[record.range]),
                    isCaseless: record.flags.contains(.caseless))
            else { continue }
            let quoted = quotes ? "\(escape.text) in the expression" : "an escape in the expression"
            let spelled = quotes ? "is \(escape.spelled) in" : "is spelled otherwise in"
            note(
                .warning, "regex.escape", line: record.line,
                "\(quoted) \(spelled) the lookup form of URLs: it is met only where a request spells it "
                    + "so")
        }
    }

    /// Takes in what another reader found in the lines behind these.
    mutating func append(_ next: ListReader) {
        let lineBase = report.lines
        let textBase = UInt32(truncatingIfNeeded: builder.text.count)
        let ruleBase = UInt32(truncatingIfNeeded: builder.rules.count)
        builder.rangeNetworks += next.builder.rangeNetworks
        builder.hasRefusedRange = builder.hasRefusedRange || next.builder.hasRefusedRange
        builder.text += next.builder.text
        for var record in next.builder.records {
            record.textStart &+= textBase
            record.line &+= UInt32(truncatingIfNeeded: lineBase)
            if record.rule != EntryRecord.none { record.rule &+= ruleBase }
            builder.records.append(record)
        }
        for var rule in next.builder.rules {
            rule.pattern.start &+= textBase
            rule.line &+= UInt32(truncatingIfNeeded: lineBase)
            builder.rules.append(rule)
        }
        for index in repairCounts.indices { repairCounts[index] += next.repairCounts[index] }
        for var diagnostic in next.report.diagnostics where keepsMessage(of: diagnostic.code) {
            diagnostic.location.line += lineBase
            report.diagnostics.append(diagnostic)
        }
        report.add(next.report)
    }

    /// Whether a message of this code is kept; counts it if so.
    private mutating func keepsMessage(of code: String) -> Bool {
        let count = kept[code, default: 0]
        guard count < Limits.Lists.diagnosticsMax, kept.count < Limits.Lists.reasonCodesMax else {
            return false
        }
        kept[code] = count + 1
        return true
    }

    /// Ends before the end of the file.
    mutating func stop(_ message: String) {
        report.isComplete = false
        report.diagnostics.append(
            Diagnostic(
                .error, "list.over-limit",
                at: SourceLocation(file: path, line: report.lines), message))
        finish()
    }

    mutating func finish() {
        for kind in RepairKind.allCases where repairCounts[Int(kind.rawValue)] > 0 {
            report.repairs[kind] = repairCounts[Int(kind.rawValue)]
        }
    }
}
