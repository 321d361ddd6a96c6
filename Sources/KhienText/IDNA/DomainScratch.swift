/// What mapping a domain writes on its way, kept for its memory: a warm value allocates nothing.
struct DomainScratch: Sendable {
    /// The domain, percent-decoded.
    var decoded: [UInt8] = []
    var steps = Steps()

    /// Apart from the text that they begin with, so that it can be read while they are written.
    struct Steps: Sendable {
        var mapped: [UInt32] = []
        var labels = Labels()
    }

    struct Labels: Sendable {
        /// All labels in their Unicode form, one behind the other, and where each stands.
        var unicode: [UInt32] = []
        var ranges: [Range<Int>] = []
        /// A label behind its `xn--`.
        var encoded: [UInt8] = []
        var decoded: [UInt32] = []
        var normalized: [UInt32] = []
        var decomposed: [UInt32] = []
    }
}
