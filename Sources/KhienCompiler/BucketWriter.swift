import KhienImage

/// Places keys, which come in the order of their hashes, in the buckets and blocks of a `KeyTable`.
struct BucketWriter {
    /// A key that has no bucket yet.
    private struct Key {
        var hash: UInt64
        var textStart: Int
        var textEnd: Int
        var firstEntry: Int
        var entryEnd: Int
        var isMarked: Bool
    }

    private let homeCount: UInt32
    private var keyCount = 0
    private var bucketCount = 0
    private var buckets: [UInt16] = []
    private var blocks: [UInt8] = []
    /// Keys whose home is the next bucket or one before it: few.
    private var waiting: [Key] = []
    private var waitingText: [UInt8] = []
    private var lastEntry = 0

    init(homeCount: UInt32) {
        self.homeCount = homeCount
        buckets.reserveCapacity(Int(homeCount) * 32 + 64)
    }

    /// Begins a key: every bucket before its home is complete.
    ///
    /// - Parameter appendText: appends the key's text.
    mutating func beginKey(
        hash: UInt64, firstEntry: Int, _ appendText: (inout [UInt8]) -> Void
    ) {
        let home = KeyTable.homeBucket(hash, of: homeCount)
        while bucketCount < home { writeBucket() }
        let start = waitingText.count
        appendText(&waitingText)
        waiting.append(
            Key(
                hash: hash, textStart: start, textEnd: waitingText.count, firstEntry: firstEntry,
                entryEnd: firstEntry, isMarked: false))
        keyCount += 1
    }

    mutating func endKey(entryEnd: Int, isMarked: Bool) {
        waiting[waiting.count - 1].entryEnd = entryEnd
        waiting[waiting.count - 1].isMarked = isMarked
        lastEntry = entryEnd
    }

    /// Writes what waits and gives the section.
    ///
    /// - Throws: `overLimit` where the blocks do not fit offsets of 32 bits.
    mutating func finish(
        _ section: SectionID, entryCount: Int
    ) throws(ImageError) -> SectionData {
        lastEntry = entryCount
        while bucketCount < Int(homeCount) || !waiting.isEmpty { writeBucket() }
        guard blocks.count <= Int(UInt32.max) else {
            throw ImageError(
                .overLimit(
                    "texts of section \(section)", found: blocks.count, limit: Int(UInt32.max)))
        }
        let header: [UInt64] = [
            UInt64(keyCount) | UInt64(homeCount) << 32, UInt64(bucketCount),
            UInt64(KeyTable.headerByteCount + buckets.count * 2), UInt64(blocks.count),
            0, 0, 0, 0,
        ]
        return SectionData(section, [.quadWords(header), .words(buckets), .bytes(blocks)])
    }

    private mutating func writeBucket() {
        let count = min(KeyTable.slotsPerBucket, waiting.count)
        let keys = waiting[..<count]
        for slot in 0..<KeyTable.slotsPerBucket {
            buckets.append(slot < count ? KeyTable.fingerprint(keys[slot].hash) : 0)
        }
        let firstEntry = keys.first?.firstEntry ?? lastEntry
        let textCount = keys.last?.textEnd ?? 0
        let entryCount = (keys.last?.entryEnd ?? firstEntry) - firstEntry
        let isWide = textCount > Int(UInt16.max) || entryCount > 0x7FFF
        let isSpilled = waiting.count > count
        buckets.append(UInt16(count) << 8 | (isWide ? 2 : 0) | (isSpilled ? 1 : 0))
        // A block past 4 GiB is refused when the table is finished.
        let block = UInt32(truncatingIfNeeded: blocks.count)
        buckets.append(UInt16(truncatingIfNeeded: block))
        buckets.append(UInt16(truncatingIfNeeded: block >> 16))
        append(UInt32(truncatingIfNeeded: firstEntry))
        for key in keys {
            let entryEnd = UInt32(truncatingIfNeeded: key.entryEnd - firstEntry)
            if isWide {
                append(UInt32(truncatingIfNeeded: key.textEnd))
                append(entryEnd | (key.isMarked ? 1 << 31 : 0))
            } else {
                append(UInt32(key.textEnd) | entryEnd << 16 | (key.isMarked ? 1 << 31 : 0))
            }
        }
        blocks.append(contentsOf: waitingText[..<textCount])
        bucketCount += 1
        forget(count, textCount)
    }

    private mutating func forget(_ count: Int, _ textCount: Int) {
        waiting.removeFirst(count)
        waitingText.removeFirst(textCount)
        for index in waiting.indices {
            waiting[index].textStart -= textCount
            waiting[index].textEnd -= textCount
        }
    }

    private mutating func append(_ word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] {
            blocks.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}
