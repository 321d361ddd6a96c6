/// Whether the tags stand in `svg` or `math`, where CDATA is text and raw text elements are none.
///
/// Browsers build a tree; here levels are counted. Both agree as long as the elements of foreign content,
/// and of the HTML within it, end in their order. Where they do not it is in doubt for the rest of the page
/// what is raw text.
struct ForeignContent {
    /// One bit a level, the innermost lowest: set for `svg` and `math`, clear for a place within
    /// them where HTML goes on, an island.
    private var levels: UInt32 = 0
    /// Set for `math`.
    private var kinds: UInt32 = 0
    private(set) var depth = 0
    /// Levels past the 32nd; they are counted, not kept.
    private var excess = 0
    /// The element that is an island, and those that are open in it.
    private var names = InlineArray<16, MarkupName>(repeating: MarkupName())
    private var nameCount = 0
    /// Whether a browser may hold for HTML what is foreign here, or the other way.
    private(set) var isDoubtful = false
    /// Elements `text` of `svg` that are open.
    private var labels = 0
    /// What stands in the innermost island is not shown: `desc` and `title` of `svg`.
    private var islandIsHidden = false

    private static let depthMax = 32

    // Asked for each tag: inlined, since a call would be given a copy of all of it.

    @inline(__always) var isForeign: Bool { depth > 0 && levels & 1 != 0 }

    /// Whether `svg` or `math` is open at all.
    @inline(__always) var isInside: Bool { depth > 0 }

    @inline(__always) var isIsland: Bool { depth > 0 && levels & 1 == 0 }

    /// Whether text is not shown here: of `svg` only that in `text` and `foreignObject` is.
    @inline(__always) var hidesText: Bool {
        guard depth > 0 else { return false }
        return isForeign ? kinds & 1 == 0 && labels == 0 : islandIsHidden
    }

    private static let math = MarkupName("math")
    private static let description = MarkupName("desc")
    private static let title = MarkupName("title")
    private static let paragraph = MarkupName("p")
    private static let lineBreak = MarkupName("br")

    /// - Returns: whether the element is foreign.
    mutating func startTag(
        _ name: MarkupName, _ traits: ElementTraits, isSelfClosing: Bool
    ) -> Bool {
        if traits.contains(.foreign) {
            if !isSelfClosing {
                if depth == 0 { labels = 0 }
                push(1, isMath: name == Self.math)
            }
            return true
        }
        guard isForeign else {
            if isIsland, !traits.contains(.void) { open(name) }
            return false
        }
        if traits.contains(.breakout) {
            isDoubtful = true
            while isForeign { pop() }
            return false
        }
        let isIsland = traits.contains(kinds & 1 == 0 ? .integration : .mathText)
        if !isSelfClosing, isIsland { beginIsland(name) }
        if !isSelfClosing, traits.contains(.label) { labels += 1 }
        return true
    }

    mutating func endTag(_ name: MarkupName, _ traits: ElementTraits) {
        guard depth > 0 else { return }
        if isIsland {
            if !close(name) { endIsland(traits) }
        } else if name == Self.paragraph || name == Self.lineBreak {
            isDoubtful = true
            while isForeign { pop() }
        } else if traits.contains(.foreign) {
            if kinds & 1 != (name == Self.math ? 1 : 0) { isDoubtful = true }
            pop()
        } else if traits.contains(.label) {
            labels = max(0, labels - 1)
        }
    }

    /// An island with all that is open in it, or a tag that is not the end of the innermost element.
    private mutating func endIsland(_ traits: ElementTraits) {
        isDoubtful = true
        if traits.contains(.foreign) {
            while isIsland { pop() }
            pop()
        } else if traits.contains(.integration) || traits.contains(.mathText) {
            pop()
        }
    }

    private mutating func beginIsland(_ name: MarkupName) {
        // Which names belong to which of several is not kept.
        let all = depth < 32 ? UInt32(1) << UInt32(depth) &- 1 : .max
        if levels & all != all { isDoubtful = true }
        nameCount = 0
        islandIsHidden = name == Self.description || name == Self.title
        push(0, isMath: false)
        open(name)
    }

    private mutating func open(_ name: MarkupName) {
        // Of a longer name not all is known.
        guard nameCount < names.count, name.isWhole else {
            isDoubtful = true
            return
        }
        names[nameCount] = name
        nameCount += 1
    }

    /// Whether it ends the innermost element of an island; with the last one ends the island.
    private mutating func close(_ name: MarkupName) -> Bool {
        guard nameCount > 0, names[nameCount - 1] == name else { return false }
        nameCount -= 1
        if nameCount == 0 { pop() }
        return true
    }

    private mutating func push(_ level: UInt32, isMath: Bool) {
        guard depth < Self.depthMax else {
            isDoubtful = true
            excess += 1
            return
        }
        levels = levels << 1 | level
        kinds = kinds << 1 | (isMath ? 1 : 0)
        depth += 1
    }

    private mutating func pop() {
        if excess > 0 {
            excess -= 1
        } else if depth > 0 {
            levels >>= 1
            kinds >>= 1
            depth -= 1
        }
    }
}
