import CPCRE2
import KhienModel

/// An expression compiled for `StepMeter`, and what its items read. Immutable.
@safe
final class RegexCounted: @unchecked Sendable {
    // SAFETY (Sendable): `pcre2_code` is read-only after compilation (pcre2api, "Multithreading"), and so is
    // `items` after `init`.
    let pointer: OpaquePointer
    /// By the places of the pattern where they begin; its end is one, too.
    let items: UnsafeMutableBufferPointer<RegexItem>
    /// Place and length of each item, as often as it stands in the code.
    let places: [(place: Int, count: Int)]

    /// - Returns: nil where it does not compile, as what is too large for callouts does not.
    init?(_ pattern: Span<UInt8>, isCaseless: Bool, _ others: UInt32 = 0) {
        do throws(RegexError) {
            unsafe pointer = unsafe try RegexProgram.compile(
                pattern, isCaseless: isCaseless, UInt32(PCRE2_AUTO_CALLOUT) | others)
        } catch {
            return nil
        }
        unsafe items = .allocate(capacity: pattern.count + 1)
        unsafe items.initialize(repeating: RegexItem())
        places = unsafe Self.places(pointer).filter { $0.place <= pattern.count - $0.count }
        let groupCount = groupCount
        for (place, count) in places {
            let item = pattern.extracting(place..<place + count)
            // SAFETY: `place` is at most the pattern's count, by the filter above.
            unsafe items[place] = RegexItem(item, groupCount: groupCount)
        }
    }

    /// Each item, as often as it stands in the code, and where it ends in the pattern.
    func forEachItem(_ body: (RegexItem, Int) -> Void) {
        // SAFETY: `places` are those of `items` that `init` has filled.
        for (place, count) in places { unsafe body(items[place], place + count) }
    }

    private var groupCount: Int {
        var count: UInt32 = 0
        _ = unsafe pcre2_pattern_info_8(pointer, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        return Int(count)
    }

    /// Place and length of each item of the code, as often as it stands there.
    private static func places(_ code: OpaquePointer) -> [(place: Int, count: Int)] {
        var places: [(place: Int, count: Int)] = []
        // SAFETY: PCRE2 hands the address to the callback during the call only.
        _ = unsafe withUnsafeMutablePointer(to: &places) { address in
            unsafe pcre2_callout_enumerate_8(
                code,
                { block, places in
                    guard let block = unsafe block?.pointee,
                        let places = unsafe places?.assumingMemoryBound(
                            to: [(place: Int, count: Int)].self)
                    else { return 1 }
                    unsafe places.pointee.append(
                        (Int(block.pattern_position), Int(block.next_item_length)))
                    return 0
                }, address)
        }
        return places
    }

    deinit {
        unsafe pcre2_code_free_8(pointer)
        unsafe items.deallocate()
    }
}
