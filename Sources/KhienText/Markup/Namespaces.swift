import KhienModel

/// Which namespaces an XML document names: those of elements without a prefix, and whose the prefixes are.
///
/// What holds within an element `OpenElements` knows, for those without a prefix. Here is no tree: one without a prefix that is neither HTML's, SVG's nor MathML's makes all that follows doubtful,
/// and a prefix that has been HTML's and another's is nobody's. Prefixes are told apart without case.
struct Namespaces {
    private var sawHTML = false
    private var sawWithin = false
    private var sawOther = false
    private var value: [UInt8] = []
    /// The prefix whose namespace is being read; nil: that of elements without one.
    private var prefix: MarkupName?
    private var prefixes: [(name: MarkupName, owner: Owner)] = []
    /// Whose the tag that is being read says that elements without a prefix are.
    private(set) var declared: Owner?

    /// Whose an element is; of two declarations the later of these counts.
    enum Owner: UInt8 {
        case html
        /// SVG's or MathML's.
        case foreign
        case other
    }

    private static let html = Array("http://www.w3.org/1999/xhtml".utf8)
    private static let within = [
        Array("http://www.w3.org/2000/svg".utf8), Array("http://www.w3.org/1998/Math/MathML".utf8),
    ]

    /// Whether elements have the meanings of HTML: some are HTML's and all are HTML's or of what stands
    /// within it.
    var areHTML: Bool { sawHTML && !sawOther }

    /// Whether `script` and `style` are what they are in HTML, or in SVG.
    var areKnown: Bool { (sawHTML || sawWithin) && !sawOther }

    /// Whether the tag, which has no prefix, says itself that it is none of HTML, in a document that has HTML.
    var tagIsOther: Bool {
        declared == .other && (sawHTML || prefixes.contains { $0.owner == .html })
    }

    /// Whether elements with the prefix are those of HTML.
    func areHTML(_ prefix: MarkupName) -> Bool {
        owner(of: prefix) == .html
    }

    /// Whose the elements with the prefix are.
    func owner(of prefix: MarkupName) -> Owner {
        prefixes.first { $0.name == prefix }?.owner ?? .other
    }

    /// Another tag comes.
    mutating func beginTag() { declared = nil }

    /// The value of `xmlns:prefix` comes.
    mutating func begin(_ prefix: MarkupName) { self.prefix = prefix }

    /// A piece of the value of `xmlns`, or of `xmlns:prefix`.
    mutating func feed(_ bytes: Span<UInt8>) {
        for index in bytes.indices where value.count <= Limits.Text.namespaceBytesMax {
            value.append(bytes[index])
        }
    }

    /// The value is over.
    mutating func finish() {
        defer { value.removeAll(keepingCapacity: true) }
        if let prefix {
            self.prefix = nil
            return declare(prefix)
        }
        switch owner {
        case .html: sawHTML = true
        case .foreign: sawWithin = true
        case .other: sawOther = true
        }
        declared = owner
    }

    /// Whose the namespace is that has been read.
    private var owner: Owner {
        value == Self.html ? .html : Self.within.contains(value) ? .foreign : .other
    }

    private mutating func declare(_ prefix: MarkupName) {
        let owner = owner
        if let place = prefixes.firstIndex(where: { $0.name == prefix }) {
            if owner.rawValue > prefixes[place].owner.rawValue { prefixes[place].owner = owner }
        } else if prefixes.count < Limits.Text.namespacePrefixesMax {
            prefixes.append((prefix, owner))
        }
    }
}

/// A name of XML as it comes in pieces: `prefix:local`.
struct QualifiedName {
    /// In lower case; nil: the name has no colon.
    private(set) var prefix: MarkupName?
    /// What stands behind the first colon, in lower case.
    private(set) var local = MarkupName()
    /// Names have case: with a capital it is another one.
    private(set) var hasCapitals = false
    private var prefixHasCapitals = false

    private static let declaration = MarkupName("xmlns")

    /// The prefix that an attribute of this name declares; nil where it is another one.
    var declaredPrefix: MarkupName? {
        prefix == Self.declaration && !prefixHasCapitals ? local : nil
    }

    @inline(never)
    mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":"), prefix == nil {
                prefix = local
                prefixHasCapitals = hasCapitals
                local = MarkupName()
                hasCapitals = false
                continue
            }
            if byte != byte.lowered { hasCapitals = true }
            local.append(byte.lowered)
        }
    }
}
