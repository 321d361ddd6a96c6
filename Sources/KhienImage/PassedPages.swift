/// Drops the pages behind a pass over a part of a mapped file, so that the pass never holds more than a
/// window of it in memory: an image is checked whole beside the one in force, and both must not stand
/// in memory whole.
struct PassedPages {
    /// How much is held. Large enough that mapping in steps costs nothing that can be measured, and
    /// the size of a huge page: where the kernel maps such, none is taken apart.
    static let windowByteCount = 2 << 20

    private let part: ImageBytes
    private let file: MappedFile?
    private var start: Int
    /// What must be added to an offset to know where in a huge page it lies.
    private let shift: Int

    /// - Parameters:
    ///   - file: nil: `part` is no mapped file, and nothing is dropped.
    ///   - start: where the pass begins.
    init(of part: ImageBytes, in file: MappedFile?, from start: Int = 0) {
        self.part = part
        self.file = file
        self.start = start
        // SAFETY: the address is used as a number only.
        shift = unsafe Int(bitPattern: part.base) & (Self.windowByteCount - 1)
    }

    /// Says that what stands before `offset` has been read.
    mutating func pass(to offset: Int) {
        let whole = ((offset + shift) & ~(Self.windowByteCount - 1)) - shift
        if whole > start { release(to: whole) }
    }

    /// The pass is over.
    mutating func end(at offset: Int) {
        if offset > start { release(to: offset) }
    }

    private mutating func release(to end: Int) {
        file?.release(part.slice(start, end - start))
        start = end
    }
}
