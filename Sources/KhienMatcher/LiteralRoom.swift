import KhienModel

/// The room that scanning works in. One serves any number of streams that are scanned one after the
/// other; scanning allocates nothing.
public struct LiteralRoom: Sendable {
    /// Windows whose places are written down at once, each in 16 bits.
    static let windowsMax = 4096
    /// Windows whose filters are asked at once, and what comes of that at most.
    static let siftedMax = 256
    static let entriesMax = 5 * siftedMax
    /// Postings that are compared at once.
    static let pairsMax = 2048
    /// Where there are more, so many postings of a window's tag are still few.
    static let fewPostings = 16

    /// In words of eight bytes, each with what vectors write behind the last.
    private static let placesStart = 0
    private static let entriesStart = placesStart + windowsMax / 4 + 16
    private static let pairsStart = entriesStart + entriesMax + 32
    private static let tagsStart = pairsStart + pairsMax + 16
    private static let workStart = tagsStart + pairsMax / 2 + 16
    private static let wordCount = workStart + 1

    private var words = [UInt64](repeating: 0, count: wordCount)

    public init() {}

    /// What the text that is scanned has taken so far; to be set before a piece of another one.
    public var work: LiteralWork {
        get { LiteralWork(postings: words[Self.workStart]) }
        set { words[Self.workStart] = newValue.postings }
    }

    /// Its parts, for the time of a call.
    mutating func withParts(_ body: (LiteralParts) -> Void) {
        unsafe words.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            // SAFETY: the parts lie one after the other in the array, each with its bound.
            unsafe body(
                LiteralParts(
                    places: (base + 8 * Self.placesStart).bindMemory(
                        to: UInt16.self, capacity: Self.windowsMax + 64),
                    known: (base + 8 * Self.entriesStart).bindMemory(
                        to: UInt32.self, capacity: Self.entriesMax + 32),
                    windows: (base + 8 * Self.entriesStart + 4 * (Self.entriesMax + 32))
                        .bindMemory(to: UInt32.self, capacity: Self.entriesMax + 32),
                    pairs: (base + 8 * Self.pairsStart).bindMemory(
                        to: UInt64.self, capacity: Self.pairsMax + 16),
                    tags: (base + 8 * Self.tagsStart).bindMemory(
                        to: UInt32.self, capacity: Self.pairsMax + 32),
                    work: (base + 8 * Self.workStart).bindMemory(to: UInt64.self, capacity: 1)))
        }
    }
}

/// What scanning a text has taken where thousands of literals share what it repeats.
public struct LiteralWork: Sendable {
    /// Postings of crowded windows that were looked at.
    fileprivate let postings: UInt64

    /// Nothing yet.
    public init() { postings = 0 }

    fileprivate init(postings: UInt64) { self.postings = postings }

    /// Whether it was so much that not all of it was done: occurrences may be missing
    /// (`Limits.Literals.crowdedMax`).
    public var isTooMuch: Bool { postings > UInt64(Limits.Literals.crowdedMax) }
}

/// Parts of a `LiteralRoom`.
@safe
struct LiteralParts {
    /// Places of windows that passed the cells, ascending.
    let places: UnsafeMutablePointer<UInt16>
    /// What a filter knows: the tag of the hash, and the place of the window.
    let known: UnsafeMutablePointer<UInt32>
    let windows: UnsafeMutablePointer<UInt32>
    /// A window's place, times 2^32, and a posting; then where a literal stands, and its number.
    let pairs: UnsafeMutablePointer<UInt64>
    /// The tag that each pair's posting must have.
    let tags: UnsafeMutablePointer<UInt32>
    /// Postings of crowded windows that were looked at.
    private let work: UnsafeMutablePointer<UInt64>

    @unsafe init(
        places: UnsafeMutablePointer<UInt16>, known: UnsafeMutablePointer<UInt32>,
        windows: UnsafeMutablePointer<UInt32>,
        pairs: UnsafeMutablePointer<UInt64>, tags: UnsafeMutablePointer<UInt32>,
        work: UnsafeMutablePointer<UInt64>
    ) {
        unsafe self.places = places
        unsafe self.known = known
        unsafe self.windows = windows
        unsafe self.pairs = pairs
        unsafe self.tags = tags
        unsafe self.work = work
    }

    /// Whether `count` more postings may be looked at.
    @inline(__always)
    func mayLook(_ count: Int) -> Bool {
        unsafe work.pointee += UInt64(count)
        return unsafe work.pointee <= UInt64(Limits.Literals.crowdedMax)
    }
}
