/// Items sorted by their hashes, with a directory: finding those of one hash costs two cache misses,
/// and a filter of one bit in eight answers most questions before that.
///
/// The items are those that the table is built of anyway; directory and filter take two bytes each
/// beside their sixteen.
struct SortedItems {
    let items: [KeyItem]
    /// Where the items of each slice of the hashes begin; one more at the end.
    private var starts: [UInt32]
    private let shift: UInt64
    private var filter: [UInt64]
    private let filterShift: UInt64
    /// Items in the filter.
    private(set) var filtered = 0

    /// - Parameters:
    ///   - items: sorted by hash.
    ///   - isFiltered: which items `mayHave` tells.
    init(_ items: [KeyItem], isFiltered: (KeyItem) -> Bool) {
        self.items = items
        var bits: UInt64 = 2
        while (1 << bits) * 4 < items.count { bits += 1 }
        shift = 64 - bits
        starts = [UInt32](repeating: 0, count: 1 << Int(bits) + 1)
        var filterBits: UInt64 = 6
        while (1 << filterBits) < items.count * 8 { filterBits += 1 }
        filterShift = 64 - filterBits
        filter = [UInt64](repeating: 0, count: 1 << Int(filterBits - 6))
        for item in items {
            starts[Int(item.hash >> shift) + 1] += 1
            guard isFiltered(item) else { continue }
            filtered += 1
            let bit = item.hash >> filterShift
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        for slice in 1..<starts.count { starts[slice] += starts[slice - 1] }
    }

    /// Whether one of the filtered items may have this hash; false says surely not.
    @inline(__always) func mayHave(_ hash: UInt64) -> Bool {
        let bit = hash >> filterShift
        return filter[Int(bit >> 6)] >> (bit & 63) & 1 != 0
    }

    /// The items with this hash.
    func range(of hash: UInt64) -> Range<Int> {
        let slice = Int(hash >> shift)
        var start = Int(starts[slice])
        let end = Int(starts[slice + 1])
        while start < end, items[start].hash < hash { start += 1 }
        var last = start
        while last < end, items[last].hash == hash { last += 1 }
        return start..<last
    }
}
