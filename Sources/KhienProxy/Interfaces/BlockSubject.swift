/// What a judgement is about.
public enum BlockSubject: Sendable {
    /// The request: its URL, its host, an address.
    case request
    /// What the request sends: a form.
    case form
    /// What the response says.
    case page
}
