import ArgumentParser
import Foundation
import KhienImage
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienText

/// An image and what asking it needs.
struct Judge: ~Copyable {
    let matcher: Matcher
    var scratch: Scratch
    let now = UnixTime(seconds: 1_750_000_000)

    init(image path: String) throws {
        let image = try Image(path: path)
        let matcher = try Matcher(image: image, key: try Self.key(for: image))
        guard let scratch = Scratch() else { throw ValidationError("no memory") }
        self.matcher = matcher
        self.scratch = scratch
    }

    /// The key of confidential lists: `lists.key` beside the image, as in a state folder.
    private static func key(for image: Image) throws -> ListKey? {
        guard image.needsKey else { return nil }
        let folder = URL(filePath: image.path).deletingLastPathComponent()
        return ListKey(bytes: [UInt8](try Data(contentsOf: folder.appending(path: "lists.key"))))
    }

    var image: Image { matcher.image }

    /// - Returns: 1 where an entry names the host or a domain above it.
    mutating func judge(host: Span<UInt8>) -> Int {
        matcher.match(host: host, layer: .sni, now: now, &scratch)
        return scratch.hits.isEmpty ? 0 : 1
    }

    /// Several hosts at once.
    ///
    /// - Returns: for how many of them `judge(host:)` would give 1.
    mutating func judge(hosts text: Span<UInt8>, starts: Span<Int>) -> Int {
        var found = 0
        matcher.match(hosts: text, starts: starts, layer: .sni, now: now, &scratch) { _, hits in
            found += hits.isEmpty ? 0 : 1
        }
        return found
    }

    /// A whole decision. Of parts that a loop holds: what a larger value keeps would be copied out of
    /// it for each call.
    ///
    /// - Returns: 1 where the verdict is other than allow.
    static func judge(
        _ text: Span<UInt8>, source: Span<UInt8>, type: RequestType, now: UnixTime,
        _ matcher: borrowing Matcher, _ url: inout WebURL, _ scratch: inout Scratch
    ) -> Int {
        do throws(WebURLError) {
            try url.parse(text)
        } catch {
            return 0
        }
        matcher.match(url: url, type: type, source: source, now: now, &scratch)
        return Precedence.decide(scratch.hits.span).verdict == .allow ? 0 : 1
    }
}
