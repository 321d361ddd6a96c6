import KhienModel

/// One regular expression (PCRE2) a line, matched over the whole URL. A line that begins with `#`
/// is a comment. Whether an expression compiles is the compiler's to say.
///
/// Repaired: `/…/` and `/…/i`; Pi-hole's `(\.|^)name$`, which is the domain. A line that is only a flag of
/// squid (`-i`) is rejected.
struct RegexGrammar: StatelessGrammar {
    /// Flags of all entries: squidGuard's and e2guardian's expressions do not regard case.
    var flags: EntryFlags = []
    /// What an expression of another program's list becomes over the whole URL.
    var translate: (@Sendable ([UInt8]) -> [UInt8])?

    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmedOfSpaces(0..<line.count)
        guard let first = content.first else { return .blank }
        if line[first] == Byte.hash { return .comment }
        var repairs = RepairSet()
        if content.count < line.count { repairs.insert(.whiteSpace) }
        if let translate {
            let start = builder.text.count
            builder.text += translate(line.copy(content))
            builder.addEntry(.regex, textFrom: start, flags: flags)
            return .entries(repairs)
        }
        do throws(LineFault) {
            repairs.formUnion(try Self.addExpression(line, content, into: &builder))
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }

    /// Adds the expression in `range`, which is for whole URLs.
    static func addExpression(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        if line.equals("-i", in: range) || line.equals("+i", in: range) {
            throw .rejected(
                "regex.flag",
                "a flag without an expression; `(?i)` at the begin of one disregards case",
                at: range.lowerBound)
        }
        var body = range
        var flags: EntryFlags = []
        var repairs = RepairSet()
        if let found = DelimitedExpression(line, range) {
            for place in found.flags where line[place] != UInt8(ascii: "i") {
                throw .rejected(
                    "regex.flag", "a flag behind the last slash; only i was expected", at: place)
            }
            if !found.flags.isEmpty { flags = .caseless }
            body = found.body
            repairs.insert(.delimiters)
        }
        if let name = NameExpression.name(line, body) {
            repairs.insert(.hostExpression)
            repairs.formUnion(try addName(name, at: body.lowerBound, into: &builder))
            return repairs
        }
        let start = builder.text.count
        ByteCopy.append(line, body, to: &builder.text)
        builder.addEntry(.regex, textFrom: start, flags: flags)
        return repairs
    }

    private static func addName(
        _ name: [UInt8], at start: Int, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        do throws(LineFault) {
            return try NameReader.addName(name.span, 0..<name.count, .domain, into: &builder)
        } catch {
            var placed = error
            placed.offset = start
            throw placed
        }
    }
}
