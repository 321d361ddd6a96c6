/// The tokenizer of the HTML Standard over UTF-8 bytes, fed in pieces of any size.
///
/// It holds no token: what a token is made of goes to the handler as it comes, so its state is a
/// hundred bytes whatever the page does. It follows the states of the standard; where several of
/// them differ in parse errors only, they are one here. Line ends are not normalised: CR is white
/// space to it, and text keeps it.
///
/// Files: this one has the states and the loop; `+Text` what stands between tags, `+Tag` tags and
/// attributes, `+Declaration` comments, DOCTYPE and CDATA, `+Script` the escapes of script data,
/// `+Reference` character references.
///
/// Source: HTML Standard, section 13.2.5 (https://html.spec.whatwg.org/multipage/parsing.html).
package struct HTMLTokenizer: ~Copyable {
    package enum State: UInt8 {
        case data, rcdata, rawtext, plaintext
        case scriptData, scriptLess, scriptEscapeStart, scriptEscapeStartDash
        case scriptEscaped, scriptEscapedDash, scriptEscapedDashDash, scriptEscapedLess
        case doubleEscapeStart, doubleEscaped, doubleEscapedDash, doubleEscapedDashDash
        case doubleEscapedLess, doubleEscapeEnd
        /// `<`, `</` and a name within text that only the right end tag ends; `base` is that text.
        case rawLess, rawEndTagOpen, rawEndTagName
        case tagOpen, endTagOpen, tagName
        case beforeAttributeName, attributeName, afterAttributeName, beforeAttributeValue
        case valueDoubleQuoted, valueSingleQuoted, valueUnquoted, afterValue, selfClosing
        case bogusComment, declarationOpen
        case commentStart, commentStartDash, comment, commentEndDash, commentEnd, commentEndBang
        case doctype
        case cdata, cdataBracket, cdataEnd
        /// After `&`; `returnState` tells where.
        case reference, numericReference
        /// What an entity of XML stands for, within an attribute.
        case entityValue
    }

    var state: State = .data
    /// The state that a character reference returns to.
    var returnState: State = .data
    /// The text that `rawLess`, `rawEndTagOpen` and `rawEndTagName` stand in.
    var base: State = .rcdata
    var isEndTag = false
    var wantsValue = false
    /// The name of the tag or attribute that is being read.
    var name = MarkupName()
    /// The last start tag, which alone ends raw text.
    var lastStartTag = MarkupName()
    /// Bytes that are held until it is clear what they are: an end tag in raw text, a declaration's
    /// first bytes, `script` in script data, a reference's name.
    var held = InlineArray<36, UInt8>(repeating: 0)
    var heldCount = 0
    var number = NumericReference()
    /// How many entities of XML we stand in.
    var entityDepth = 0

    package init() {}

    /// Starts within an element's content, as the conformance tests do.
    package init(in state: State, after startTag: MarkupName) {
        self.state = state
        lastStartTag = startTag
    }

    /// Reads on.
    ///
    /// - Complexity: linear; allocates nothing.
    package mutating func feed<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, to handler: inout Handler
    ) {
        var index = 0
        while index < input.count {
            switch state {
            case .data:
                index = data(input, index, &handler)
                if state == .tagOpen, index < input.count { index = tag(input, index, &handler) }
            case .rcdata: index = rcdata(input, index, &handler)
            case .rawtext: index = rawtext(input, index, &handler)
            case .plaintext: index = plaintext(input, index, &handler)
            case .tagOpen, .endTagOpen, .tagName, .beforeAttributeName, .attributeName,
                .afterAttributeName, .beforeAttributeValue, .valueDoubleQuoted,
                .valueSingleQuoted, .valueUnquoted, .afterValue, .selfClosing:
                index = tag(input, index, &handler)
            case .reference, .numericReference: index = reference(input, index, &handler)
            case .rawLess, .rawEndTagOpen, .rawEndTagName:
                index = rawTag(input, index, &handler)
            case .bogusComment, .declarationOpen, .commentStart, .commentStartDash, .comment,
                .commentEndDash, .commentEnd, .commentEndBang, .doctype, .cdata, .cdataBracket,
                .cdataEnd:
                index = declaration(input, index, &handler)
            case .entityValue: index = entityValue(input, index, &handler)
            default: index = script(input, index, &handler)
            }
        }
    }

    /// The input is over: what was held is told.
    package mutating func finish<Handler: HTMLTokenHandler & ~Copyable>(to handler: inout Handler) {
        if state == .reference || state == .numericReference { endReference(nil, &handler) }
        switch state {
        case .tagOpen: handler.character(UInt8(ascii: "<"))
        case .endTagOpen: handler.characters(literal: "</")
        case .rawLess, .scriptLess, .scriptEscapedLess: handler.character(UInt8(ascii: "<"))
        case .rawEndTagOpen: handler.characters(literal: "</")
        case .rawEndTagName: releaseEndTag(&handler)
        case .declarationOpen:
            handler.commentStarted()
            releaseComment(&handler)
            handler.commentEnded()
        case .bogusComment, .commentStart, .commentStartDash, .comment, .commentEndDash,
            .commentEnd, .commentEndBang:
            handler.commentEnded()
        case .doctype: handler.doctype()
        case .cdataBracket: handler.character(UInt8(ascii: "]"))
        case .cdataEnd: handler.characters(literal: "]]")
        default: break
        }
        state = .data
    }

    /// The state that reads an element's content.
    mutating func enter(_ model: ContentModel) {
        switch model {
        case .data: state = .data
        case .rcdata: state = .rcdata
        case .rawtext: state = .rawtext
        case .script: state = .scriptData
        case .plaintext: state = .plaintext
        }
    }

    mutating func hold(_ byte: UInt8) {
        held[heldCount] = byte
        heldCount += 1
    }
}

extension UInt8 {
    /// What separates the parts of a tag: tab, line feed, form feed, carriage return, space.
    @inline(__always) @inlinable
    package var isMarkupSpace: Bool {
        self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C
    }
}

/// U+FFFD as UTF-8.
let replacementBytes: InlineArray<3, UInt8> = [0xEF, 0xBF, 0xBD]

extension HTMLTokenizer {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing HTMLTokenizer) {
        state = other.state
        returnState = other.returnState
        base = other.base
        isEndTag = other.isEndTag
        wantsValue = other.wantsValue
        name = other.name
        lastStartTag = other.lastStartTag
        held = other.held
        heldCount = other.heldCount
        number = other.number
        entityDepth = other.entityDepth
    }
}
