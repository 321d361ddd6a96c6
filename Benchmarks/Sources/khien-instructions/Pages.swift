import KhienModel
import KhienTestKit
import KhienText

extension Corpus {
    /// A page as many are: a head with a script and a style sheet, links, paragraphs, a table, lists.
    static func page(byteCount: Int) -> [UInt8] {
        var random = SplitMix64(seed: 8)
        let words = VietnamesePhrases.all.flatMap { $0.split(separator: " ").map(String.init) }
        func text(_ count: Int) -> String {
            (0..<count).map { _ in
                let word = random.pick(words)
                switch random.below(40) {
                case 0: return "<b>\(word)</b>"
                case 1: return "<a href=\"/tin-tuc/\(random.below(9_999)).html\">\(word)</a>"
                case 2: return "\(word),"
                case 3: return "\(word)&nbsp;\(random.below(99))"
                default: return word
                }
            }.joined(separator: " ")
        }
        var page = """
            <!doctype html><html lang=vi><head><meta charset=utf-8><title>\(text(6))</title>
            <style>.a > .b { color: #333; background: url("/a.png") }</style>
            <script>var a = {"b": "\(text(8))", 'c': [1, 2, 3]}; if (a.b < 3 && a.c) { d('e') }</script>
            </head><body>
            """
        while page.utf8.count < byteCount {
            switch random.below(6) {
            case 0: page += "<ul class=\"menu\"><li>\(text(3))<li>\(text(3))</ul>\n"
            case 1:
                page +=
                    "<table><tr><td style=\"width: 9px\">\(text(2))</td><td>\(text(2))</td></table>\n"
            case 2:
                let alt = text(4).replacing("\"", with: "")
                page += "<div><img src=\"/anh/\(random.below(999)).jpg\" alt='\(alt)'></div>\n"
            case 3: page += "<h2 id=\"m\(random.below(99))\">\(text(5))</h2><hr>\n"
            default: page += "<p class=\"doan\">\(text(30)).</p>\n"
            }
        }
        return Array(page.utf8)
    }

    /// Where the words of phrases meet.
    static func joints() -> WordJoints {
        let phrases = VietnamesePhrases.all
        var joints = WordJoints(phraseCount: phrases.count)
        for phrase in phrases {
            joints.add(TextFolder.canonical(Array(phrase.utf8).span, view: .plain).span)
        }
        return joints
    }
}

/// A page from its bytes to layers of text, by the KiB.
struct LayerMeasurement: ~Copyable, Measurement {
    static let isOnDataPath = true
    private let page = Corpus.page(byteCount: 256 << 10)
    private var reader = MarkupReader(kind: .html)

    var operations: Int { page.count >> 10 }

    mutating func run() -> Int {
        let page = page
        var count = 0
        reader.reset(kind: .html)
        reader.feed(page.span) { text, _ in count += text.count }
        reader.finish { text, _ in count += text.count }
        return count
    }
}

/// A page from its bytes to canonical text in all views, by the KiB.
struct ViewMeasurement: ~Copyable, Measurement {
    static let isOnDataPath = true
    private let page = Corpus.page(byteCount: 256 << 10)
    private var pipeline = TextPipeline(kind: .html, room: FoldingRoom(joints: Corpus.joints()))

    var operations: Int { page.count >> 10 }

    mutating func run() -> Int {
        let page = page
        var count = 0
        pipeline.reset(kind: .html)
        pipeline.feed(page.span) { text, _ in count += text.count }
        pipeline.finish { text, _ in count += text.count }
        return count
    }
}
