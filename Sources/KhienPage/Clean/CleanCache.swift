import KhienModel

/// Which bodies were read and found clean, by their keyed digests: a body that comes again is not read
/// again. It holds nothing but digests, serves one image on one event loop, and goes with both.
///
/// ```
/// sets of four digests, found by the digest's own bits; the one used last stands first,
/// and a new one takes the place of the one that was used longest ago
/// ```
public final class CleanCache {
    package static let setSize = 4
    let key = BodyHashKey.random()
    /// Empty places hold the digest zero, which is as likely as any other.
    private var digests: [BodyDigest]
    private let setMask: UInt64

    /// - Parameter bodies: how many digests there is room for at least, from 1 to
    ///   `Limits.Page.cleanBodiesMax`. A body takes one, and a long one some for its beginnings.
    public init(bodies: Int) {
        precondition((1...Limits.Page.cleanBodiesMax).contains(bodies))
        var sets = 1
        while sets * Self.setSize < bodies { sets *= 2 }
        setMask = UInt64(sets - 1)
        digests = Array(repeating: BodyDigest(first: 0, second: 0), count: sets * Self.setSize)
    }

    /// How many digests there is room for.
    package var capacity: Int { digests.count }

    /// Whether this was remembered, and is not yet forgotten.
    package func contains(_ digest: BodyDigest) -> Bool {
        let first = start(of: digest)
        for place in first..<first + Self.setSize where digests[place] == digest {
            moveToFront(digest, from: place, first)
            return true
        }
        return false
    }

    /// Remembers this one.
    package func insert(_ digest: BodyDigest) {
        if contains(digest) { return }
        let first = start(of: digest)
        moveToFront(digest, from: first + Self.setSize - 1, first)
    }

    private func start(of digest: BodyDigest) -> Int {
        Int(truncatingIfNeeded: digest.first & setMask) * Self.setSize
    }

    private func moveToFront(_ digest: BodyDigest, from place: Int, _ first: Int) {
        var place = place
        while place > first {
            digests[place] = digests[place - 1]
            place -= 1
        }
        digests[first] = digest
    }
}
