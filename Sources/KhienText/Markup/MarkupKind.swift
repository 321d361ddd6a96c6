/// What a body is, as far as reading its text is concerned.
@frozen public enum MarkupKind: UInt8, Sendable, CaseIterable {
    case html
    case xml
    case json
    case script
    case style
    case plain
    /// Server-sent events.
    case events
}
