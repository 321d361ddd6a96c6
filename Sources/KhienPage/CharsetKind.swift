import KhienCoding
import KhienText

extension CharsetDecision.Kind {
    /// What names the charset of a body of this kind.
    init(_ markup: MarkupKind?) {
        self =
            switch markup {
            case .html: .markup
            case .xml: .xml
            case .json: .json
            case .events: .events
            case .script, .style, .plain, nil: .text
            }
    }
}
