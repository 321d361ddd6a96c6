/// Which tags of HTML part words. A tag that browsers pass over does not, nor does one whose element is not
/// shown, unless it ends one that is.
///
/// Browsers keep a stack of the open elements; here they are counted by name. Text that stands in a table
/// but in no cell is shown before the table, so only cells part it.
struct OpenElements {
    private var counts = InlineArray<256, UInt16>(repeating: 0)
    private var tableDepth = 0
    /// The depth of the outermost one that is not shown, or zero.
    private var hiddenTable = 0
    private var cellIsOpen = false
    /// Of HTML's blocks only some end it, hidden or not.
    private var paragraphIsOpen = false
    private(set) var selectIsOpen = false
    /// A form within a form is none.
    private var formIsOpen = false
    /// Parts of tables may stand without one: in a shadow root, in a string for a table.
    private var allowsLooseParts: Bool
    /// Without one a table stands in the paragraph.
    private var hasDoctype = false

    private static let paragraph = MarkupName("p")

    /// - Parameter isFragment: what is read may be a part of anything.
    init(isFragment: Bool = false) { allowsLooseParts = isFragment }

    mutating func doctype() { hasDoctype = true }

    // MARK: Start tags

    /// Whether a browser makes an element of the start tag.
    @inline(__always)
    func isElement(_ traits: ElementTraits) -> Bool {
        if traits.contains(.pagePart) || traits.contains(.form) && formIsOpen { return false }
        return !traits.contains(.tablePart) || tableDepth > 0 || allowsLooseParts
    }

    /// Whether what stands in the element is shown where it is: not text in a table that is in no cell.
    @inline(__always)
    func hides(_ traits: ElementTraits) -> Bool {
        isElement(traits) && !traits.contains(.table) && !traits.contains(.row)
    }

    /// Whether the element's begin parts what stands on its two sides. Changes nothing: it is mutating so that
    /// the counters are not copied for it.
    ///
    /// - Parameter isHidden: the element is not shown.
    mutating func startParts(_ name: MarkupName, _ traits: ElementTraits, isHidden: Bool) -> Bool {
        guard traits.contains(.block), isElement(traits) else { return false }
        if traits.contains(.row) { return cellIsOpen }
        if traits.contains(.table) { return cellIsOpen || paragraphIsOpen && hasDoctype }
        if !isHidden { return true }
        if traits.contains(.tablePart) { return cellIsOpen }
        if traits.contains(.optionalEnd), counts[Self.slot(name)] > 0 { return true }
        return paragraphIsOpen && !traits.contains(.box)
    }

    /// A start tag has been read.
    mutating func start(
        _ name: MarkupName, _ traits: ElementTraits, isForeign: Bool, isHidden: Bool = false,
        isShadowRoot: Bool = false
    ) {
        if isShadowRoot, traits.contains(.template) { allowsLooseParts = true }
        guard traits.contains(.block), isElement(traits), !isForeign else { return }
        if traits.contains(.table) {
            tableDepth += 1
            cellIsOpen = false
            if isHidden, hiddenTable == 0 { hiddenTable = tableDepth }
        } else if traits.contains(.tablePart) {
            cellIsOpen = !traits.contains(.row)
        }
        if traits.contains(.select) { selectIsOpen = true }
        if traits.contains(.form) { formIsOpen = true }
        if !traits.contains(.box) { paragraphIsOpen = name == Self.paragraph }
        if !traits.contains(.void) {
            let slot = Self.slot(name)
            counts[slot] += counts[slot] < .max ? 1 : 0
        }
    }

    // MARK: End tags

    /// What an end tag means.
    enum EndTag {
        /// Nothing: there is no such element to end.
        case none
        case withinLine
        /// It parts what stands on its two sides.
        case parts
    }

    /// An end tag has been read.
    mutating func end(_ name: MarkupName, _ traits: ElementTraits) -> EndTag {
        if traits.contains(.pagePart) { return .none }
        guard traits.contains(.block) else { return .withinLine }
        // Without an element to end these two make one.
        if name == Self.paragraph || traits.contains(.lineBreak) {
            paragraphIsOpen = false
            return .parts
        }
        if traits.contains(.void) { return .none }
        if traits.contains(.table) {
            if tableDepth == 0 { return .none }
            let isHidden = tableDepth == hiddenTable
            if isHidden { hiddenTable = 0 }
            tableDepth -= 1
            cellIsOpen = tableDepth > 0
            return isHidden ? .withinLine : .parts
        }
        if traits.contains(.tablePart) {
            guard tableDepth > 0 || allowsLooseParts else { return .none }
            let wasOpen = cellIsOpen
            cellIsOpen = false
            return wasOpen || !traits.contains(.row) ? .parts : .withinLine
        }
        if traits.contains(.select) { selectIsOpen = false }
        if traits.contains(.form) { formIsOpen = false }
        let slot = Self.slot(name)
        if counts[slot] == 0 { return .none }
        counts[slot] -= 1
        if !traits.contains(.box) { paragraphIsOpen = false }
        return .parts
    }

    /// Names that end each other share a counter, blocks of HTML do not otherwise: the factor was searched
    /// for. A shared one would let a tag that is passed over part a word.
    private static func slot(_ name: MarkupName) -> Int {
        Int(truncatingIfNeeded: (name.group.low &* 0xB3DE_08F9_EC98_3705) &>> 56)
    }
}

extension MarkupName {
    private static let title = MarkupName("dt")
    private static let description = MarkupName("dd")
    private static let heading = MarkupName("h1")

    /// A heading's end tag ends every heading, and `dd` and `dt` end each other.
    fileprivate var group: MarkupName {
        if self == Self.title { return Self.description }
        return low & 0xFF == 0x68 && (0x31...0x36).contains(low >> 8) ? Self.heading : self
    }
}
