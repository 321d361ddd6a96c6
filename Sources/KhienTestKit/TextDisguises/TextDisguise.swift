import Foundation

/// A page as an origin would send it.
public struct DisguisedPage: Sendable {
    public var bytes: [UInt8]
    public var contentType: String
    /// Content codings that are still to be applied, in their order.
    public var codings: [String] = []
    public var url = "http://trang.test/"
    /// Whether the page is to be fed byte by byte.
    public var isCutEverywhere = false

    public init(_ bytes: [UInt8], _ contentType: String = "text/html; charset=utf-8") {
        self.bytes = bytes
        self.contentType = contentType
    }

    public init(_ text: String, _ contentType: String = "text/html; charset=utf-8") {
        self.init(Array(text.utf8), contentType)
    }
}

/// One way to put a phrase on a page so that people read it.
public struct TextDisguise: Sendable {
    public var name: String
    /// The views in which it is right to find the phrase, as hits name them; the first that is
    /// expected.
    public var views: [String]
    /// The layers in which it is right.
    public var layers: [String]
    private let apply: @Sendable (String) -> DisguisedPage?

    init(
        _ name: String, _ views: [String], in layers: [String] = ["text"],
        _ apply: @escaping @Sendable (String) -> DisguisedPage?
    ) {
        self.name = name
        self.views = views
        self.layers = layers
        self.apply = apply
    }

    /// A page that says the phrase; nil: the phrase cannot be said so (it has no look-alikes, say).
    public func page(_ phrase: String) -> DisguisedPage? { apply(phrase) }

    /// All of them; names are unique.
    public static let all = spellings + charsets + markups + frames

    static let exact = ["exact"]
    /// A phrase without diacritics has the same spelling in both.
    static let plain = ["plain", "exact"]
    static let joined = ["joined", "plain", "exact"]
    /// Letters that the two charsets share are also found in the declared reading.
    static let legacy = ["legacy", "exact", "plain"]

    /// A page around a phrase, in everyday words.
    static func html(_ body: String, head: String = "", meta: String = "utf-8") -> String {
        """
        <!DOCTYPE html><html lang="vi"><head><meta charset="\(meta)">\(head)</head><body>
        <p>Hôm nay thời tiết ở thành phố rất đẹp, nhiều người đi dạo quanh hồ và trong công viên.</p>
        <div class="main"><p>Người ta nói về \(body) tại đây.</p></div>
        <p>Buổi chiều có thể có mưa rào, bạn nhớ mang theo áo mưa khi đến trường học.</p>
        </body></html>
        """
    }

    static func inBody(
        _ name: String, _ views: [String], _ spell: @escaping @Sendable (String) -> String?
    ) -> TextDisguise {
        TextDisguise(name, views) { phrase in spell(phrase).map { DisguisedPage(html($0)) } }
    }
}

/// Small tools for spellings.
enum Spell {
    static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }

    /// `insert` between the characters of each word; words of one character have none.
    static func between(_ text: String, _ insert: String) -> String? {
        let result = words(text).map { $0.map(String.init).joined(separator: insert) }
            .joined(separator: " ")
        return result == text ? nil : result
    }

    static func withoutDiacritics(_ text: String) -> String {
        let decomposed = text.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            !(0x300...0x36F).contains($0.value)
        }
        var result = String.UnicodeScalarView()
        for scalar in decomposed {
            result.append(scalar.value == 0x111 ? "d" : scalar.value == 0x110 ? "D" : scalar)
        }
        return String(result)
    }

    /// Each scalar replaced by what `map` says.
    static func mapped(_ text: String, _ map: (Unicode.Scalar) -> String?) -> String {
        text.unicodeScalars.map { map($0) ?? String($0) }.joined()
    }
}
