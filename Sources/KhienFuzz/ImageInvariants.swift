import Foundation
import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// What must hold for a file that claims to be an image and has right checksums: it is refused, or
/// every question is answered without a trap, twice alike, with entries that exist.
public enum ImageInvariants {
    public static func check(_ bytes: [UInt8]) -> String? {
        check(image: ImagePatch.apply(ImagePatch.changes(bytes)))
    }

    /// Whether the changed image opens, for tests that want both.
    package static func opens(_ bytes: [UInt8]) -> Bool {
        let image = ImagePatch.apply(ImagePatch.changes(bytes))
        return withFile(image) { path in (try? Image(path: path)) != nil }
    }

    private static func check(image bytes: [UInt8]) -> String? {
        withFile(bytes) { path in
            do throws(ImageError) {
                let image = try Image(path: path)
                return ask(try Matcher(image: image, key: ImagePatch.key))
            } catch {
                return error.description.isEmpty ? "refused without a reason" : nil
            }
        }
    }

    private static func withFile<Result>(_ bytes: [UInt8], _ body: (String) -> Result) -> Result {
        let path =
            FileManager.default.temporaryDirectory.path
            + "/khien-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
        defer { _ = try? FileManager.default.removeItem(atPath: path) }
        _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
        return body(path)
    }

    private static let urls: [WebURL] = [
        "http://x.b.test/ads/1", "http://a.test/x", "http://www.a.test/x?y", "http://c.test/y?z",
        "http://192.0.2.9/", "http://[2001:db8::1]/", "http://o.test/x12y/banner7/foobaz",
        "http://a.b.ck/Mm", "https://h1.test/q?ok", "https://e.co.test/", "http://u.w.test/abc",
        "http://h39.test/", "http://x.k1.test/..%2fy", "mailto:a@b.test", "http://h7.test/banner0",
        "https://q/", "http://1/",
    ].compactMap { try? WebURL($0) }

    private static func ask(_ matcher: Matcher) -> String? {
        guard var scratch = Scratch() else { return nil }
        if let complaint = list(matcher) { return complaint }
        for url in urls {
            for (source, type) in [("", RequestType.document), ("http://s.test/", .script)] {
                let first = hits(matcher, url, source, type, &scratch)
                if first != hits(matcher, url, source, type, &scratch) { return "two answers" }
                if let complaint = reasons(matcher, first) { return complaint }
            }
            matcher.match(connect: url, now: UnixTime(seconds: Int64.max), &scratch)
            if let complaint = reasons(matcher, scratch.hits) { return complaint }
        }
        for address in [
            IPAddress.v4(0xC000_0201), .v4(0), .v6(high: 0x2001_0DB8_0000_0000, low: 1),
            .v6(high: 0x2001_0DB8_0001_0000, low: 9), .v6(high: 0, low: 0xFFFF_C000_0201),
        ] {
            matcher.match(address: address, now: UnixTime(seconds: Int64.min), &scratch)
            if let complaint = reasons(matcher, scratch.hits) { return complaint }
        }
        return nil
    }

    private static func hits(
        _ matcher: Matcher, _ url: WebURL, _ source: String, _ type: RequestType,
        _ scratch: inout Scratch
    ) -> [Hit] {
        let source = Array(source.utf8)
        matcher.match(
            url: url, type: type, source: source.span, now: UnixTime(seconds: 1_780_000_000),
            &scratch)
        return scratch.hits
    }

    private static func reasons(_ matcher: Matcher, _ hits: [Hit]) -> String? {
        for hit in hits {
            if Int(hit.entry.value) >= matcher.image.entryCount { return "no entry \(hit)" }
            _ = matcher.reason(for: hit)
        }
        return nil
    }

    /// Everything that the image can be asked to list.
    private static func list(_ matcher: Matcher) -> String? {
        let image = matcher.image
        for index in 0..<image.listCount { _ = image.list(ListIndex(UInt16(index))) }
        for index in 0..<image.orderCount {
            let order = image.order(OrderIndex(UInt32(index)))
            _ = order.isInForce(at: UnixTime(seconds: 0))
        }
        // Each target is found by a walk over all rules: a few are enough.
        for index in 0..<min(image.entryCount, 300) {
            let index = EntryIndex(UInt32(index))
            let attributes = image.entry(index).attributes
            let hit = Hit(
                entry: index, attributes: attributes, layer: .host, view: .exact, isInForce: true)
            if let complaint = reasons(matcher, [hit]) { return complaint }
        }
        return nil
    }
}
