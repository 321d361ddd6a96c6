import CIntrinsics
import KhienImage
import KhienModel
import KhienText

/// One pass over a run of text, 64 windows at a time, in four steps:
///
/// 1. every window is hashed and asked for in the cells, without branching: a bit for each in a mask;
/// 2. those that pass ask the filters of the indexes, without branching, too;
/// 3. what is left is looked up and compared eight bytes at once;
/// 4. and verified.
///
/// The first step is the same with any vectors that the processor has (`LiteralVectors`).
@safe
struct LiteralPass {
    let table: LiteralTable
    let vectors: LiteralVectors
    /// Where windows are read; a place is an offset from here.
    let memory: UnsafeRawPointer

    @unsafe init(table: LiteralTable, vectors: LiteralVectors, memory: UnsafeRawPointer) {
        self.table = table
        self.vectors = vectors
        unsafe self.memory = memory
    }

    /// Windows that have passed the filters: the number of a window times 32, and a bit for each
    /// index that may know it.
    typealias Waiting = InlineArray<64, UInt16>

    private enum Known {
        static let six: UInt16 = 1
        static let back: UInt16 = 2
        static let four: UInt16 = 4
        static let head: UInt16 = 8
        static let tail: UInt16 = 16
    }

    /// Reads the windows at every second place of `windows`, its lower bound first; a few behind its
    /// end are read too.
    func run(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        guard vectors != .none else {
            runPlain(windows, text, search, found)
            return
        }
        #if arch(x86_64)
            // SAFETY: a hash has as many bits as the cells' number, which the table's reader checked.
            var cells = unsafe khien_cells(
                cells: table.cells.base.assumingMemoryBound(to: UInt32.self),
                first: table.hash.first, second: table.hash.second, shift: table.cellShift,
                fold: table.isCaseless ? 0x20 : 0)
            var waiting = Waiting(repeating: 0)
            var place = windows.lowerBound
            while place < windows.upperBound {
                let count = min(64, (windows.upperBound - place + 1) / 2)
                // SAFETY: the margins hold what is read behind the last window.
                let passed =
                    unsafe vectors == .avx512
                    ? khien_windows_avx512(memory + place, count, &cells)
                    : khien_windows_avx2(memory + place, count, &cells)
                finish(place, passed, &waiting, text, search, found)
                place += 128
            }
        #endif
    }

    /// Looks up the windows of a mask. Of one literal the earlier occurrence comes first.
    @inline(__always)
    func finish(
        _ place: Int, _ windows: UInt64, _ waiting: inout Waiting,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        if windows == 0 { return }
        let count = sift(place, windows, &waiting)
        if count > 0 { lookUp(place, waiting, count, text, search, found) }
    }

    /// Asks the filters of the indexes for the windows of a mask; returns how many are left.
    @inline(never)
    private func sift(_ place: Int, _ windows: UInt64, _ waiting: inout Waiting) -> Int {
        var rest = windows
        var count = 0
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest &- 1
            let bytes = load(place &+ 2 &* number)
            let before = bytes << 8 | UInt64(byte(place &+ 2 &* number &- 1))
            let six = table.six.mayHave(LiteralHash.six(bytes)) & 1
            let head = table.head.mayHave(LiteralHash.head(bytes)) & 1
            let four = table.four.mayHave(LiteralHash.four(bytes)) & head
            let back = table.back.mayHave(LiteralHash.four(before)) & head
            let tail = table.tail.mayHave(LiteralHash.tail(bytes)) & 1
            let known = six | back << 1 | four << 2 | head << 3 | tail << 4
            waiting[count & 63] = UInt16(truncatingIfNeeded: UInt32(number) << 5 | known)
            count &+= known == 0 ? 0 : 1
        }
        return count
    }

    @inline(never)
    private func lookUp(
        _ place: Int, _ waiting: borrowing Waiting, _ count: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        for index in 0..<count {
            let known = waiting[index & 63]
            let window = place &+ 2 &* Int(known >> 5)
            let bytes = load(window)
            if known & Known.six != 0 {
                look(table.six, LiteralHash.six(bytes), window, text, search, found)
            }
            if known & (Known.back | Known.four | Known.head) != 0 {
                let before = LiteralHash.four(load(window &- 1))
                if known & Known.back != 0 {
                    look(table.back, before, window, text, search, found)
                }
                if known & Known.four != 0 {
                    look(table.four, LiteralHash.four(bytes), window, text, search, found)
                }
                look(table.head, LiteralHash.head(bytes), window, text, search, found)
            }
            if known & Known.tail != 0 {
                look(table.tail, LiteralHash.tail(bytes), window, text, search, found)
            }
        }
    }

    @inline(__always) func lanes(_ place: Int) -> SIMD8<UInt16> {
        // SAFETY: the caller's margins hold what the last step reads beyond the windows.
        unsafe memory.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt16>.self)
    }

    /// Eight bytes, folded as literals are.
    @inline(__always) private func load(_ place: Int) -> UInt64 {
        let fold: UInt64 = table.isCaseless ? 0x2020_2020_2020_2020 : 0
        // SAFETY: eight bytes around a window lie within the margins.
        return unsafe memory.loadUnaligned(fromByteOffset: place, as: UInt64.self) | fold
    }

    @inline(__always) private func byte(_ place: Int) -> UInt8 {
        // SAFETY: as in `load`.
        return unsafe memory.load(fromByteOffset: place, as: UInt8.self)
            | (table.isCaseless ? 0x20 : 0)
    }

    @inline(__always)
    private func look(
        _ index: LiteralIndex, _ hash: UInt32, _ window: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        guard let run = index.listed(hash) else { return }
        for number in run.start..<run.start + run.count {
            let posting = table.posting(number)
            let bytes = load(window &+ Int(posting.delta))
            if (bytes ^ posting.value) &<< (64 &- 8 &* UInt64(posting.valueBytes)) == 0 {
                verify(posting.literal, window &- Int(posting.offset), text, search, found)
            }
        }
    }

    /// Reports the literal if it stands at a place of the text, between the right signs.
    @inline(never)
    func verify(
        _ literal: UInt32, _ place: Int, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        let bytes = table.bytes(of: literal)
        let start = search.base + place
        let end = start + bytes.count
        guard search.starts.contains(start), end > search.settled, end <= search.settling,
            place + bytes.count <= text.count,
            equals(bytes, text, place)
        else { return }
        let flags = table.flags(of: literal)
        if !flags.isEmpty {
            if flags.contains(.startsWord), WordBoundary.continuesBefore(text, place) {
                return
            }
            if flags.contains(.endsWord),
                WordBoundary.continuesAfter(text, place + bytes.count)
            {
                return
            }
        }
        found(literal, start..<end)
    }

    private func equals(_ bytes: ImageBytes, _ text: Span<UInt8>, _ place: Int) -> Bool {
        guard table.isCaseless else {
            return bytes.equals(at: 0, text, place..<place + bytes.count)
        }
        for index in 0..<bytes.count {
            let byte = text[place + index]
            let isUpper = byte &- UInt8(ascii: "A") < 26
            if (isUpper ? byte | 0x20 : byte) != bytes[index] { return false }
        }
        return true
    }
}
