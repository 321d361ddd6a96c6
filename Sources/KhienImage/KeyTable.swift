/// A set of byte strings (hosts, URLs, networks), each with the run of entries that name it.
///
/// Keys are placed in buckets of one cache line: 18 fingerprints of 16 bits, the place of each key's
/// record, and where the bucket's records and entries begin. A lookup reads its home bucket; only a
/// bucket that put a key like the wanted one further on sends it to the next. So a miss costs one
/// cache line, five bytes a key. A hit costs the record besides: the text, and all that a first
/// answer needs of its entries. The record's address stands in the bucket, so that the two waits for
/// memory are all: nothing is read to learn where to read. (With 29 fingerprints, the places in the
/// block and the attributes in the table of entries, a hit waited four times, and took twice as
/// long.)
///
/// ```
/// offset  size  field
///      0     4  number of keys (n)
///      4     4  number of home buckets (b)
///      8     4  number of buckets, spill at the end included (s >= b)
///     12     4  number of profiles, at most 127
///     16     8  offset of the blocks (1088 + 64 * s)
///     24     8  length of the blocks
///     32    32  reserved, 0
///     64  1024  128 profiles: attributes u16, reserved u16, order u32 (0xFFFFFFFF: none)
///   1088  64*s  buckets
///               blocks, back to back
///
/// bucket:  0  36  18 x fingerprint u16 (0: empty; the used ones come first)
///         36  18  18 x place of the record u8: its distance from the block's start >> shift
///         54   2  control u16: bits 0 and 1 form, bits 2 to 5 shift, bits 8 to 15 spilled
///         56   4  number of the first entry of its first key, u32
///         60   4  offset of the block, u32, from the first block
///
/// record:  form 0   text length u8, traits u8, text; one entry: the bucket's first and the slot
///          form 1   text length u8, traits u8, first entry u8, entries u8, text
///          form 2   text length u32, traits u32, first entry u32, entries u32, text
/// ```
///
/// First entries count from the bucket's. Traits: bits 0 to 6 the profile that all entries of the key
/// share (127: none, ask each entry), bit 7 the mark. The mark of a host key says that URL entries
/// exist for that host. Spilled: bit `fingerprint >> 13` is set where a key with such a fingerprint
/// that belongs here or before stands in a later bucket.
public struct KeyTable: Sendable {
    @inlinable public static var headerByteCount: Int { 1088 }
    @inlinable public static var profilesOffset: Int { 64 }
    @inlinable public static var profileByteCount: Int { 8 }
    @inlinable public static var profilesMax: Int { 127 }
    /// In place of a profile: the entries of the key differ, or there are more profiles than fit.
    @inlinable public static var noProfile: UInt8 { 127 }
    @inlinable public static var bucketByteCount: Int { 64 }
    @inlinable public static var slotsPerBucket: Int { 18 }
    @inlinable public static var placesOffset: Int { 36 }
    @inlinable public static var controlOffset: Int { 54 }
    @inlinable public static var firstEntryOffset: Int { 56 }
    @inlinable public static var blockOffsetOffset: Int { 60 }
    @inlinable public static var shiftMax: Int { 15 }

    public let keyCount: Int
    @usableFromInline let homeBucketCount: UInt32
    @usableFromInline let bucketCount: Int
    @usableFromInline let profileCount: Int
    @usableFromInline let profiles: ImageBytes
    @usableFromInline let buckets: ImageBytes
    @usableFromInline let blocks: ImageBytes

    /// Reads the layout and checks every bucket and record, so that lookups may rely on them.
    ///
    /// - Parameters:
    ///   - pass: over the section; pages that were checked are dropped as it goes on.
    ///   - entryCount: entries in the image; no key may name one past it.
    ///   - orderCount: orders in the image; no profile may name one past it.
    /// - Complexity: linear in buckets and keys; of the texts only the lengths are read.
    init(
        _ pass: inout SectionPass, section: SectionID, entryCount: Int, orderCount: Int
    ) throws(ImageError) {
        let bytes = pass.bytes
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        keyCount = Int(bytes.uint32(at: 0))
        homeBucketCount = bytes.uint32(at: 4)
        bucketCount = Int(bytes.uint32(at: 8))
        profileCount = Int(bytes.uint32(at: 12))
        let blocksOffset = Int(clamping: bytes.uint64(at: 16))
        let blocksCount = Int(clamping: bytes.uint64(at: 24))
        guard homeBucketCount >= 1, bucketCount >= Int(homeBucketCount),
            profileCount <= Self.profilesMax,
            blocksOffset == Self.headerByteCount + bucketCount * Self.bucketByteCount,
            blocksOffset <= bytes.count, blocksCount == bytes.count - blocksOffset
        else { throw fail("offsets do not fit its counts", 0) }
        profiles = bytes.slice(Self.profilesOffset, (Self.profilesMax + 1) * Self.profileByteCount)
        buckets = bytes.slice(Self.headerByteCount, bucketCount * Self.bucketByteCount)
        blocks = bytes.slice(blocksOffset, blocksCount)
        try checkProfiles(section: section, orderCount: orderCount)
        try check(section: section, entryCount: entryCount, &pass)
    }

    /// Bytes that a miss may touch.
    public var hotByteCount: Int { buckets.count }
    /// The same as a part of the image.
    var hotBytes: ImageBytes { buckets }
}

/// One bucket, taken apart.
public struct Bucket {
    @usableFromInline let line: Int
    @usableFromInline let control: UInt16
    /// Offset of its block.
    public let block: Int
    public let firstEntry: UInt32

    @inlinable @inline(__always) public init(_ table: KeyTable, _ index: Int) {
        line = index &* KeyTable.bucketByteCount
        let word = table.buckets.uint64(at: line &+ KeyTable.firstEntryOffset)
        control = table.buckets.uint16(at: line &+ KeyTable.controlOffset)
        firstEntry = UInt32(truncatingIfNeeded: word)
        block = Int(word >> 32)
    }

    @inlinable @inline(__always) public var form: UInt16 { control & 3 }
    @inlinable @inline(__always) public var shift: UInt16 { control >> 2 & 15 }
    /// One bit for each eighth of the fingerprints; see `KeyTable`.
    @inlinable @inline(__always) public var spilled: UInt16 { control >> 8 }

    /// Offset of a key's record in the table's blocks.
    @inlinable @inline(__always) public func record(_ slot: Int, in table: KeyTable) -> Int {
        let place = table.buckets[line &+ KeyTable.placesOffset &+ slot]
        return block &+ Int(place) &<< Int(shift)
    }
}

/// What stands before a key's text.
public struct KeyRecord {
    /// Where the text stands in the table's blocks.
    public let textStart: Int
    public let textCount: Int
    /// Bits 0 to 6 profile, bit 7 mark.
    public let traits: UInt8
    /// Counted from the bucket's first entry.
    public let firstEntry: UInt32
    public let entryCount: UInt32

    @inlinable @inline(__always) public init(_ bucket: Bucket, _ slot: Int, in table: KeyTable) {
        self.init(table.blocks, at: bucket.record(slot, in: table), form: bucket.form, slot)
    }

    @inlinable @inline(__always) init(
        _ blocks: ImageBytes, at place: Int, form: UInt16, _ slot: Int
    ) {
        switch form {
        case 0:
            let head = blocks.uint16(at: place)
            textStart = place &+ 2
            textCount = Int(head & 0xFF)
            traits = UInt8(truncatingIfNeeded: head >> 8)
            firstEntry = UInt32(truncatingIfNeeded: slot)
            entryCount = 1
        case 1:
            let head = blocks.uint32(at: place)
            textStart = place &+ 4
            textCount = Int(head & 0xFF)
            traits = UInt8(truncatingIfNeeded: head >> 8)
            firstEntry = head >> 16 & 0xFF
            entryCount = head >> 24
        default:
            textStart = place &+ 16
            textCount = Int(blocks.uint32(at: place))
            traits = UInt8(truncatingIfNeeded: blocks.uint32(at: place + 4))
            firstEntry = blocks.uint32(at: place + 8)
            entryCount = blocks.uint32(at: place + 12)
        }
    }

    @inlinable @inline(__always) public var text: Range<Int> {
        textStart..<textStart &+ textCount
    }

    /// Bytes before the text.
    static func headByteCount(form: UInt16) -> Int {
        switch form {
        case 0: 2
        case 1: 4
        default: 16
        }
    }
}
