extension Array where Element: FixedWidthInteger {
    /// The index of the last element whose key is at most `key`, where a key is the element
    /// without its bits outside `mask`, shifted by `shift`; the array ascends by key. -1 if none.
    func lastIndex<Key: FixedWidthInteger>(
        atMost key: Key, shift: Element, mask: Element
    ) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if Key(truncatingIfNeeded: (self[middle] & mask) >> shift) <= key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low - 1
    }
}
