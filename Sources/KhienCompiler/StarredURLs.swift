import KhienLists
import KhienModel

/// URLs with a `*`, so that of two that say the same in one list the image holds one.
///
/// They stand in no table of keys, in which other targets meet: what is compared is the text, how it is bound, and
/// what the entry asks for.
struct StarredURLs {
    private struct Key: Hashable {
        var text: ArraySlice<UInt8>
        var anchors: AdblockRule.Anchors
        var flags: EntryFlags
        var action: Action?
        var order: UInt32
    }

    /// Of the list that is looked through.
    private var places: [Key: EntryPlace] = [:]
    private var list: UInt16?

    /// The entry of the same list that says the same; nil: there is none, and later ones are compared with this.
    ///
    /// - Complexity: O(length).
    mutating func earlier(_ item: KeyItem, _ entry: EntryRecord, _ parsed: ParsedList)
        -> EntryPlace?
    {
        if list != item.list {
            places.removeAll()
            list = item.list
        }
        let key = Key(
            text: parsed.entries.text[entry.range],
            anchors: parsed.adblockRules[Int(entry.rule)].anchors, flags: entry.flags,
            action: entry.action, order: entry.order)
        if let place = places[key] { return place }
        places[key] = EntryPlace(item)
        return nil
    }
}
