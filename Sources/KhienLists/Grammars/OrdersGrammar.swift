import KhienModel

/// Khiên's own order files: comma-separated values (RFC 4180), the first row names the columns. Where
/// a spreadsheet writes semicolons or tabs in place of the commas, the header shows it.
///
/// Each row is one target of an order; rows of one order repeat its number and either repeat its
/// other columns or leave them all empty. docs/LISTS.md has the table of columns.
struct OrdersGrammar: LineGrammar {
    /// The columns by position in the row; nil: the header has not been read, or was wrong.
    private var columns: [OrderColumn]?
    private var hasHeader = false
    private var separator = Byte.comma
    /// Index into the builder's orders, and the line of the order's first row.
    private var known: [Key: Place] = [:]
    /// The same by number, for rows that name nothing else. Two authorities may use one number.
    private var byNumber: [String: [Place]] = [:]

    private struct Key: Hashable {
        var authority: String
        var number: String
    }

    private struct Place {
        var index: UInt32
        var line: UInt32
    }

    /// Orders that had expired at this moment are noted; nil: none are.
    let now: UnixTime?
    /// What to say of rows that were accepted: the order has expired, another row contradicts.
    var notes: [OrderNote] = []

    init(now: UnixTime?) { self.now = now }

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if line[0] == Byte.hash { return .comment }
        do throws(LineFault) {
            if !hasHeader {
                if let named = Self.namedSeparator(line) {
                    separator = named
                    return .structure
                }
                separator = Self.separator(ofHeader: line, or: separator)
            }
            let row = try CSVRow(line, separator: separator)
            // Spreadsheets write rows without anything in them.
            if hasHeader, row.fields.allSatisfy({ $0.bytes.isEmpty }) { return .blank }
            if !hasHeader {
                hasHeader = true
                columns = try OrderColumn.header(row)
                return .structure
            }
            guard let columns else {
                throw .rejected("order.no-header", "the header row is wrong: no row can be read")
            }
            return .entries(try readRow(row, columns, into: &builder))
        } catch {
            return .fault(error)
        }
    }

    /// `sep=;`, which spreadsheets write before the header; nil: it is another line.
    private static func namedSeparator(_ line: Span<UInt8>) -> UInt8? {
        guard line.hasPrefix("sep=", at: 0, before: line.count), line.count == 5 else { return nil }
        return isSeparator(line[4]) ? line[4] : nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == Byte.comma || byte == UInt8(ascii: ";") || byte == Byte.tab
    }

    /// The first separator of the header: no column's name holds one.
    private static func separator(ofHeader line: Span<UInt8>, or named: UInt8) -> UInt8 {
        for index in line.indices where isSeparator(line[index]) { return line[index] }
        return named
    }

    private mutating func readRow(
        _ row: CSVRow, _ columns: [OrderColumn], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        guard row.fields.count == columns.count else {
            throw .rejected(
                "order.column-count", "the row has not as many fields as the header")
        }
        var values: [OrderColumn: CSVRow.Field] = [:]
        for (column, field) in zip(columns, row.fields) {
            if String(validating: field.bytes, as: UTF8.self) == nil {
                throw .rejected("order.not-utf-8", "order files are UTF-8", at: field.offset)
            }
            values[column] = field
        }
        let (order, isBare) = try OrderFields.order(values)
        let place = try findOrder(order, isBare: isBare, values, into: &builder)
        let mark = builder.mark()
        builder.order = place.index
        builder.action = builder.orders[Int(place.index)].action
        defer {
            builder.order = EntryRecord.none
            builder.action = nil
        }
        do throws(LineFault) {
            let repairs = try OrderTarget.add(values, into: &builder)
            if place.isNew { noteExpiry(order, builder.line) }
            return repairs
        } catch {
            builder.forget(since: mark)
            throw error
        }
    }

    private mutating func findOrder(
        _ order: Order, isBare: Bool, _ values: [OrderColumn: CSVRow.Field],
        into builder: inout ListBuilder
    ) throws(LineFault) -> (index: UInt32, isNew: Bool) {
        let key = Key(authority: order.authority, number: order.number)
        let known = known[key]
        if let known, builder.orders[Int(known.index)] == order { return (known.index, false) }
        if isBare, let found = byNumber[order.number] {
            if found.count == 1 { return (found[0].index, false) }
            note(
                builder.line, "order.conflict",
                "orders of several authorities have the number \(order.number), on line "
                    + "\(found[0].line) and on line \(found[1].line)")
            throw .rejected(
                "order.conflict", "several authorities have an order of this number: name which",
                at: values[.order]?.offset)
        }
        if let known {
            note(
                builder.line, "order.conflict",
                "the order \(order.number) stands with other columns on line \(known.line) and on "
                    + "line \(builder.line)")
            throw .rejected(
                "order.conflict", "the same number as an earlier row, and different columns",
                at: values[.order]?.offset)
        }
        guard builder.orders.count < Limits.Lists.ordersMax else {
            throw .rejected("order.count", "too many orders in one file")
        }
        let index = UInt32(truncatingIfNeeded: builder.orders.count)
        builder.orders.append(order)
        let place = Place(index: index, line: builder.line)
        self.known[key] = place
        byNumber[order.number, default: []].append(place)
        return (index, true)
    }

    private mutating func noteExpiry(_ order: Order, _ line: UInt32) {
        guard let now, let expires = order.expires, expires <= now else { return }
        note(line, "order.expired", "the order \(order.number) has expired; it has no force")
    }

    /// Keeps a message, unless there are enough of its code.
    private mutating func note(_ line: UInt32, _ code: String, _ message: String) {
        guard notes.count(where: { $0.code == code }) < Limits.Lists.diagnosticsMax else { return }
        notes.append(OrderNote(line: line, code: code, message: message))
    }
}

/// Something to tell about an order that concerns more than its row.
struct OrderNote {
    var line: UInt32
    var code: String
    var message: String
}
