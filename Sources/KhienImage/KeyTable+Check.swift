import KhienModel

/// The checks when an image is opened.
extension KeyTable {
    func checkProfiles(section: SectionID, orderCount: Int) throws(ImageError) {
        for index in 0..<profileCount {
            let profile = profile(UInt8(index))
            guard profile.hasKind, profile.order.map({ Int($0.value) < orderCount }) ?? true else {
                throw ImageError(
                    .badSection(
                        section, "profile \(index)",
                        offset: Self.profilesOffset + index * Self.profileByteCount))
            }
        }
    }

    func check(
        section: SectionID, entryCount: Int, _ pass: inout SectionPass
    ) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        let blocksOffset = pass.bytes.count - blocks.count
        pass.skim(to: blocksOffset)
        var passedBuckets = PassedPages(of: buckets, in: pass.file)
        var passedBlocks = PassedPages(of: blocks, in: pass.file)
        var progress = Progress(entriesMax: min(entryCount, Int(UInt32.max)))
        var keys = 0
        for index in 0..<bucketCount {
            buckets.prefetch(
                at: index &* Self.bucketByteCount &+ ImageBytes.passAheadByteCount / 2)
            pass.read(to: blocksOffset &+ progress.blockEnd)
            let count = usedSlots(index)
            guard count >= 0 else {
                throw fail("fingerprints of bucket \(index)", index * Self.bucketByteCount)
            }
            guard hasGoodRecords(Bucket(self, index), count: count, &progress) else {
                throw fail("records of bucket \(index)", progress.blockEnd)
            }
            keys += count
            if index % 1024 == 0 {
                passedBuckets.pass(to: index * Self.bucketByteCount)
                passedBlocks.pass(to: progress.blockEnd)
            }
        }
        passedBuckets.end(at: buckets.count)
        passedBlocks.end(at: progress.blockEnd)
        guard keys == keyCount, Bucket(self, bucketCount - 1).spilled == 0 else {
            throw fail("\(keys) slots for \(keyCount) keys", 0)
        }
        guard progress.blockEnd == blocks.count else {
            throw fail("blocks do not fit the records", progress.blockEnd)
        }
    }

    /// Where the bucket before ended.
    private struct Progress {
        let entriesMax: Int
        var blockEnd = 0
        var entryEnd = 0
    }

    /// Whether the bucket's block begins where the last one ended, and none of its records lies
    /// outside of the blocks, over another one, or names entries that do not exist.
    ///
    /// The entries rise with the keys, so that a key can be found by an entry.
    @inline(__always)
    private func hasGoodRecords(_ bucket: Bucket, count: Int, _ progress: inout Progress) -> Bool {
        let form = bucket.form
        let base = Int(bucket.firstEntry)
        guard form <= 2, bucket.block == progress.blockEnd, base >= progress.entryEnd,
            base <= progress.entriesMax
        else { return false }
        let head = KeyRecord.headByteCount(form: form)
        // Nearly all: no place can lie behind the blocks, and each key has one entry.
        if form == 0, bucket.block &+ 255 &<< Int(bucket.shift) <= blocks.count &- head {
            guard let end = goodEnd(bucket, count: count), end <= blocks.count,
                base &+ count <= progress.entriesMax
            else { return false }
            progress.blockEnd = end
            progress.entryEnd = base &+ count
            return true
        }
        var end = progress.blockEnd
        var entryEnd = base
        for slot in 0..<count {
            let place = bucket.record(slot, in: self)
            guard place >= end, place <= blocks.count - head else { return false }
            let record = KeyRecord(blocks, at: place, form: form, slot)
            end = record.text.upperBound
            let first = base + Int(record.firstEntry)
            let profile = record.traits & 0x7F
            guard end <= blocks.count, first >= entryEnd,
                profile == Self.noProfile || Int(profile) < profileCount
            else { return false }
            entryEnd = first + Int(record.entryCount)
        }
        guard entryEnd <= progress.entriesMax else { return false }
        progress.blockEnd = end
        progress.entryEnd = entryEnd
        return true
    }

    /// Where the last of a bucket's records of form 0 ends; nil where one lies over another or has a
    /// profile that does not exist. It does not branch on what it reads.
    ///
    /// - Precondition: the first two bytes of each lie in the blocks, whatever their places.
    @inline(__always)
    private func goodEnd(_ bucket: Bucket, count: Int) -> Int? {
        var end = bucket.block
        var overlap = 0
        var profileMax = 0
        for slot in 0..<count {
            let place = bucket.record(slot, in: self)
            let head = Int(blocks.uint16(at: place))
            overlap |= place &- end
            end = place &+ 2 &+ head & 0xFF
            // That there is none is 127: one more is 0.
            profileMax = max(profileMax, (head &>> 8 &+ 1) & 0x7F)
        }
        return overlap < 0 || profileMax > profileCount ? nil : end
    }

    /// How many slots are used: those come first.
    ///
    /// - Returns: below 0 where a used slot stands behind an empty one.
    @inline(__always)
    private func usedSlots(_ bucket: Int) -> Int {
        let empty = buckets.lanes18(0, at: bucket * Self.bucketByteCount)
        let used = (empty | 1 << UInt32(Self.slotsPerBucket)).trailingZeroBitCount
        let wanted = (UInt32.max << UInt32(used)) & (1 << UInt32(Self.slotsPerBucket) - 1)
        return empty == wanted ? used : -1
    }
}
