import CPCRE2
import KhienModel
import Synchronization

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
    let code: RegexCode
    private let pattern: [UInt8]
    private let isCaseless: Bool
    /// The address of the same compiled for `StepMeter`; 0: nobody has asked; 1: there is none.
    private let countedAddress = Atomic<UInt>(0)

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
        let compiled = unsafe try Self.compile(pattern, isCaseless: isCaseless)
        var size = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_SIZE), &size)
        guard size <= Limits.Regex.compiledBytesMax else {
            unsafe pcre2_code_free_8(compiled)
            throw RegexError(
                message: "compiles to \(size) bytes, at most \(Limits.Regex.compiledBytesMax)",
                offset: 0)
        }
        // Without the just-in-time compiler (its memory is refused under some hardening), PCRE2
        // interprets: slower, and what takes many steps is given up earlier.
        _ = unsafe pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        // With `(*NO_JIT)` in front it says that it has compiled, and has not.
        var machineBytes = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_JITSIZE), &machineBytes)
        code = unsafe RegexCode(
            pointer: compiled, isCompiled: machineBytes > 0, patternBytes: pattern.count,
            itemBytes: RegexRepeat.bytesMax(pattern))
        self.pattern = (0..<pattern.count).map { pattern[$0] }
        self.isCaseless = isCaseless
    }

    deinit {
        unsafe pcre2_code_free_8(code.pointer)
        let address = countedAddress.load(ordering: .acquiring)
        if address > 1 { unsafe pcre2_code_free_8(OpaquePointer(bitPattern: address)) }
    }

    /// Throws where the expression is so large that its steps cannot be counted: then it would be judged on short
    /// subjects only.
    public func requireCounted() throws(RegexError) {
        if unsafe counted == nil {
            throw RegexError(message: "too large for its steps to be counted", offset: 0)
        }
    }

    /// The same, compiled for `StepMeter` and never to machine code; nil where it is too large for that. Few
    /// expressions are ever asked for it: it is made when one is, without a lock.
    var counted: OpaquePointer? {
        let address = countedAddress.load(ordering: .acquiring)
        return unsafe address == 0
            ? makeCounted() : OpaquePointer(bitPattern: address > 1 ? address : 0)
    }

    private func makeCounted() -> OpaquePointer? {
        let pattern = pattern
        let made = unsafe Self.compileCounted(pattern.span, isCaseless: isCaseless)
        let (isFirst, found) = unsafe countedAddress.compareExchange(
            expected: 0, desired: made == nil ? 1 : UInt(bitPattern: made),
            ordering: .acquiringAndReleasing)
        if isFirst { return unsafe made }
        unsafe pcre2_code_free_8(made)
        return unsafe OpaquePointer(bitPattern: found > 1 ? found : 0)
    }

    /// PCRE2's code for a pattern, which the caller frees.
    static func compile(
        _ pattern: Span<UInt8>, isCaseless: Bool, _ others: UInt32 = 0
    ) throws(RegexError) -> OpaquePointer {
        var number: Int32 = 0
        var offset = 0
        let options =
            (isCaseless ? PCRE2_CASELESS : 0) | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | others
        // SAFETY: PCRE2 reads `count` bytes from the span's address during the call.
        let compiled = unsafe pattern.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &number, &offset, nil)
        }
        guard let compiled = unsafe compiled else {
            throw RegexError(message: message(number), offset: offset)
        }
        return unsafe compiled
    }

    /// The same for `StepMeter`; nil where it does not compile.
    static func compileCounted(
        _ pattern: Span<UInt8>, isCaseless: Bool, _ others: UInt32 = 0
    ) -> OpaquePointer? {
        do throws(RegexError) {
            return unsafe try compile(
                pattern, isCaseless: isCaseless, UInt32(PCRE2_AUTO_CALLOUT) | others)
        } catch {
            return nil
        }
    }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe pcre2_get_error_message_8(number, buffer.baseAddress, buffer.count)
        }
        return count > 0
            ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(number)"
    }
}

/// What `pcre2_match_8` is given.
@safe
struct RegexCode {
    let pointer: OpaquePointer
    /// Up to how many bytes a subject is tried without counting steps.
    let uncountedBytesMax: Int
    /// Of the pattern, and what one item may read of a subject before it fails: what an attempt may cost.
    let patternBytes: Int
    let itemBytes: Int

    /// - Parameter isCompiled: to machine code: else PCRE2 interprets it.
    @unsafe init(pointer: OpaquePointer, isCompiled: Bool, patternBytes: Int, itemBytes: Int) {
        unsafe self.pointer = pointer
        // What PCRE2 interprets may take the square of its length without one step that counts.
        uncountedBytesMax =
            itemBytes > Limits.Regex.stepBytes
            ? Limits.Regex.repeatedBytesMax
            : isCompiled ? Limits.Regex.subjectBytesMax : Limits.Regex.interpretedBytesMax
        self.patternBytes = patternBytes
        self.itemBytes = itemBytes
    }
}
