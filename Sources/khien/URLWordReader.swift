import KhienModel
import KhienPage

/// Says which phrase rules the words of a URL meet.
struct URLWordReader {
    private let reader: PageReader
    private let time: PageTime

    init(_ rules: PageRules, at now: UnixTime) {
        reader = PageReader(rules: rules, scope: .pages, settings: PageSettings())
        time = ScanCommand.pageTime(now)
    }

    /// The rules, and parts of rules, that the words of `url` meet, the weightiest first.
    ///
    /// - Parameter url: as the URL Standard serialises it.
    func hits(in url: String) -> [ScanResult.Hit] {
        // A page of which nothing is known but its address.
        let head = PageHead(contentType: Array("text/plain".utf8), url: Array(url.utf8))
        guard reader.begin(head, at: time) == nil else { return [] }
        _ = reader.feed(Array(" ".utf8).span)
        _ = reader.finish()
        return reader.report().hits.map { ScanResult.Hit($0, showsWords: false) }
            .sorted { (abs($1.weight), $0.rule) < (abs($0.weight), $1.rule) }
    }
}
