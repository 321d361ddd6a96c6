import CPCRE2

/// Counts what PCRE2 does in an attempt, and ends the attempt when it was too much.
///
/// PCRE2 calls back at each item of a pattern that was compiled for it (pcre2callout, "automatic
/// callouts"). Its own match limit counts each starting place anew, and bytes that one item passes over
/// not at all, so that it bounds no attempt. A step here is one item tried at one place, and each
/// `stepBytes` bytes that items passed over, or may have read before they failed: the same on every machine.
@safe
final class StepMeter {
    private struct Count {
        var steps = 0
        var limit = 0
        var position = 0
        var stepBytes = Int.max
        var itemBytes = 0
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
                // An item that fails leaves the position where it was.
                let read = unsafe min(counter.pointee.itemBytes, block.subject_length - position)
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

    /// Another attempt begins; it ends at `limit` steps.
    ///
    /// - Parameters:
    ///   - stepBytes: how many bytes that one item passes over are a step of their own.
    ///   - itemBytes: how many an item may read and fail.
    func begin(limit: Int, stepBytes: Int = .max, itemBytes: Int = 0) {
        unsafe count.pointee = Count(limit: limit, stepBytes: stepBytes, itemBytes: itemBytes)
    }
}
