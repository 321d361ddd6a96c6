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

    private static let link = MarkupName("a")
    private static let button = MarkupName("button")

    mutating func begin(_ name: MarkupName, _ traits: ElementTraits) {
        self = HiddenRegion()
        isActive = true
        self.name = name
        self.traits = traits
    }

    /// A start tag within the region. An element without content is none of its business.
    mutating func startTag(_ name: MarkupName, _ traits: ElementTraits) {
        if traits.contains(.void) { return }
        if self.traits.contains(.optionalEnd) {
            if traits.contains(.block) { isActive = false }
        } else if name == self.name {
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
        if name == self.name {
            isActive = sameDepth > 0
            sameDepth -= 1
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

/// Whether the tags stand in `svg` or `math`, where CDATA is text and raw text elements are none.
struct ForeignContent {
    /// One bit a level, the innermost lowest: set for `svg` and `math`, clear for a place within
    /// them where HTML goes on.
    private var levels: UInt32 = 0
    private var depth = 0
    /// Levels past the 32nd; they are counted, not kept.
    private var excess = 0

    private static let depthMax = 32

    var isForeign: Bool { depth > 0 && levels & 1 != 0 }

    /// Whether `svg` or `math` is open at all.
    var isInside: Bool { depth > 0 }

    mutating func startTag(_ traits: ElementTraits, isSelfClosing: Bool) {
        if traits.contains(.foreign) {
            if !isSelfClosing { push(1) }
        } else if isForeign {
            if traits.contains(.integration) {
                if !isSelfClosing { push(0) }
            } else if traits.contains(.breakout) {
                while isForeign { pop() }
            }
        }
    }

    private static let paragraph = MarkupName("p")
    private static let lineBreak = MarkupName("br")

    mutating func endTag(_ name: MarkupName, _ traits: ElementTraits) {
        guard depth > 0 else { return }
        if name == Self.paragraph || name == Self.lineBreak {
            while isForeign { pop() }
            return
        }
        if traits.contains(.foreign) {
            while depth > 0, levels & 1 == 0 { pop() }
            pop()
        } else if traits.contains(.integration), !isForeign {
            pop()
        }
    }

    private mutating func push(_ level: UInt32) {
        guard depth < Self.depthMax else {
            excess += 1
            return
        }
        levels = levels << 1 | level
        depth += 1
    }

    private mutating func pop() {
        if excess > 0 {
            excess -= 1
        } else if depth > 0 {
            levels >>= 1
            depth -= 1
        }
    }
}
