/// The grammar of one format: it is given the lines in order and says what became of each.
protocol LineGrammar {
    /// Reads one line, without its line end, never blank and never over the limit of length, with
    /// neither NUL nor other control characters but tabs. Entries go to `builder`.
    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome
}
