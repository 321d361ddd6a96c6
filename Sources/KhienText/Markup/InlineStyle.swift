/// Reads a `style` attribute as it streams by and knows whether it hides its element, or shows its letters from
/// right to left.
///
/// Seen as hiding: `display:none`, `visibility:hidden` or `collapse`, `opacity:0`, `font-size:0`,
/// however the zero is written (`InlineStyleValue.swift`).
/// Seen as an order of letters: `unicode-bidi:bidi-override` and `isolate-override` (`-webkit-isolate-override`), with
/// `direction`.
/// The last declaration of a property counts, but for one that is `!important` and those that no browser takes. What
/// is not understood hides nothing. Style sheets, colours and positions are not followed.
struct InlineStyle {
    private var property = MarkupName()
    private var value = MarkupName()
    private var priority = MarkupName()
    /// Of a font, what stands behind the first comma.
    private var families = FontFamilies()
    private var isFont = false
    private var place = Place.property
    /// White space stands behind the value's first word.
    private var isInSpace = false
    /// The quote that a string ends with, or zero.
    private var quote: UInt8 = 0
    private var bracketDepth = 0
    /// The last byte that was no white space.
    private var last: UInt8 = 0
    /// The kind of bracket that was seen last, or zero.
    private var bracket: UInt8 = 0
    /// A comment or an escape: what the style says is not known.
    private var isOdd = false
    private var hasDisplay = false
    /// `display:contents`, or what may be that.
    private var hasContents = false
    private var look = ElementLook()
    /// Of what an important declaration has said something.
    private var settled = ElementLook()

    private enum Place: UInt8 { case property, value, priority }

    /// Even what is not shown by itself may be shown: `display` is set, and not `none`.
    var displays: Bool { hasDisplay || isOdd }

    /// What is shown may be its content alone.
    var displaysContent: Bool { hasDisplay && hasContents || isOdd }

    private static let everything = MarkupName("all")
    private static let display = MarkupName("display")
    private static let visibility = MarkupName("visibility")
    private static let opacity = MarkupName("opacity")
    private static let fontSize = MarkupName("font-size")
    private static let font = MarkupName("font")
    private static let none = MarkupName("none")
    private static let contents = MarkupName("contents")
    private static let hidden = MarkupName("hidden")
    private static let collapse = MarkupName("collapse")
    private static let visible = MarkupName("visible")
    private static let important = MarkupName("important")
    private static let order = MarkupName("unicode-bidi")
    private static let overriding = MarkupName("bidi-override")
    private static let isolatedOverride = MarkupName("isolate-override")
    /// Longer than what is kept: another word of that length that begins so turns text around, too.
    private static let isolatedOverrideOfOld = MarkupName("-webkit-isolate-override")
    private static let direction = MarkupName("direction")
    private static let leftToRight = MarkupName("ltr")
    private static let rightToLeft = MarkupName("rtl")

    private static let ofVisibility: ElementLook = [.isInvisible, .isVisible]
    private static let ofSize: ElementLook = [.hasNoSize, .hasSize]
    private static let ofDirection: ElementLook = [
        .isLeftToRight, .isRightToLeft, .hasOtherDirection,
    ]

    mutating func feed(_ bytes: Span<UInt8>) {
        for index in bytes.indices { feed(bytes[index]) }
    }

    private mutating func feed(_ byte: UInt8) {
        if byte == UInt8(ascii: "\\") { isOdd = true }
        if byte == UInt8(ascii: "*"), last == UInt8(ascii: "/"), quote == 0 { isOdd = true }
        let before = last
        if !byte.isMarkupSpace { last = byte }
        if quote != 0 {
            // A line's end ends a string, too, and what it stands in is not known.
            if byte == 0x0A || byte == 0x0D || byte == 0x0C { isOdd = true }
            if byte == quote { quote = 0 }
            return
        }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            // Within an address that has no quotes a quote is another thing.
            if bracketDepth > 0, before != bracket { isOdd = true }
            quote = byte
            append(byte)
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            // Brackets of several kinds, and such within others, are not followed.
            if bracketDepth > 0 || (bracket != 0 && bracket != byte) { isOdd = true }
            bracket = byte
            bracketDepth += 1
            append(byte)
            // What such a value is the page's other styles say, or arithmetic.
            if place == .value { value = MarkupName.function }
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            if bracketDepth == 0 {
                append(byte)
            } else {
                if byte != Self.end(of: bracket) { isOdd = true }
                bracketDepth -= 1
            }
        case UInt8(ascii: "@"): isOdd = true
        case _ where bracketDepth > 0: break
        case UInt8(ascii: ";"): endDeclaration()
        case UInt8(ascii: ":") where place == .property: begin(.value)
        case UInt8(ascii: "!") where place == .value: begin(.priority)
        case _ where byte.isMarkupSpace: isInSpace = true
        default: append(byte.lowered)
        }
    }

    private mutating func begin(_ next: Place) {
        place = next
        isInSpace = false
        isFont = next == .value && property == Self.font
        if isFont { families = FontFamilies() }
    }

    /// A word that white space parts is no property, and no value that hides.
    private mutating func append(_ byte: UInt8) {
        if place == .property {
            if isInSpace, !property.isEmpty { property.append(0x20) }
            property.append(byte)
        } else if place == .value {
            if isFont { families.append(byte, isBehindSpace: isInSpace) }
            if isInSpace, !value.isEmpty { value.append(0x20) }
            value.append(byte)
        } else {
            if isInSpace, !priority.isEmpty { priority.append(0x20) }
            priority.append(byte)
        }
        isInSpace = false
    }

    private static func end(of bracket: UInt8) -> UInt8 {
        bracket == UInt8(ascii: "(") ? UInt8(ascii: ")") : bracket &+ 2
    }

    /// The attribute is over: what it says about its element.
    mutating func finish() -> ElementLook {
        endDeclaration()
        // What is not known hides nothing, and turns nothing back.
        guard isOdd else { return look }
        return look.intersection([.isVisible, .hasSize, .isOverridden]).union(.hasOtherDirection)
    }

    private mutating func endDeclaration() {
        let isImportant = place == .priority
        if !isImportant || priority == Self.important { declare(isImportant: isImportant) }
        property = MarkupName()
        value = MarkupName()
        priority = MarkupName()
        isFont = false
        place = .property
        isInSpace = false
    }

    /// What browsers do not understand they drop, so that it takes nothing back.
    private mutating func declare(isImportant: Bool) {
        switch property {
        case Self.display:
            guard value.isDisplay else { return }
            let isNone = value == Self.none
            guard set(isNone ? .isAbsent : [], of: .isAbsent, isImportant) else { return }
            hasDisplay = !isNone
            hasContents = value == Self.contents || value.isOfAnyProperty
        case Self.everything:
            guard value.isOfAnyProperty else { return }
            if set([], of: .isAbsent, isImportant) { (hasDisplay, hasContents) = (true, true) }
            set([], of: .isClear, isImportant)
            set(.isVisible, of: Self.ofVisibility, isImportant)
            set(.hasSize, of: Self.ofSize, isImportant)
        case Self.visibility:
            if value == Self.hidden || value == Self.collapse {
                set(.isInvisible, of: Self.ofVisibility, isImportant)
            } else if value == Self.visible || value.isOfAnyProperty {
                set(.isVisible, of: Self.ofVisibility, isImportant)
            }
        case Self.opacity:
            guard let isZero = value.isZeroOpacity else { return }
            set(isZero ? .isClear : [], of: .isClear, isImportant)
        case Self.fontSize, Self.font:
            let isZero = property == Self.font ? value.isZeroFont(families) : value.isZeroSize
            guard let isZero else { return }
            set(isZero ? .hasNoSize : .hasSize, of: Self.ofSize, isImportant)
        case Self.order:
            guard value.isBidi else { return }
            let isOverride =
                value == Self.overriding || value == Self.isolatedOverride
                || value == Self.isolatedOverrideOfOld
            set(isOverride ? .isOverridden : [], of: .isOverridden, isImportant)
        case Self.direction:
            if value == Self.leftToRight {
                set(.isLeftToRight, of: Self.ofDirection, isImportant)
            } else if value == Self.rightToLeft {
                set(.isRightToLeft, of: Self.ofDirection, isImportant)
            } else if value.isOfAnyProperty {
                set(.hasOtherDirection, of: Self.ofDirection, isImportant)
            }
        default: break
        }
    }

    /// - Returns: whether an important declaration has not decided before.
    @discardableResult
    private mutating func set(
        _ new: ElementLook, of group: ElementLook, _ isImportant: Bool
    ) -> Bool {
        if !isImportant, !settled.isDisjoint(with: group) { return false }
        if isImportant { settled.formUnion(group) }
        look = look.subtracting(group).union(new)
        return true
    }
}
