/// The grammar of one format: it is given the lines in order and says what became of each.
protocol LineGrammar {
    /// Reads one line, without its line end, never blank and never over the limit of length, with
    /// neither NUL nor other control characters but tabs. Entries go to `builder`.
    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome
}

/// A grammar that reads each line as if it stood alone, so that pieces of a list may be read at the same
/// time: it cannot change itself, and it leaves nothing in the builder but text, records without an order,
/// and rules that name no domains.
protocol StatelessGrammar: LineGrammar, Sendable {
    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome
}
