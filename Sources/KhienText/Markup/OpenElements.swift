import KhienModel

/// The elements that are open, as a browser's parser has them: it tells which tags part words, what is
/// not shown, and what is read as HTML, without a tree.
///
/// It follows the HTML Standard, "Tree construction" (section 13.2.6), as far as what is shown and where
/// words part depend on it. A page that opens more than `Limits.Text.openElementsMax` elements is in doubt from
/// there on (`isDoubtful`). Formatting elements that an end tag leaves open stay on the stack, where browsers
/// open them again. Text that stands in a table but in no cell is shown before the table, so only cells part
/// it.
///
/// Files: this one has the stack; `+Start` start tags, `+End` end tags.
struct OpenElements {
    typealias State = OpenElement.State

    private(set) var elements: [OpenElement] = []
    /// Of the innermost element.
    private(set) var top = State()
    /// Of the element in which text is shown that stands here.
    private(set) var shown = State()
    let isXML: Bool
    /// Parts of tables may stand without one: in a string for a table.
    let isFragment: Bool
    /// A form is open, so that another one is none.
    var formIsOpen = false
    /// Without one a table stands in the paragraph.
    var hasDoctype = false
    /// Some elements are not on the stack: a browser may hold for markup what is raw text here, or not hide
    /// what is hidden.
    private(set) var isDoubtful = false
    /// Elements of XML that are not on the stack.
    var excess = 0
    /// An element that is not on the stack and shows its text backwards, and how many of its name are open.
    private var lostBackward: (name: MarkupName, count: Int)?
    /// Blocks of HTML that are not on the stack and whose end tag has not come.
    private var lostBlocks = 0

    /// Whether the last tag parted what is shown, and what is not.
    private(set) var partsShown = false
    private(set) var partsHidden = false
    /// How few elements there were amid the last tag.
    private(set) var lowest = 0

    /// - Parameter isFragment: what is read may be a part of anything.
    init(isXML: Bool = false, isFragment: Bool = false) {
        self.isXML = isXML
        self.isFragment = isFragment
    }

    /// Begins with another page; keeps its memory.
    mutating func reset(isXML: Bool) {
        var kept: [OpenElement] = []
        swap(&kept, &elements)
        kept.removeAll(keepingCapacity: true)
        self = OpenElements(isXML: isXML, isFragment: isFragment)
        swap(&kept, &elements)
    }

    mutating func doctype() { hasDoctype = true }

    var count: Int { elements.count }

    /// Another tag comes: it has parted nothing.
    mutating func beginTag() {
        partsShown = false
        partsHidden = false
        lowest = elements.count
    }

    // MARK: What holds here

    @inline(__always)
    private mutating func stand(in state: State) {
        top = state
        shown = state.contains(.isTable) ? aroundTable(elements.count) : state
    }

    /// Text in a table is shown before it, in what is around it.
    private func aroundTable(_ end: Int) -> State {
        var index = end - 1
        while index >= 0 {
            let element = elements[index]
            if element.isHTML(.template) { return element.state }
            if element.isHTML(.table) { return index > 0 ? elements[index - 1].state : State() }
            index -= 1
        }
        return State()
    }

    /// Whether start tags and text are those of foreign content.
    @inline(__always)
    var isForeign: Bool {
        top.contains(.isForeign) && top.isDisjoint(with: .island)
    }

    // MARK: The stack

    /// Adds an element.
    ///
    /// - Parameter parts: its begin and its end part words, if it is shown. Of a table only its end does.
    mutating func push(
        _ tag: StartTag, _ space: OpenElement.Namespace = .html, parts: Bool
    ) {
        // Parts of a table are shown in it, all else before it.
        let isTablePart = tag.traits.contains(.tablePart) && space == .html
        let element = OpenElement(
            tag, space, parts: parts, below: top, around: isTablePart ? top : shown, isXML: isXML)
        if element.parts, !element.isHTML(.table) { mark(isWithinHidden: element.isWithinHidden) }
        guard elements.count < Limits.Text.openElementsMax else {
            isDoubtful = true
            if isXML { excess += 1 }
            return lose(element)
        }
        elements.append(element)
        stand(in: element.state)
    }

    /// An element is not on the stack. If it turns its text around, that holds until its end tag.
    private mutating func lose(_ element: OpenElement) {
        if element.parts { lostBlocks += 1 }
        if let lost = lostBackward {
            if lost.name == element.name { lostBackward = (lost.name, lost.count + 1) }
        } else if element.look.contains(.isOverridden), element.state.contains(.isBackward) {
            lostBackward = (element.name, 1)
        }
    }

    /// An end tag comes where elements are not on the stack: whether it is that of one of them, or may be.
    @inline(never)
    mutating func endLost(_ name: MarkupName, _ traits: ElementTraits) -> Bool {
        let isBlock = traits.contains(.block) && !traits.contains(.void)
        // In XML it is that of the last, in HTML of a block that is open there.
        let isLost = isXML ? excess > 0 : isBlock && lostBlocks > 0
        if isXML { excess = max(0, excess - 1) }
        if isLost, isBlock {
            lostBlocks = max(0, lostBlocks - 1)
            // Nothing is hidden there.
            mark(isWithinHidden: false)
        }
        guard let lost = lostBackward, lost.name == name else { return isLost }
        lostBackward = lost.count > 1 ? (name, lost.count - 1) : nil
        return true
    }

    /// What stands here is shown backwards, or may be.
    var isBackward: Bool { shown.contains(.isBackward) || lostBackward != nil }

    /// What has no content stands here.
    mutating func markHere() {
        mark(isWithinHidden: !shown.isDisjoint(with: .hidesText))
    }

    @inline(__always)
    private mutating func mark(isWithinHidden: Bool) {
        if isWithinHidden { partsHidden = true } else { partsShown = true }
    }

    /// Ends an element and all that is open in it.
    mutating func pop(from index: Int) {
        while elements.count > index {
            let last = elements.removeLast()
            if last.parts { mark(isWithinHidden: last.isWithinHidden) }
        }
        updateTop(index)
    }

    /// Ends an element with what is open in it; formatting goes on behind it, unless it is a marker.
    mutating func close(_ index: Int) {
        if index == elements.count - 1 || elements[index].isForeign
            || elements[index].traits.contains(.marker)
        {
            return pop(from: index)
        }
        keep(above: index) { element, _ in element.isHTML(.formatting) }
    }

    /// Ends an element and of those in it all but `kept`.
    mutating func keep(above index: Int, _ kept: (OpenElement, _ place: Int) -> Bool) {
        var end = index
        for place in index..<elements.count {
            let element = elements[place]
            if place > index, kept(element, place) {
                elements[end] = element
                end += 1
            } else if element.parts {
                mark(isWithinHidden: element.isWithinHidden)
            }
        }
        elements.removeLast(elements.count - end)
        var below = index > 0 ? elements[index - 1].state : State()
        for place in index..<end {
            let isFostered = below.contains(.isTable) && !elements[place].isHTML(.tablePart)
            let around = isFostered ? aroundTable(place) : below
            elements[place].derive(below: below, around: around)
            below = elements[place].state
        }
        stand(in: below)
        lowest = min(lowest, index)
    }

    /// Ends an element whose content goes on, within it still: nothing is parted before that ends.
    mutating func remove(_ index: Int) {
        if index == elements.count - 1 { return pop(from: index) }
        let (shown, hidden) = (partsShown, partsHidden)
        keep(above: index) { _, _ in true }
        (partsShown, partsHidden) = (shown, hidden)
    }

    private mutating func updateTop(_ index: Int) {
        stand(in: index > 0 ? elements[index - 1].state : State())
        lowest = min(lowest, index)
    }

    // MARK: Looking

    /// The innermost element that is wanted.
    @inline(__always)
    func last(below end: Int? = nil, _ isWanted: (OpenElement) -> Bool) -> Int? {
        var index = (end ?? elements.count) - 1
        while index >= 0 {
            if isWanted(elements[index]) { return index }
            index -= 1
        }
        return nil
    }

    /// The innermost element that is wanted, unless one that limits scope stands in it.
    @inline(__always)
    func inScope(
        limitedBy limits: ElementTraits = [], _ isWanted: (OpenElement) -> Bool
    ) -> Int? {
        var index = elements.count - 1
        while index >= 0 {
            let element = elements[index]
            if isWanted(element) { return index }
            if element.limitsScope || element.isHTML(limits) { return nil }
            index -= 1
        }
        return nil
    }

    /// The innermost element that is wanted in the innermost table.
    func inTableScope(_ isWanted: (OpenElement) -> Bool) -> Int? {
        var index = elements.count - 1
        while index >= 0 {
            let element = elements[index]
            if isWanted(element) { return index }
            if element.isHTML([.table, .template]) { return nil }
            index -= 1
        }
        return nil
    }
}
