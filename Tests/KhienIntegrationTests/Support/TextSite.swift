import Foundation

/// A site whose pages and forms are judged by what they say, with a harmless phrase as the canary.
enum TextSite {
    /// Nobody writes this by accident.
    static let canary = "con vẹt xanh lá mạ"
    static let formCanary = "con sóc nâu hạt dẻ"

    static let phrases = """
        category: canary
        views: all
        rules:
          - phrase: \(canary)
            effect: ban

        """

    static let formPhrases = """
        category: personal-data
        scope: forms
        rules:
          - phrase: \(formCanary)
            effect: ban

        """

    static let lists = """
          - { path: phrases.yaml, format: phrases }
          - { path: forms.yaml, format: phrases, action: warn }
        """

    /// - Parameters:
    ///   - lists: lines of the configuration, in place of those for the canaries.
    ///   - files: of these lists.
    static func start(
        top: String = "text: { forms: on }", lists: String = lists,
        files: [String: String] = ["phrases.yaml": phrases, "forms.yaml": formPhrases]
    ) throws -> Site {
        let site = try Site(top: top, lists: lists, files: files)
        try makePages(site.origin.folder)
        return site
    }

    static func page(_ text: String, filler: Int = 0) -> String {
        let line = "<p>Hôm nay lớp em học bài mới, ai cũng chăm chú nghe cô giảng.</p>\n"
        return
            "<!doctype html><html><head><meta charset=utf-8><title>Trang thử</title></head><body>\n"
            + String(repeating: line, count: filler) + "<p>\(text)</p>\n"
            + String(repeating: line, count: 20) + "</body></html>\n"
    }

    static let good = page("Chuyện kể về một con mèo.")
    static let bad = page("Chuyện kể về \(canary).")

    private static func makePages(_ folder: TemporaryFolder) throws {
        for (name, text) in ["good": good, "bad": bad] {
            for place in ["text", "gzip"] {
                try folder.write("www/\(place)/\(name).html", text)
            }
            let plain = folder.file("www/text/\(name).html")
            try folder.write("www/coded/br/\(name)", try coded(Programs.brotli, "-c", plain))
            try folder.write("www/coded/zstd/\(name)", try coded(Programs.zstd, "-qc", plain))
            try folder.write(
                "inner.gz", try coded(Programs.gzip, "-c", plain))
            try folder.write(
                "www/coded/stacked/\(name)",
                try coded(Programs.brotli, "-c", folder.file("inner.gz")))
            let legacy = try Command.run(
                try Programs.require(Programs.iconv, "iconv"),
                ["-f", "UTF-8", "-t", "UTF-16", plain])
            try folder.write("www/legacy/\(name)", legacy.output)
        }
        let disguises = [
            "upper": canary.uppercased(), "nfd": canary.decomposedStringWithCanonicalMapping,
            "tags": "con <b>v</b>ẹt xanh lá m<i>ạ</i>",
            "entities": canary.unicodeScalars.map { "&#\($0.value);" }.joined(),
            "hidden": "con v\u{AD}ẹt\u{200B} xanh lá mạ", "spaces": "con  vẹt\n\txanh&nbsp;lá mạ",
        ]
        for (name, text) in disguises {
            try folder.write("www/text/\(name).html", page(text))
        }
        // The canary stands far behind what is held.
        try folder.write("www/text/long.html", page(canary, filler: 4_000))
    }

    private static func coded(
        _ program: String?, _ option: String, _ path: String
    ) throws -> [UInt8] {
        let result = try Command.run(try Programs.require(program, "a coder"), [option, path])
        guard result.status == 0 else { throw Failure(result.everything) }
        return result.output
    }
}
