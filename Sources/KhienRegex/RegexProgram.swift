import CPCRE2
import KhienModel

/// Why a pattern was refused.
public struct RegexError: Error, Hashable, Sendable, CustomStringConvertible {
    /// PCRE2's own words, or ours for a limit.
    public var message: String
    /// In bytes, from the pattern's start.
    public var offset: Int

    public var description: String { "\(message) (at byte \(offset) of the pattern)" }
}

/// A compiled regular expression: PCRE2 with its just-in-time compiler, on bytes.
///
/// Matching changes nothing in it, so that all event loops share one; what a match writes stands in
/// a `RegexScratch`, one for each loop.
@safe
public final class RegexProgram: @unchecked Sendable {
    // SAFETY (Sendable): `pcre2_code` is read-only after compilation (pcre2api, "Multithreading").
    let code: OpaquePointer

    /// Compiles `pattern`.
    ///
    /// - Parameters:
    ///   - pattern: PCRE2 syntax; bytes, at most `Limits.Regex.patternBytesMax`.
    ///   - isCaseless: ASCII letters compare without case.
    public init(_ pattern: Span<UInt8>, isCaseless: Bool) throws(RegexError) {
        guard pattern.count <= Limits.Regex.patternBytesMax else {
            throw RegexError(
                message: "longer than \(Limits.Regex.patternBytesMax) bytes",
                offset: Limits.Regex.patternBytesMax)
        }
        var number: Int32 = 0
        var offset = 0
        let options =
            (isCaseless ? PCRE2_CASELESS : 0) | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF
        // SAFETY: PCRE2 reads `count` bytes from the span's address during the call.
        let compiled = unsafe pattern.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &number, &offset, nil)
        }
        guard let compiled = unsafe compiled else {
            throw RegexError(message: Self.message(number), offset: offset)
        }
        var size = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_SIZE), &size)
        guard size <= Limits.Regex.compiledBytesMax else {
            unsafe pcre2_code_free_8(compiled)
            throw RegexError(
                message: "compiles to \(size) bytes, at most \(Limits.Regex.compiledBytesMax)",
                offset: 0)
        }
        // Without the just-in-time compiler (its memory is refused under some hardening), PCRE2
        // interprets: slower, with the same result.
        _ = unsafe pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        unsafe code = compiled
    }

    deinit { unsafe pcre2_code_free_8(code) }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe pcre2_get_error_message_8(number, buffer.baseAddress, buffer.count)
        }
        return count > 0
            ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(number)"
    }
}

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

    /// - Returns: nil when there is no memory.
    public init?() {
        guard let data = unsafe pcre2_match_data_create_8(1, nil) else { return nil }
        guard let context = unsafe pcre2_match_context_create_8(nil) else {
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        unsafe self.data = data
        unsafe self.context = context
        _ = unsafe pcre2_set_match_limit_8(context, Limits.Regex.matchStepsMax)
        _ = unsafe pcre2_set_depth_limit_8(context, Limits.Regex.depthMax)
        _ = unsafe pcre2_set_heap_limit_8(context, Limits.Regex.heapKibibytesMax)
    }

    deinit {
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_match_data_free_8(data)
    }

    /// Whether `program` matches somewhere in `subject`. Allocates nothing.
    public func match(_ program: RegexProgram, _ subject: Span<UInt8>) -> RegexOutcome {
        unsafe match(code: program.code, subject)
    }

    /// Whether the expression `index` of `set` matches somewhere in `subject`. Traps where there is
    /// none. Allocates nothing and counts no references.
    public func match(
        _ set: borrowing RegexSet, _ index: Int, _ subject: Span<UInt8>
    ) -> RegexOutcome {
        precondition(index >= 0 && index < set.count)
        // SAFETY: `index` was checked in the line above.
        return unsafe match(code: set.codes[index], subject)
    }

    /// Where the expression `index` of `set` matches first in `subject`, looking behind included,
    /// at `start` or behind it. Traps where there is no such expression. Allocates nothing.
    public func find(
        _ set: borrowing RegexSet, _ index: Int, _ subject: Span<UInt8>, from start: Int
    ) -> RegexPlace {
        precondition(index >= 0 && index < set.count && start >= 0)
        let count = min(subject.count, Limits.Regex.subjectBytesMax)
        guard start <= count else { return .notFound }
        // SAFETY: `index` was checked above; PCRE2 reads `count` bytes during the call, and `start`
        // is not past them; `data` and `context` are ours alone.
        let result = unsafe subject.withUnsafeBufferPointer { buffer in
            unsafe pcre2_match_8(
                set.codes[index], buffer.baseAddress, count, start, 0, data, context)
        }
        guard result >= 0 else { return result == PCRE2_ERROR_NOMATCH ? .notFound : .gaveUp }
        // SAFETY: a match data block made for one pair has two numbers, set by a match.
        let ends = unsafe pcre2_get_ovector_pointer_8(data)
        guard let first = unsafe ends?[0], let last = unsafe ends?[1] else { return .gaveUp }
        // With `\K` in a look-ahead a match may end before it begins.
        return .found(min(first, last)..<max(first, last))
    }

    private func match(code: OpaquePointer, _ subject: Span<UInt8>) -> RegexOutcome {
        let count = min(subject.count, Limits.Regex.subjectBytesMax)
        // SAFETY: PCRE2 reads `count` bytes during the call; `data` and `context` are ours alone.
        let result = unsafe subject.withUnsafeBufferPointer { buffer in
            unsafe pcre2_match_8(code, buffer.baseAddress, count, 0, 0, data, context)
        }
        // 0 is a match too: the pair table has room for one pair only.
        if result >= 0 { return .match }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : .gaveUp
    }
}
