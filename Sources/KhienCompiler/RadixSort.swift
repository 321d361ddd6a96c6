/// Sorts items by their hashes: four passes of sixteen bits, stable, linear.
enum RadixSort {
    static func sort(_ items: inout [KeyItem]) {
        guard items.count > 1 else { return }
        guard items.count > 4096 else {
            // Swift's own sort is stable too, and needs no tables.
            items.sort { $0.hash < $1.hash }
            return
        }
        var other = items
        for shift in stride(from: UInt64(0), to: 64, by: 16) {
            pass(from: items, to: &other, shift: shift)
            swap(&items, &other)
        }
    }

    private static func pass(from source: [KeyItem], to target: inout [KeyItem], shift: UInt64) {
        var starts = [Int](repeating: 0, count: 65_537)
        for item in source { starts[Int(item.hash >> shift & 0xFFFF) + 1] += 1 }
        for digit in 1...65_536 { starts[digit] += starts[digit - 1] }
        for item in source {
            let digit = Int(item.hash >> shift & 0xFFFF)
            target[starts[digit]] = item
            starts[digit] += 1
        }
    }
}
