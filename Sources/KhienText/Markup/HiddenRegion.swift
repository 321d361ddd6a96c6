/// How far a hidden element reaches, without a tree.
///
/// In doubt text is taken as visible: an element whose end tag may be left out (`p`, `li`, `td`)
/// hides up to the next block only, and the end of an element that began before the hidden one ends
/// it as well.
struct HiddenRegion {
    private(set) var isActive = false
    private var name = MarkupName()
    private var traits: ElementTraits = []
    /// Elements of the same name that began within.
    private var sameDepth = 0
    /// Blocks that began within, and those of them whose end tag may be left out.
    private var blockDepth = 0
    private var looseDepth = 0
    private var foreignDepth = 0

    /// Whether its elements stand apart from those around: in a template they begin and end none there.
    var isApart: Bool { isActive && traits.contains(.template) }

    private static let link = MarkupName("a")
    private static let button = MarkupName("button")

    /// - Parameter depth: of foreign content, that which the element begins included.
    mutating func begin(_ name: MarkupName, _ traits: ElementTraits, _ depth: Int) {
        self = HiddenRegion()
        foreignDepth = depth
        isActive = true
        self.name = name
        self.traits = traits
    }

    /// Whether it is over, by a tag of its own name.
    func ended(with name: MarkupName) -> Bool { !isActive && name == self.name }

    /// Foreign content ends all that began in it.
    mutating func leave(_ depth: Int) { if depth < foreignDepth { isActive = false } }

    /// A start tag within the region. An element without content is none of its business.
    mutating func startTag(_ name: MarkupName, _ traits: ElementTraits) {
        if self.traits.contains(.fleeting) {
            isActive = false
            return
        }
        if self.traits.contains(.optionalEnd) {
            // Of those without content a rule is one.
            let isBlock = traits.contains(.block) && !traits.contains([.void, .box])
            if isBlock { isActive = false }
            return
        }
        if traits.contains(.void) { return }
        if name == self.name {
            // These two do not nest: the second begin is the first one's end.
            if name == Self.link || name == Self.button { isActive = false }
            sameDepth += 1
        } else if traits.contains(.optionalEnd) {
            looseDepth += 1
        } else if traits.contains(.block) {
            blockDepth += 1
        }
    }

    mutating func endTag(_ name: MarkupName, _ traits: ElementTraits) {
        if self.traits.contains(.fleeting) {
            isActive = false
        } else if name == self.name {
            isActive = sameDepth > 0
            sameDepth -= 1
        } else if isApart {
            return
        } else if self.traits.contains(.optionalEnd) {
            if traits.contains(.block) { isActive = false }
        } else if traits.contains(.optionalEnd) {
            isActive = looseDepth > 0
            looseDepth -= 1
        } else if traits.contains(.block) {
            isActive = blockDepth > 0
            blockDepth -= 1
        }
    }
}
