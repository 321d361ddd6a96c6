/// How the content of an element is read, decided when its start tag ends.
package enum ContentModel: UInt8 {
    case data
    /// References are text, tags are not: `textarea`, `title`.
    case rcdata
    /// Neither tags nor references: `style`, `xmp`, `iframe`, `noembed`, `noframes`.
    case rawtext
    case script
    case plaintext
}

/// Takes the tokens of `HTMLTokenizer`, in pieces, as the input gives them.
///
/// A tag comes as: `tagNamed`, then for each attribute `attributeNamed`, pieces of its value and
/// `attributeEnded`, then `tagEnded`. A tag that the input cuts off has no `tagEnded`.
package protocol HTMLTokenHandler: ~Copyable {
    /// Whether `<![CDATA[` begins a section here and no comment.
    var allowsCDATA: Bool { get }
    /// A piece of text without U+0000.
    mutating func characters(_ bytes: Span<UInt8>)
    /// One ASCII character of text, U+0000 among them.
    mutating func character(_ byte: UInt8)
    /// A piece of a tag's name, as written.
    mutating func tagName(_ bytes: Span<UInt8>)
    /// The tag's name is complete.
    mutating func tagNamed(_ name: MarkupName, isEnd: Bool)
    /// A piece of an attribute's name, as written.
    mutating func attributeName(_ bytes: Span<UInt8>)
    /// The attribute's name is complete; returns whether its value is wanted. A value that is not
    /// wanted is passed over quickly.
    mutating func attributeNamed(_ name: MarkupName) -> Bool
    mutating func attributeValue(_ bytes: Span<UInt8>)
    mutating func attributeEnded()
    /// The tag is complete. Returns how the element's content is read; of end tags nothing is asked.
    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel
    mutating func commentStarted()
    mutating func comment(_ bytes: Span<UInt8>)
    mutating func commentEnded()
    mutating func doctype()
    /// A piece of the DOCTYPE of a document that is not XML.
    mutating func doctypeText(_ bytes: Span<UInt8>)
    /// Whether the document is XML: it may declare entities.
    var isXML: Bool { get }
    /// A piece of an XML document's DOCTYPE. Returns where it ends in the piece, behind its `>`; nil: it
    /// goes on.
    mutating func doctypeContent(_ bytes: Span<UInt8>) -> Int?
    /// What a name of such an entity stands for; nil: none was declared.
    mutating func entity(_ name: Span<UInt8>) -> [UInt8]?
}

extension HTMLTokenHandler where Self: ~Copyable {
    package mutating func doctypeText(_ bytes: Span<UInt8>) {}
    package var isXML: Bool { false }
    package mutating func doctypeContent(_ bytes: Span<UInt8>) -> Int? { 0 }
    package mutating func entity(_ name: Span<UInt8>) -> [UInt8]? { nil }
}

extension HTMLTokenHandler where Self: ~Copyable {
    /// Some few bytes of text.
    mutating func characters(literal: StaticString) {
        for index in 0..<literal.utf8CodeUnitCount { character(literal.byte(at: index)) }
    }
}
