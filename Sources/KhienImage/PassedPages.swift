/// Drops the pages behind a pass over a part of a mapped file, so that the pass never holds more than a
/// window of it in memory: an image is checked whole beside the one in force, and both must not stand
/// in memory whole.
struct PassedPages {
    /// How much is held. Large enough that mapping in steps costs nothing that can be measured.
    static let windowByteCount = 2 << 20

    private let part: ImageBytes
    private let file: MappedFile?
    private var start = 0

    /// - Parameter file: nil: `part` is no mapped file, and nothing is dropped.
    init(of part: ImageBytes, in file: MappedFile?) {
        self.part = part
        self.file = file
    }

    /// Says that what stands before `offset` has been read.
    mutating func pass(to offset: Int) {
        guard let file, offset - start >= Self.windowByteCount || offset == part.count else {
            return
        }
        file.release(part.slice(start, offset - start))
        start = offset
    }
}
