import KhienLists
import KhienModel

/// What the key tables are made of, gathered in one pass over the lists, then sorted.
struct GatheredItems {
    /// Hosts and domains; and marking items, one for each URL.
    var hosts: [KeyItem] = []
    var urls: [KeyItem] = []
    var addresses: [KeyItem] = []
    /// Items of the operator's exceptions.
    var exceptions: [KeyItem] = []
    /// Whether a block stands under an order, or in a list of an authority.
    var hasOrderedBlocks = false
    /// Whether a domain is a single label.
    var hasSingleLabels = false
    /// Entries that stand in none of these, and will not stand in the image.
    var leftOut: EntryMarks

    init(_ lists: [SourceList]) {
        leftOut = EntryMarks(lists)
        hosts.reserveCapacity(lists.reduce(0) { $0 + $1.list.entries.records.count })
    }

    var count: Int { hosts.count + urls.count + addresses.count }

    mutating func sort() {
        RadixSort.sort(&hosts)
        RadixSort.sort(&urls)
        RadixSort.sort(&addresses)
    }

    /// Leaves out entries; keeps the order of the others.
    mutating func remove(_ places: some Collection<EntryPlace>) {
        if places.isEmpty { return }
        let places = Set(places)
        for place in places { leftOut.insert(place) }
        hosts.removeAll { places.contains(EntryPlace($0)) }
        urls.removeAll { places.contains(EntryPlace($0)) }
        // A mark of a prefix length carries numbers of its own in place of list and record.
        addresses.removeAll { $0.marks == 0 && places.contains(EntryPlace($0)) }
    }
}
