import KhienModel

/// Hands out what a document's lines ask for, line by line.
struct PhraseDocumentGrammar: LineGrammar {
    private var document: PhraseDocument
    private var windowNumbers: [UInt32]?

    init(_ document: PhraseDocument) { self.document = document }

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if windowNumbers == nil { begin(&builder) }
        guard let found = document.take(Int(builder.line)) else {
            let content = line.trimmed(0..<line.count)
            return content.first.map { line[$0] } == Byte.hash ? .comment : .structure
        }
        var fault = found.fault
        for draft in found.drafts {
            var draft = draft
            draft.windows = draft.windows.flatMap { windowNumbers?[Int($0)] }
            draft.group = document.limit == nil || document.category == nil ? nil : 0
            do throws(LineFault) {
                try builder.addPhrase(draft)
            } catch {
                fault = fault ?? error
            }
        }
        return fault.map { .fault($0) } ?? .accepted
    }

    private mutating func begin(_ builder: inout ListBuilder) {
        windowNumbers = document.windows.map { builder.phraseWindowSet($0) }
        guard let category = document.category else { return }
        builder.category = category
        let limit = document.limit ?? 0
        builder.phraseGroups = [
            PhraseGroup(
                name: category, limit: limit > 0 ? limit : nil, relief: limit < 0 ? limit : nil)
        ]
    }

    /// Tells of what stands on lines that were not handed out: a line that is rejected for its length or its
    /// characters takes its rules with it, and its faults may be those of the whole list.
    func tellLeftOut(_ reader: inout ListReader) {
        // A list without lines is told to be empty.
        guard reader.report.isComplete, reader.report.lines > 0 else { return }
        for (line, left) in document.lines.sorted(by: { $0.key < $1.key }) {
            let line = UInt32(truncatingIfNeeded: min(line, reader.report.lines))
            if let fault = left.fault { reader.note(fault, line: line) }
            if left.drafts.isEmpty { continue }
            reader.note(
                .error, "phrases.left-out", line: line,
                "the rules whose phrases begin on this line are left out with it:"
                    + " \(left.drafts.count)")
        }
    }
}
