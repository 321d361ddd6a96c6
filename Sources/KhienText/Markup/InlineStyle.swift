/// Reads a `style` attribute as it streams by and knows whether it hides its element.
///
/// Seen as hiding: `display:none`, `visibility:hidden` or `collapse`, `opacity:0`, `font-size:0`.
/// The last declaration of a property counts. Style sheets, colours and positions are not followed.
struct InlineStyle {
    private var property = MarkupName()
    private var value = MarkupName()
    private var isInValue = false
    private var ignoresRest = false
    private var hidesByDisplay = false
    private var hasDisplay = false
    /// A comment or an escape: what the style says is not known.
    private var isOdd = false
    private var hidesByVisibility = false
    private var hidesByOpacity = false
    private var hidesBySize = false

    /// Even what is not shown by itself may be shown: `display` is set, and not `none`.
    var displays: Bool { hasDisplay || isOdd }

    private static let everything = MarkupName("all")
    private static let display = MarkupName("display")
    private static let visibility = MarkupName("visibility")
    private static let opacity = MarkupName("opacity")
    private static let fontSize = MarkupName("font-size")
    private static let none = MarkupName("none")
    private static let hidden = MarkupName("hidden")
    private static let collapse = MarkupName("collapse")
    private static let zero = MarkupName("0")
    private static let zeroPixels = MarkupName("0px")

    mutating func feed(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte.isMarkupSpace { continue }
            switch byte {
            case UInt8(ascii: ";"): endDeclaration()
            case UInt8(ascii: ":") where !isInValue: isInValue = true
            // `!important` says nothing about what the value is.
            case UInt8(ascii: "!"): ignoresRest = true
            case UInt8(ascii: "\\"), UInt8(ascii: "/"): isOdd = true
            default:
                if !isInValue {
                    property.append(byte.lowered)
                } else if !ignoresRest {
                    value.append(byte.lowered)
                }
            }
        }
    }

    /// The attribute is over: whether it hides its element.
    mutating func finish() -> Bool {
        endDeclaration()
        return hidesByDisplay || hidesByVisibility || hidesByOpacity || hidesBySize
    }

    private mutating func endDeclaration() {
        switch property {
        case Self.display:
            hidesByDisplay = value == Self.none
            hasDisplay = !hidesByDisplay
        case Self.everything: hasDisplay = true
        case Self.visibility:
            hidesByVisibility = value == Self.hidden || value == Self.collapse
        case Self.opacity: hidesByOpacity = value == Self.zero
        case Self.fontSize: hidesBySize = value == Self.zero || value == Self.zeroPixels
        default: break
        }
        property = MarkupName()
        value = MarkupName()
        isInValue = false
        ignoresRest = false
    }
}
