import KhienModel

/// The columns of an order file. The raw value is the name in the header row.
enum OrderColumn: String, CaseIterable {
    case order
    case authority
    case legalBasis = "legal-basis"
    case issued
    case effective
    case expires
    case category
    case action
    case targetType = "target-type"
    case target
    case contact

    /// The columns that a header row names, in its order.
    static func header(_ row: CSVRow) throws(LineFault) -> [OrderColumn] {
        var columns: [OrderColumn] = []
        for field in row.fields {
            guard let column = Self(rawValue: String(decoding: field.bytes, as: UTF8.self)) else {
                throw .rejected(
                    "order.header",
                    """
                    order, authority, legal-basis, issued, effective, expires, category, action, \
                    target-type, target or contact was expected
                    """,
                    at: field.offset)
            }
            if columns.contains(column) {
                throw .rejected("order.header", "the column stands twice", at: field.offset)
            }
            columns.append(column)
        }
        for needed in [OrderColumn.order, .targetType, .target] where !columns.contains(needed) {
            throw .rejected(
                "order.header", "the columns order, target-type and target are needed")
        }
        return columns
    }
}

/// Reads the columns that describe an order.
enum OrderFields {
    /// The order of a row, and whether all its columns but the number are empty.
    static func order(
        _ values: [OrderColumn: CSVRow.Field]
    ) throws(LineFault) -> (Order, isBare: Bool) {
        let number = text(values, .order)
        if number.isEmpty {
            throw .rejected(
                "order.number-missing", "the order's number was expected",
                at: values[.order]?.offset)
        }
        let actionName = text(values, .action)
        guard let action = actionName.isEmpty ? .block : Action(name: actionName) else {
            throw .rejected(
                "order.action", "block, warn, monitor or allow was expected",
                at: values[.action]?.offset)
        }
        let order = Order(
            number: number, authority: text(values, .authority),
            legalBasis: text(values, .legalBasis), issued: try date(values, .issued),
            effective: try date(values, .effective), expires: try date(values, .expires),
            category: text(values, .category), action: action, contact: text(values, .contact))
        if let effective = order.effective, let expires = order.expires, expires <= effective {
            throw .rejected(
                "order.dates", "expires must be after effective", at: values[.expires]?.offset)
        }
        return (order, order == Order(number: number) && actionName.isEmpty)
    }

    static func text(_ values: [OrderColumn: CSVRow.Field], _ column: OrderColumn) -> String {
        String(decoding: values[column]?.bytes ?? [], as: UTF8.self)
    }

    private static func date(
        _ values: [OrderColumn: CSVRow.Field], _ column: OrderColumn
    ) throws(LineFault) -> UnixTime? {
        guard let field = values[column], !field.bytes.isEmpty else { return nil }
        guard let date = OrderDate.parse(field.bytes) else {
            throw .rejected(
                "order.date", "2026-01-31 or 2026-01-31T14:30:00+07:00 was expected",
                at: field.offset)
        }
        return date
    }
}

/// Reads the target of a row.
enum OrderTarget {
    static func add(
        _ values: [OrderColumn: CSVRow.Field], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        guard let kind = TargetKind(name: OrderFields.text(values, .targetType)) else {
            throw .rejected(
                "order.target-type",
                "url, url-prefix, host, domain, ip, cidr, pattern, regex, sha256 or phrase was expected",
                at: values[.targetType]?.offset)
        }
        let field = values[.target] ?? CSVRow.Field(bytes: [], offset: 0)
        // Authorities' tables come out of documents: no-break spaces and the like stand around targets.
        let visible = field.bytes.span.trimmedOfSpaces(0..<field.bytes.count)
        guard !visible.isEmpty else {
            throw .rejected(
                "order.target", "a target was expected", at: values[.target]?.offset)
        }
        do throws(LineFault) {
            var repairs = try add(kind, field.bytes.span.copy(visible), into: &builder)
            if visible.count < field.bytes.count { repairs.insert(.whiteSpace) }
            return repairs
        } catch {
            var placed = error
            placed.offset = field.offset + visible.lowerBound + (error.offset ?? 0)
            throw placed
        }
    }

    private static func add(
        _ kind: TargetKind, _ bytes: [UInt8], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let text = bytes.span
        let range = 0..<text.count
        switch kind {
        case .host, .domain:
            return try NameReader.addName(text, range, kind, into: &builder)
        case .url, .urlPrefix:
            let first = builder.records.count
            let repairs =
                MatchPattern.isMatchPattern(text, range)
                ? try MatchPattern.add(text, range, as: kind, into: &builder)
                : try URLReader.addURL(
                    text, range, as: .init(url: kind, bareName: .host), into: &builder)
            if kind == .urlPrefix { URLReader.addWWW(from: first, into: &builder) }
            return repairs
        case .address, .network:
            return try AddressesGrammar.addAddresses(text, range, into: &builder)
        case .pattern:
            if CosmeticRule.isCosmetic(text, range) {
                throw .rejected(
                    "order.target", "a rule for parts of a page: no request is judged by it", at: 0)
            }
            let first = builder.rules.count
            let firstRecord = builder.records.count
            let repairs = try addPattern(bytes, into: &builder)
            for record in builder.records[firstRecord...] where record.flags.contains(.exception) {
                throw .rejected(
                    "order.target", "an exception (`@@`): the column `action` says `allow`", at: 0)
            }
            if builder.rules[first...].contains(where: { $0.traits.contains(.badFilter) }) {
                throw .rejected(
                    "order.target", "a rule that cancels others (`$badfilter`) and names nothing",
                    at: 0)
            }
            let document = UInt16(1) << RequestType.document.rawValue
            if builder.rules[first...].contains(where: {
                $0.typeMask == document && $0.party == .third
            }) {
                throw .rejected(
                    "order.target",
                    "a rule for pages as parts of others' (`$document,third-party`): a page that is opened is none",
                    at: 0)
            }
            // Adblock leaves pages that are opened alone; an order means every request.
            for index in first..<builder.rules.count
            where builder.rules[index].typeMask == AdblockRule.networkTypes {
                builder.rules[index].typeMask = AdblockRule.allTypes
            }
            return repairs
        case .regex:
            return try RegexGrammar.addExpression(text, range, into: &builder)
        case .expression:
            return try SHA256Grammar.addHash(text, range, into: &builder)
        case .phrase: return try addPhrase(bytes, into: &builder)
        }
    }

    private static func addPattern(
        _ bytes: [UInt8], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let plain = OrderPattern.unescaped(bytes)
        let isSame = plain == bytes
        do throws(LineFault) {
            var repairs = try AdblockRuleReader.add(plain.span, 0..<plain.count, into: &builder)
            if !isSame { repairs.insert(.urlSpelling) }
            return repairs
        } catch {
            var placed = error
            // Escapes took more bytes than what they stand for: the pattern's begin is told.
            if !isSame { placed.offset = 0 }
            throw placed
        }
    }

    /// What a page must not say: whole words, in text, titles, attributes and the URL, shown or hidden. A
    /// single word counts with its diacritics only, since `thế` without them is on every English page.
    private static func addPhrase(
        _ bytes: [UInt8], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        if builder.action == .allow {
            throw .unsupported(
                "order.phrase-allow",
                "an order exempts no page for its words: block, warn or monitor was expected", at: 0
            )
        }
        var draft = PhraseDraft()
        draft.effect = .ban
        draft.layers = .ofReaders
        let term = try PhraseDraft.literal(bytes, startsWord: true, endsWord: true, at: 0)
        if !term.bytes.contains(Byte.space), term.bytes.contains(where: { $0 >= 0x80 }) {
            draft.views = [.exact, .legacy]
        }
        // `đ` is a currency and a bullet; one character of Chinese may be a word.
        if term.bytes.count == 2, term.bytes[0] >= 0xC0 {
            throw .rejected(
                "phrase.too-short", "a phrase of so few letters stands on nearly every page", at: 0)
        }
        draft.terms = [term]
        try builder.addPhrase(draft)
        return RepairSet()
    }
}
