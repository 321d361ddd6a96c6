/// One reading of a section that is being opened: its checksum is taken a little ahead of the check of
/// its records, so that the check finds in the cache what the checksum has just brought, and memory is
/// waited for once.
struct SectionPass {
    /// How far the checksum is ahead of the check: stays in a core's own cache until the check comes.
    private static let aheadByteCount = 64 << 10

    let bytes: ImageBytes
    let file: MappedFile?
    private var sum = RunningChecksum()
    private var offset = 0

    init(of bytes: ImageBytes, in file: MappedFile?) {
        self.bytes = bytes
        self.file = file
    }

    /// Says that the bytes before `end` will be looked at next.
    @inline(__always)
    mutating func read(to end: Int) {
        if end > offset { readOn(to: end) }
    }

    @inline(never)
    private mutating func readOn(to end: Int) {
        let end = min(end + Self.aheadByteCount, bytes.count) & ~(RunningChecksum.step - 1)
        guard end > offset else { return }
        sum.add(bytes.slice(offset, end - offset))
        offset = end
    }

    /// Reads on to `end` and drops the pages behind: what comes before will be looked at later, or
    /// never.
    mutating func skim(to end: Int) {
        var passed = PassedPages(of: bytes, in: file, from: offset)
        while offset < end {
            let before = offset
            readOn(to: min(offset + PassedPages.windowByteCount, end))
            if offset == before { break }
            passed.pass(to: offset)
        }
        passed.end(at: offset)
    }

    /// The checksum of the section. The rest of it is read for that.
    mutating func checksum() -> UInt64 {
        skim(to: bytes.count)
        return sum.closed(bytes.slice(offset, bytes.count - offset), of: bytes.count)
    }
}
