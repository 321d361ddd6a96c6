import KhienModel
import KhienRegex
import KhienText

/// What one match writes: one for each event loop, reused, so that matching allocates nothing once
/// its arrays have grown to the longest request seen.
public struct Scratch: ~Copyable {
    /// The hits of the last match, in the order in which they were found.
    public internal(set) var hits: [Hit] = []
    /// Attempts of regular expressions that reached a limit: what could not be judged.
    public internal(set) var regexesGivenUp: UInt64 = 0

    var subject = Subject()
    /// One bit for each regex: tried in this match.
    var triedRegexes: [UInt64] = []
    let regexScratch: RegexScratch

    /// - Returns: nil when there is no memory.
    public init?() {
        guard let regexScratch = RegexScratch() else { return nil }
        self.regexScratch = regexScratch
        hits.reserveCapacity(64)
    }

    /// The lookup form of the last URL.
    public var lookup: LookupURL { subject.lookup }
}

/// The request being matched, in the forms that the tables ask for. Written first, then only read.
struct Subject: ~Copyable {
    var lookup = LookupURL()
    var hostWalk = HostWalk()
    /// The URL in lower case, without its fragment.
    private(set) var lowered: [UInt8] = []
    /// The source page's URL, parsed, and its lookup form.
    private var sourceURL = WebURL()
    private(set) var source = LookupURL()
    /// In `source.bytes`; empty: unknown.
    private(set) var sourceHost = 0..<0
    private(set) var sourceWalk = HostWalk()

    init() { lowered.reserveCapacity(2048) }

    /// Fills `lowered`.
    mutating func lower(_ url: borrowing WebURL) {
        let bytes = url.bytes.span
        let end = url.fragment.map { $0.lowerBound - 1 } ?? bytes.count
        lowered.removeAll(keepingCapacity: true)
        for index in 0..<end {
            let byte = bytes[index]
            lowered.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
    }

    /// Parses the source's URL and walks its host; a text that is no URL counts as unknown.
    mutating func readSource(_ text: Span<UInt8>, seed: UInt64) {
        sourceHost = 0..<0
        guard !text.isEmpty else { return }
        do throws(WebURLError) {
            try sourceURL.parse(text)
        } catch {
            return
        }
        do throws(HostError) {
            try source.derive(from: sourceURL)
        } catch {
            return
        }
        sourceHost = source.host
        Self.walk(&sourceWalk, &source, sourceHost, seed: seed)
    }

    /// Parts by reference, so that reading one while writing the other is allowed.
    private static func walk(
        _ walk: inout HostWalk, _ url: inout LookupURL, _ host: Range<Int>, seed: UInt64
    ) {
        walk.walk(url.bytes.span, host, seed: seed)
    }
}
