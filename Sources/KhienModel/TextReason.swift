/// What a verdict about a text rests on. No words of the text.
public struct TextReason: Hashable, Sendable {
    public var cause: Cause
    /// Where the entry that decided was found first.
    public var layer: TextLayer
    public var view: TextView
    public var reading: TextReading
    /// How far into that text: `1K`, `4K` ... `1M`, `later`.
    public var offset: String
    public var score: Int
    /// The score at which the text is condemned.
    public var limit: Int
    /// The group whose score is the highest, or that reached its own limit.
    public var group: String

    public enum Cause: String, Hashable, Sendable {
        /// A phrase that condemns by itself.
        case ban
        /// A phrase that lifts what others say.
        case exception
        /// The score of the whole text.
        case score
        /// The score of one group with a limit of its own.
        case group
    }

    public init(
        cause: Cause, layer: TextLayer, view: TextView, reading: TextReading, offset: String,
        score: Int, limit: Int, group: String
    ) {
        self.cause = cause
        self.layer = layer
        self.view = view
        self.reading = reading
        self.offset = offset
        self.score = score
        self.limit = limit
        self.group = group
    }
}
