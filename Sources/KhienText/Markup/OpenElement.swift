/// A start tag, as far as the stack of open elements asks.
struct StartTag {
    let name: MarkupName
    let traits: ElementTraits
    var isSelfClosing = false
    /// What its attributes, or its name, say about whether it is shown.
    var look: ElementLook = []
    /// What its style says: all that counts in foreign content.
    var styleLook: ElementLook = []
    /// `annotation-xml` whose content is HTML.
    var holdsHTML = false
    /// A `font` that ends foreign content.
    var hasFontLook = false
}

/// Whether an element is shown, and in which order its letters are, as itself says.
struct ElementLook: OptionSet {
    let rawValue: UInt16

    /// `display:none`: it is not there, and parts nothing.
    static let isAbsent = ElementLook(rawValue: 1 << 0)
    /// `opacity:0`, with all that is in it.
    static let isClear = ElementLook(rawValue: 1 << 1)
    static let isInvisible = ElementLook(rawValue: 1 << 2)
    /// `visibility:visible`, whatever is around.
    static let isVisible = ElementLook(rawValue: 1 << 3)
    /// `font-size:0`
    static let hasNoSize = ElementLook(rawValue: 1 << 4)
    /// `font-size`, whatever is around.
    static let hasSize = ElementLook(rawValue: 1 << 5)
    /// Its letters stand in the order of its direction, whatever their script (`unicode-bidi:bidi-override`).
    static let isOverridden = ElementLook(rawValue: 1 << 6)
    /// `direction:ltr`
    static let isLeftToRight = ElementLook(rawValue: 1 << 7)
    /// `direction:rtl`
    static let isRightToLeft = ElementLook(rawValue: 1 << 8)
    /// `direction` is what it is around it, or something that is not known.
    static let hasOtherDirection = ElementLook(rawValue: 1 << 9)
    /// In XML: whose those without a prefix are from here on.
    static let namesHTML = ElementLook(rawValue: 1 << 10)
    static let namesForeign = ElementLook(rawValue: 1 << 11)
    static let namesOther = ElementLook(rawValue: 1 << 12)
    /// In XML: it is an element of SVG or MathML.
    static let isForeign = ElementLook(rawValue: 1 << 13)

    /// What says in which order letters are, and hides nothing.
    static let ofOrder: ElementLook = [
        .isOverridden, .isLeftToRight, .isRightToLeft, .hasOtherDirection,
    ]
}

/// An element of the stack.
struct OpenElement {
    /// What holds for what stands in an element.
    struct State: OptionSet {
        let rawValue: UInt16

        // What it inherits from the element that it is shown in.

        static let isAbsent = State(rawValue: 1 << 0)
        static let isInvisible = State(rawValue: 1 << 1)
        static let hasNoSize = State(rawValue: 1 << 2)
        /// Within `svg`, but not in `text`.
        static let isDrawing = State(rawValue: 1 << 3)
        /// Blocks stand in the line.
        static let isRuby = State(rawValue: 1 << 13)
        /// Its letters are shown from right to left, the Latin ones, too, or may be.
        static let isBackward = State(rawValue: 1 << 14)

        // What it inherits from the element below it on the stack.

        /// A `p` is in button scope.
        static let inParagraph = State(rawValue: 1 << 4)
        /// A table is open, and no cell in it.
        static let inTable = State(rawValue: 1 << 5)
        static let inTemplate = State(rawValue: 1 << 6)
        static let inSelect = State(rawValue: 1 << 7)
        /// In XML: elements without a prefix are of HTML.
        static let isOfHTML = State(rawValue: 1 << 15)

        // What is its own.

        /// A part of a table: text that stands here is shown before the table.
        static let isTable = State(rawValue: 1 << 8)
        /// In XML: elements without a prefix are of SVG or MathML, which it inherits (`xml`).
        static let isForeign = State(rawValue: 1 << 9)
        static let isMath = State(rawValue: 1 << 10)
        /// Foreign, but start tags within are those of HTML; of those within `isMathText` not all.
        static let isHTMLWithin = State(rawValue: 1 << 11)
        static let isMathText = State(rawValue: 1 << 12)

        /// What stands in it is not shown.
        static let hidesAll: State = [.isAbsent, .isInvisible, .hasNoSize]
        /// Its attributes and frames are not shown. A size of letters is none of theirs.
        static let hidesAttributes: State = [.isAbsent, .isInvisible]
        /// Its text is not shown.
        static let hidesText: State = [hidesAll, .isDrawing]
        static let inheritedAround: State = [hidesText, .isRuby, .isBackward]
        static let inheritedBelow: State = [
            .inParagraph, .inTable, .inTemplate, .inSelect, .isOfHTML,
        ]
        static let island: State = [.isHTMLWithin, .isMathText]

        /// In XML: whose elements without a prefix are.
        var owner: Namespaces.Owner {
            contains(.isOfHTML) ? .html : contains(.isForeign) ? .foreign : .other
        }
    }

    enum Namespace: UInt8 { case html, svg, math }

    let name: MarkupName
    let traits: ElementTraits
    private(set) var state: State
    let look: ElementLook
    let space: Namespace
    let holdsHTML: Bool
    /// Its begin and its end part words.
    let parts: Bool
    /// Whether what is around it is not shown.
    private(set) var isWithinHidden: Bool

    /// - Parameters:
    ///   - below: the state of the element below it on the stack.
    ///   - around: the state of the element that it is shown in.
    @inline(__always)
    init(
        _ tag: StartTag, _ space: Namespace, parts: Bool, below: State, around: State, isXML: Bool
    ) {
        name = tag.name
        traits = tag.traits
        look = tag.look
        holdsHTML = tag.holdsHTML
        self.space = space
        self.parts = parts && !tag.look.contains(.isAbsent) && !around.contains(.isRuby)
        state = Self.state(tag.traits, tag.look, space, tag.holdsHTML, below, around, isXML: isXML)
        isWithinHidden = Self.isWithinHidden(tag.traits, space, around, state)
    }

    /// Something around it has changed.
    mutating func derive(below: State, around: State) {
        state = Self.state(traits, look, space, holdsHTML, below, around, isXML: false)
        isWithinHidden = Self.isWithinHidden(traits, space, around, state)
    }

    @inline(__always)
    private static func isWithinHidden(
        _ traits: ElementTraits, _ space: Namespace, _ around: State, _ state: State
    ) -> Bool {
        // Of a drawing only this is shown, so it parts what is in it.
        if space == .svg, traits.contains(.label) { return !state.isDisjoint(with: .hidesAll) }
        return !around.isDisjoint(with: .hidesText)
    }

    @inline(__always)
    var isForeign: Bool { space != .html }

    /// An element of HTML.
    @inline(__always)
    func isHTML(_ some: ElementTraits) -> Bool { !isForeign && !traits.isDisjoint(with: some) }

    /// Whether tags within end nothing around it.
    @inline(__always)
    var limitsScope: Bool {
        isForeign
            ? !state.isDisjoint(with: .island) || space == .math && traits.contains(.annotation)
            : traits.contains(.scope)
    }

    /// Whether an end tag that names nothing within ends nothing around it.
    @inline(__always)
    var isSpecial: Bool { isForeign ? limitsScope : traits.contains(.special) }

    @inline(__always)
    private static func state(
        _ traits: ElementTraits, _ look: ElementLook, _ space: Namespace, _ holdsHTML: Bool,
        _ below: State, _ around: State, isXML: Bool
    ) -> State {
        var state = around.intersection(.inheritedAround).union(below.intersection(.inheritedBelow))
        if look.rawValue != 0 { state = apply(look, to: state) }
        if space != .html { return foreign(traits, look, space, holdsHTML, state) }
        if isXML { return xml(traits, look, below, state) }
        return traits.isDisjoint(with: .structural) ? state : html(traits, state)
    }

    private static func apply(_ look: ElementLook, to around: State) -> State {
        var state = around
        if look.contains(.isAbsent) || look.contains(.isClear) { state.insert(.isAbsent) }
        if look.contains(.isVisible) { state.remove(.isInvisible) }
        if look.contains(.isInvisible) { state.insert(.isInvisible) }
        if look.contains(.hasSize) { state.remove(.hasNoSize) }
        if look.contains(.hasNoSize) { state.insert(.hasNoSize) }
        if look.contains(.isOverridden) {
            state.remove(.isBackward)
            // Without a word the direction is that of what is around it, which is not followed.
            if !look.contains(.isLeftToRight) { state.insert(.isBackward) }
        }
        return state
    }

    /// Elements of XML are what their namespace makes them.
    private static func xml(
        _ traits: ElementTraits, _ look: ElementLook, _ below: State, _ around: State
    ) -> State {
        var state = around.union(below.intersection(.isForeign))
        if !look.isDisjoint(with: [.namesHTML, .namesForeign, .namesOther]) {
            state.subtract([.isOfHTML, .isForeign])
            if look.contains(.namesHTML) { state.insert(.isOfHTML) }
            if look.contains(.namesForeign) { state.insert(.isForeign) }
        }
        if look.contains(.isForeign) { showForeign(look, &state) }
        if !traits.isDisjoint(with: .sizedOfXML) { state.remove(.hasNoSize) }
        return state
    }

    /// Attributes of its own may show an element of SVG or MathML.
    private static func showForeign(_ look: ElementLook, _ state: inout State) {
        if !look.contains(.isInvisible) { state.remove(.isInvisible) }
        if !look.contains(.hasNoSize) { state.remove(.hasNoSize) }
    }

    private static func html(_ traits: ElementTraits, _ around: State) -> State {
        var state = around
        if traits.contains(.scope) || traits.contains(.button) { state.remove(.inParagraph) }
        if traits.contains(.paragraph) { state.insert(.inParagraph) }
        if traits.contains(.table) || traits.contains(.row) {
            state.formUnion([.isTable, .inTable])
        } else if traits.contains(.tablePart) || traits.contains(.template) {
            state.remove(.inTable)
        }
        if traits.contains(.template) { state.insert(.inTemplate) }
        if traits.contains(.select) { state.insert(.inSelect) }
        // These have a size of their own, or may have.
        if !traits.isDisjoint(with: .sized) { state.remove(.hasNoSize) }
        if traits.contains(.ruby) {
            state.insert(.isRuby)
        } else if traits.contains(.block) {
            state.remove(.isRuby)
        }
        return state
    }

    private static func foreign(
        _ traits: ElementTraits, _ look: ElementLook, _ space: Namespace, _ holdsHTML: Bool,
        _ around: State
    ) -> State {
        var state = around
        showForeign(look, &state)
        state.insert(.isForeign)
        if space == .math {
            state.insert(.isMath)
            if traits.contains(.mathText) { state.insert(.isMathText) }
            if traits.contains(.annotation), holdsHTML { state.insert(.isHTMLWithin) }
        } else {
            if traits.contains(.foreign) { state.insert(.isDrawing) }
            if traits.contains(.label) || traits.contains(.foreignObject) {
                state.remove(.isDrawing)
            }
            if traits.contains(.integration) { state.insert(.isHTMLWithin) }
        }
        if !state.isDisjoint(with: .island) { state.remove(.inParagraph) }
        return state
    }
}

extension ElementTraits {
    /// What changes the state of what stands in it.
    fileprivate static let structural: ElementTraits = [
        .scope, .button, .paragraph, .table, .tablePart, .template, .select, .ruby, .block,
        .font, .option, .textarea,
    ]
    /// In XML tables have the size of what is around them: no page of XML is one of old.
    fileprivate static let sizedOfXML: ElementTraits = [
        .select, .option, .button, .textarea, .font,
    ]
    fileprivate static let sized: ElementTraits = [sizedOfXML, .table]
}
