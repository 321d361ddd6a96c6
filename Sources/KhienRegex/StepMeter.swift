import CPCRE2

/// Counts what PCRE2 does in an attempt, and ends the attempt when it was too much.
///
/// PCRE2 calls back at each item of a pattern that was compiled for it (pcre2callout, "automatic
/// callouts"). Its own match limit counts each starting place anew, and bytes that one item passes over
/// not at all, so that it bounds no attempt. A step here is one item tried at one place, and each
/// `stepBytes` bytes that items passed over, or may have read before they failed (`RegexItem`): the same on every
/// machine.
@safe
final class StepMeter {
    @safe
    private struct Count {
        var steps = 0
        var limit = 0
        var position = 0
        var stepBytes = Int.max
        var items = unsafe UnsafeMutableBufferPointer<RegexItem>(start: nil, count: 0)

        /// How much the item that is to be tried may read and fail: such an item leaves the position where it was.
        @inline(__always)
        func read(_ block: borrowing pcre2_callout_block_8) -> Int {
            let place = unsafe Int(block.pattern_position)
            guard unsafe place < items.count else { return 0 }
            // SAFETY: `place` was checked in the line above.
            let item = unsafe items[place]
            if item.repeats == 0 { return 0 }
            let rest = unsafe block.subject_length - block.current_position
            if !item.refersBack { return min(Int(item.repeats), rest) }
            return unsafe min(Int(item.repeats) * Self.captured(item.group, block), rest)
        }

        /// The bytes of a group, or of the longest.
        @inline(never)
        private static func captured(_ group: Int16, _ block: pcre2_callout_block_8) -> Int {
            let top = unsafe Int(block.capture_top)
            let isAny = group == RegexItem.anyGroup
            guard let ends = unsafe block.offset_vector, isAny || group < top else { return 0 }
            var most = 0
            for index in isAny ? 1..<max(top, 1) : Int(group)..<Int(group) + 1 {
                // SAFETY: the vector has two numbers for each group below `capture_top` (pcre2callout).
                let (start, end) = unsafe (ends[2 * index], ends[2 * index + 1])
                // Both are the greatest number where the group has not been met.
                if start <= end, end < .max { most = max(most, Int(clamping: end - start)) }
            }
            return isAny ? most + top : most
        }
    }

    /// What `pcre2_match_8` is to be given.
    let context: OpaquePointer
    /// In memory of its own, because the callback writes it.
    private let count: UnsafeMutablePointer<Count>

    /// - Returns: nil when there is no memory.
    init?() {
        guard let context = unsafe pcre2_match_context_create_8(nil) else { return nil }
        unsafe self.context = context
        // SAFETY: one value, initialised here, given back in `deinit`, and written by the callback only
        // while `pcre2_match_8` runs.
        unsafe count = .allocate(capacity: 1)
        unsafe count.initialize(to: Count())
        _ = unsafe pcre2_set_callout_8(
            context,
            { block, counter in
                guard let block = unsafe block?.pointee,
                    let counter = unsafe counter?.assumingMemoryBound(to: Count.self)
                else { return PCRE2_ERROR_CALLOUT }
                let position = unsafe block.current_position
                let passed = unsafe abs(position - counter.pointee.position)
                unsafe counter.pointee.position = position
                let read = unsafe counter.pointee.read(block)
                unsafe counter.pointee.steps += 1 + (passed + read) / counter.pointee.stepBytes
                return unsafe counter.pointee.steps >= counter.pointee.limit
                    ? PCRE2_ERROR_CALLOUT : 0
            }, count)
    }

    deinit {
        unsafe pcre2_match_context_free_8(context)
        unsafe count.deallocate()
    }

    /// Since `begin`.
    var steps: Int { unsafe count.pointee.steps }

    /// Another attempt with `counted` begins; it ends at `limit` steps.
    ///
    /// - Parameter stepBytes: how many bytes that items pass over, or read and fail, are a step of their own.
    func begin(_ counted: RegexCounted, limit: Int, stepBytes: Int) {
        unsafe count.pointee = Count(limit: limit, stepBytes: stepBytes, items: counted.items)
    }
}
