import CPCRE2
import KhienModel

/// What came of one attempt.
public enum RegexOutcome: Sendable {
    case match
    case noMatch
    /// A limit of `Limits.Regex` was reached: the pattern could not be judged.
    case gaveUp
}

/// Where an expression matches.
public enum RegexPlace: Sendable {
    case found(Range<Int>)
    case notFound
    /// A limit of `Limits.Regex` was reached: the pattern could not be judged.
    case gaveUp
}

/// What matching writes: one for each event loop, used by one thread at a time.
@safe
public final class RegexScratch {
    private let data: OpaquePointer
    private let context: OpaquePointer
    private let meter: StepMeter
    private var limit: UInt32 = 0

    /// - Returns: nil when there is no memory.
    public init?() {
        guard let data = unsafe pcre2_match_data_create_8(1, nil) else { return nil }
        guard let context = unsafe pcre2_match_context_create_8(nil) else {
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        guard let meter = StepMeter() else {
            unsafe pcre2_match_context_free_8(context)
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        unsafe self.data = data
        unsafe self.context = context
        self.meter = meter
        unsafe Self.setLimits(of: context)
        unsafe Self.setLimits(of: meter.context)
    }

    private static func setLimits(of context: OpaquePointer) {
        _ = unsafe pcre2_set_depth_limit_8(context, Limits.Regex.depthMax)
        _ = unsafe pcre2_set_heap_limit_8(context, Limits.Regex.heapKibibytesMax)
    }

    deinit {
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_match_data_free_8(data)
    }

    /// Whether `program` matches somewhere in `subject`, with a budget of its own.
    public func match(
        _ program: RegexProgram, _ subject: Span<UInt8>, within budget: RegexBudget = RegexBudget()
    ) -> RegexOutcome {
        var budget = budget
        return outcome(of: attempt(program.code, subject, from: 0, &budget) { program })
    }

    /// Whether the expression `index` of `set` matches somewhere in `subject`. Traps where there is
    /// none. Allocates nothing and counts no references, unless the expression has to be tried again.
    public func match(
        _ set: borrowing RegexSet, _ index: Int, _ subject: Span<UInt8>,
        _ budget: inout RegexBudget
    ) -> RegexOutcome {
        precondition(index >= 0 && index < set.count)
        // SAFETY: `index` was checked in the line above.
        let code = unsafe set.codes[index]
        return outcome(of: attempt(code, subject, from: 0, &budget) { set[index] })
    }

    /// Where the expression `index` of `set` matches first in `subject`, looking behind included,
    /// at `start` or behind it. Traps where there is no such expression. Allocates nothing, unless the
    /// expression has to be tried again.
    public func find(
        _ set: borrowing RegexSet, _ index: Int, _ subject: Span<UInt8>, from start: Int,
        _ budget: inout RegexBudget
    ) -> RegexPlace {
        precondition(index >= 0 && index < set.count && start >= 0)
        guard start <= min(subject.count, Limits.Regex.subjectBytesMax) else { return .notFound }
        // SAFETY: `index` was checked above.
        let code = unsafe set.codes[index]
        let result = attempt(code, subject, from: start, &budget) { set[index] }
        guard result >= 0 else { return result == PCRE2_ERROR_NOMATCH ? .notFound : .gaveUp }
        // SAFETY: a match data block made for one pair has two numbers, set by a match.
        let ends = unsafe pcre2_get_ovector_pointer_8(data)
        guard let first = unsafe ends?[0], let last = unsafe ends?[1] else { return .gaveUp }
        // With `\K` in a look-ahead a match may end before it begins.
        return .found(min(first, last)..<max(first, last))
    }

    private func outcome(of result: Int32) -> RegexOutcome {
        // 0 is a match too: the pair table has room for one pair only.
        if result >= 0 { return .match }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : .gaveUp
    }

    /// - Returns: what `pcre2_match_8` does.
    private func attempt(
        _ code: RegexCode, _ subject: Span<UInt8>, from start: Int, _ budget: inout RegexBudget,
        _ program: () -> RegexProgram
    ) -> Int32 {
        let count = min(subject.count, Limits.Regex.subjectBytesMax)
        if count - start <= code.uncountedBytesMax,
            let limit = budget.firstLimit(code, count - start)
        {
            setLimit(limit)
            // SAFETY: PCRE2 reads `count` bytes during the call, of which `start` is not past the end; `data`
            // and `context` are ours alone.
            let result = unsafe subject.withUnsafeBufferPointer { buffer in
                unsafe pcre2_match_8(
                    code.pointer, buffer.baseAddress, count, start, 0, data, context)
            }
            if result >= PCRE2_ERROR_NOMATCH { return result }
        }
        return attemptAgain(program(), subject.extracting(0..<count), from: start, &budget)
    }

    private func setLimit(_ limit: UInt32) {
        if limit == self.limit { return }
        self.limit = limit
        _ = unsafe pcre2_set_match_limit_8(context, limit)
    }

    /// Tries what was not decided at once, step by step.
    @inline(never)
    private func attemptAgain(
        _ program: RegexProgram, _ subject: Span<UInt8>, from start: Int,
        _ budget: inout RegexBudget
    ) -> Int32 {
        guard let counted = program.counted else { return PCRE2_ERROR_NOMEMORY }
        let allowance = budget.allowance(subject.count - start)
        meter.begin(
            counted, limit: allowance + budget.steps, stepBytes: Limits.Regex.stepBytes)
        // SAFETY: PCRE2 reads `subject` during the call, of which `start` is not past the end; `data` and the
        // meter are ours alone.
        let result = unsafe subject.withUnsafeBufferPointer { buffer in
            unsafe pcre2_match_8(
                counted.pointer, buffer.baseAddress, buffer.count, start, 0, data, meter.context)
        }
        budget.take(meter.steps, of: allowance)
        return result
    }
}
