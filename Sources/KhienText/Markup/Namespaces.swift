import KhienModel

/// Which namespaces an XML document names as those of elements without a prefix.
///
/// There is no tree: one that is neither HTML's, SVG's nor MathML's makes all that follows doubtful.
struct Namespaces {
    private var sawHTML = false
    private var sawWithin = false
    private var sawOther = false
    private var value: [UInt8] = []

    private static let html = Array("http://www.w3.org/1999/xhtml".utf8)
    private static let within = [
        Array("http://www.w3.org/2000/svg".utf8), Array("http://www.w3.org/1998/Math/MathML".utf8),
    ]

    /// Whether elements have the meanings of HTML: some are HTML's and all are HTML's or of what stands
    /// within it.
    var areHTML: Bool { sawHTML && !sawOther }

    /// Whether `script` and `style` are what they are in HTML, or in SVG.
    var areKnown: Bool { (sawHTML || sawWithin) && !sawOther }

    /// A piece of the value of `xmlns`.
    mutating func feed(_ bytes: Span<UInt8>) {
        for index in bytes.indices where value.count <= Limits.Text.namespaceBytesMax {
            value.append(bytes[index])
        }
    }

    /// The value is over.
    mutating func finish() {
        if value == Self.html {
            sawHTML = true
        } else if Self.within.contains(value) {
            sawWithin = true
        } else {
            sawOther = true
        }
        value.removeAll(keepingCapacity: true)
    }
}
