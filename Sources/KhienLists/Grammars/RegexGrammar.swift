import KhienModel

/// One regular expression (PCRE2) a line, matched over the whole URL. A line that begins with `#`
/// is a comment. Whether an expression compiles is the compiler's to say.
struct RegexGrammar: StatelessGrammar {
    /// Flags of all entries: squidGuard's and e2guardian's expressions do not regard case.
    var flags: EntryFlags = []
    /// What an expression of another program's list becomes over the whole URL.
    var translate: (@Sendable ([UInt8]) -> [UInt8])?

    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmed(0..<line.count)
        guard let first = content.first else { return .blank }
        if line[first] == Byte.hash { return .comment }
        var repairs = RepairSet()
        if content.count < line.count { repairs.insert(.whiteSpace) }
        let start = builder.text.count
        if let translate {
            builder.text += translate(line.copy(content))
        } else {
            ByteCopy.append(line, content, to: &builder.text)
        }
        builder.addEntry(.regex, textFrom: start, flags: flags)
        return .entries(repairs)
    }
}
