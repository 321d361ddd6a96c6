import KhienImage
import KhienModel

/// Places keys, which come in the order of their hashes, in the buckets and blocks of a `KeyTable`.
struct BucketWriter {
    /// A key that has no bucket yet.
    private struct Key {
        var hash: UInt64
        var textStart: Int
        var textEnd: Int
        var firstEntry: Int
        var entryEnd: Int
        /// As its record stores them.
        var traits: UInt8

        var textCount: Int { textEnd - textStart }
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
    private var profiles = ProfileColumn()
    /// Bytes of the longest block that no place could name; 0: none.
    private var tooLongBlock = 0

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
                entryEnd: firstEntry, traits: KeyTable.noProfile))
        keyCount += 1
    }

    /// - Parameter profile: what all entries of the key share; nil where they differ.
    mutating func endKey(entryEnd: Int, isMarked: Bool, profile: KeyProfile?) {
        let number = profile.map { profiles.number(of: $0) } ?? KeyTable.noProfile
        waiting[waiting.count - 1].entryEnd = entryEnd
        waiting[waiting.count - 1].traits = number | (isMarked ? 0x80 : 0)
        lastEntry = entryEnd
    }

    /// Writes what waits and gives the section.
    ///
    /// - Throws: `overLimit` where the blocks do not fit offsets of 32 bits, or one is so long that
    ///   a bucket cannot name its records.
    mutating func finish(
        _ section: SectionID, entryCount: Int
    ) throws(ImageError) -> SectionData {
        lastEntry = entryCount
        while bucketCount < Int(homeCount) || !waiting.isEmpty { writeBucket() }
        for (found, limit) in [
            (blocks.count, Int(UInt32.max)), (tooLongBlock, 255 << KeyTable.shiftMax),
        ] where found > limit {
            throw ImageError(.overLimit("texts of section \(section)", found: found, limit: limit))
        }
        let header: [UInt64] = [
            UInt64(keyCount) | UInt64(homeCount) << 32,
            UInt64(bucketCount) | UInt64(profiles.count) << 32,
            UInt64(KeyTable.headerByteCount + buckets.count * 2), UInt64(blocks.count),
            0, 0, 0, 0,
        ]
        return SectionData(
            section,
            [.quadWords(header + profiles.words), .words(buckets), .bytes(blocks)])
    }

    private mutating func writeBucket() {
        let count = min(KeyTable.slotsPerBucket, waiting.count)
        let firstEntry = waiting.first?.firstEntry ?? lastEntry
        let form = form(count, firstEntry)
        let shift = shift(count, form)
        for slot in 0..<KeyTable.slotsPerBucket {
            buckets.append(slot < count ? KeyTable.fingerprint(waiting[slot].hash) : 0)
        }
        // A block past 4 GiB is refused when the table is finished.
        let block = blocks.count
        let places = appendRecords(count, form, shift: shift, firstEntry)
        for pair in 0..<KeyTable.slotsPerBucket / 2 {
            buckets.append(UInt16(places[pair * 2]) | UInt16(places[pair * 2 + 1]) << 8)
        }
        var spilled: UInt16 = 0
        for key in waiting[count...] {
            spilled |= KeyTable.spilledBit(KeyTable.fingerprint(key.hash))
        }
        buckets.append(form | UInt16(shift) << 2 | spilled << 8)
        for word in [firstEntry, block] {
            buckets.append(UInt16(truncatingIfNeeded: word))
            buckets.append(UInt16(truncatingIfNeeded: word >> 16))
        }
        bucketCount += 1
        forget(count)
    }

    /// The smallest form of record that holds the first `count` keys.
    private func form(_ count: Int, _ firstEntry: Int) -> UInt16 {
        var form: UInt16 = 0
        for slot in 0..<count {
            let key = waiting[slot]
            let first = key.firstEntry - firstEntry
            let entries = key.entryEnd - key.firstEntry
            if key.textCount > 255 || first > 255 || entries > 255 { return 2 }
            if first != slot || entries != 1 { form = 1 }
        }
        return form
    }

    /// The smallest shift under which every record has a place of eight bits.
    private mutating func shift(_ count: Int, _ form: UInt16) -> Int {
        for shift in 0...KeyTable.shiftMax {
            var end = 0
            var last = 0
            for slot in 0..<count {
                last = Self.aligned(end, shift)
                end = last + Self.headByteCount(form) + waiting[slot].textCount
            }
            if last >> shift <= 255 { return shift }
            if shift == KeyTable.shiftMax { tooLongBlock = max(tooLongBlock, last) }
        }
        return KeyTable.shiftMax
    }

    private static func aligned(_ offset: Int, _ shift: Int) -> Int {
        ((offset + (1 << shift) - 1) >> shift) << shift
    }

    private static func headByteCount(_ form: UInt16) -> Int { form == 0 ? 2 : form == 1 ? 4 : 16 }

    /// - Returns: the place of each record.
    private mutating func appendRecords(
        _ count: Int, _ form: UInt16, shift: Int, _ firstEntry: Int
    ) -> [18 of UInt8] {
        var places: [18 of UInt8] = .init(repeating: 0)
        let block = blocks.count
        for slot in 0..<count {
            let key = waiting[slot]
            let place = Self.aligned(blocks.count - block, shift)
            while blocks.count - block < place { blocks.append(0) }
            places[slot] = UInt8(truncatingIfNeeded: place >> shift)
            let first = UInt32(truncatingIfNeeded: key.firstEntry - firstEntry)
            let entries = UInt32(truncatingIfNeeded: key.entryEnd - key.firstEntry)
            if form == 2 {
                for word in [UInt32(key.textCount), UInt32(key.traits), first, entries] {
                    append(word)
                }
            } else {
                blocks.append(UInt8(truncatingIfNeeded: key.textCount))
                blocks.append(key.traits)
                if form == 1 {
                    blocks.append(UInt8(truncatingIfNeeded: first))
                    blocks.append(UInt8(truncatingIfNeeded: entries))
                }
            }
            blocks.append(contentsOf: waitingText[key.textStart..<key.textEnd])
        }
        return places
    }

    private mutating func forget(_ count: Int) {
        let textCount = count == 0 ? 0 : waiting[count - 1].textEnd
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

/// The profiles of a table, in the order in which its keys first need them; those past the limit get
/// no number, and a reader asks their entries.
private struct ProfileColumn {
    private var numbers: [KeyProfile: UInt8] = [:]
    private var last: (profile: KeyProfile, number: UInt8)?
    private(set) var words = [UInt64](
        repeating: 0,
        count: (KeyTable.headerByteCount - KeyTable.profilesOffset) / KeyTable.profileByteCount)

    var count: Int { numbers.count }

    mutating func number(of profile: KeyProfile) -> UInt8 {
        // Neighbours by hash are of all lists, but most tables have one profile or two.
        if let last, last.profile == profile { return last.number }
        let number: UInt8
        if let known = numbers[profile] {
            number = known
        } else {
            guard numbers.count < KeyTable.profilesMax else { return KeyTable.noProfile }
            number = UInt8(numbers.count)
            numbers[profile] = number
            let order = profile.order?.value ?? EntryTable.noOrder
            words[Int(number)] = UInt64(profile.attributes.rawValue) | UInt64(order) << 32
        }
        last = (profile, number)
        return number
    }
}
