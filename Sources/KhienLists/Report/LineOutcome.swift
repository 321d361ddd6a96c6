/// Why a line was rejected or is not supported. Made of literals, so that half a million bad lines
/// cost no allocation.
struct LineFault: Error {
    enum Verdict {
        case rejected
        case unsupported
    }

    var verdict: Verdict
    /// A stable word for programs: `host.character`.
    var code: StaticString
    /// What is wrong and what was expected, in a sentence without its full stop.
    var message: StaticString
    /// Offset of the fault in the line, from 0; nil: the line as a whole.
    var offset: Int?
    /// How many there may be at most, for the message; nil: it is about no number, or names it.
    var limit: Int?

    static func rejected(
        _ code: StaticString, _ message: StaticString, at offset: Int? = nil
    ) -> LineFault {
        LineFault(verdict: .rejected, code: code, message: message, offset: offset)
    }

    static func unsupported(
        _ code: StaticString, _ message: StaticString, at offset: Int? = nil
    ) -> LineFault {
        LineFault(verdict: .unsupported, code: code, message: message, offset: offset)
    }
}

/// What became of one line.
enum LineOutcome {
    case blank
    case comment
    case structure
    case cosmetic
    case entries(RepairSet)
    case fault(LineFault)

    static let accepted = LineOutcome.entries(RepairSet())
}
