import KhienMatcher
import KhienModel
import KhienText

/// The room that pages are read in, some 100 KiB: one serves all pages of an event loop that are read by the
/// same rules, each for the time of a call. What belongs to a page is with its reader.
public final class PageWorkspace {
    let folding: FoldingRoom
    /// nil while it is used.
    var literals: LiteralRoom?

    /// - Parameter scope: `pages` or `forms`, as that of its readers.
    public init(_ rules: PageRules, scope: PhraseScope) {
        folding = rules.foldingRoom(for: scope)
    }

    /// The room for the scanner, to be put back.
    func takeLiterals() -> LiteralRoom { literals.take() ?? LiteralRoom() }
}

@available(*, unavailable)
extension PageWorkspace: Sendable {}
