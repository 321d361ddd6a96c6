import KhienImage
import KhienModel

/// Many hosts at once. One decision waits twice for memory, for the bucket and for the record of a key,
/// and the next decision hardly begins before it is over. A batch asks for the memory of several hosts
/// before it looks at that of the first, so that the waits pass together.
extension Matcher {
    /// Hosts that are under way together: each asks for three lines or four, and a core waits for some
    /// forty at once.
    static let batchHostCount = 8

    /// Finds every entry that each of the hosts meets, as `match(host:layer:now:_:)` does for one.
    ///
    /// - Parameters:
    ///   - text: canonical hosts, one behind the other.
    ///   - starts: where each begins in `text`; one more closes the last.
    ///   - scratch: its hits are replaced for each host.
    ///   - body: receives the number of a host and its hits, in the order of the hosts.
    public func match(
        hosts text: Span<UInt8>, starts: Span<Int>, layer: Layer, now: UnixTime,
        _ scratch: inout Scratch, _ body: (_ host: Int, _ hits: [Hit]) -> Void
    ) {
        var first = 0
        while first < starts.count - 1 {
            let end = min(first + Self.batchHostCount, starts.count - 1)
            for index in first..<end {
                scratch.batch[index - first].walk(
                    text, starts[index]..<starts[index + 1], seed: seed, askingSoon: hosts)
            }
            for index in first..<end {
                scratch.batch[index - first].ask(in: hosts)
                scratch.batch[index - first].prefetchRecords(in: hosts)
            }
            for index in first..<end {
                let host = starts[index]..<starts[index + 1]
                scratch.forgetHits()
                matchAnswers(
                    text, scratch.batch[index - first], host, layer, now, &scratch.hits)
                if hasHidden {
                    matchHidden(
                        text.extracting(host),
                        HiddenRequest(hostEnd: host.count, pathEnd: nil, isAddress: false), layer,
                        now: now, &scratch.hits)
                }
                body(index, scratch.hits)
            }
            first = end
        }
    }

    /// Behind `ask` of the walk.
    private func matchAnswers(
        _ text: Span<UInt8>, _ walk: borrowing HostWalk, _ host: Range<Int>, _ layer: Layer,
        _ now: UnixTime, _ hits: inout [Hit]
    ) {
        walk.forEachAnswer(in: hosts, text, hostEnd: host.upperBound) { start, _, found in
            add(found, isWholeHost: start == host.lowerBound, layer, now, &hits)
        }
    }
}
