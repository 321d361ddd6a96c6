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
    ///   - pattern: PCRE2 syntax; bytes, at most `Limits.Regex.patternBytesMax`, with at most
    ///     `Limits.Regex.groupsMax` groups that capture.
    ///   - isCaseless: ASCII letters compare without case.
    /// - Throws: where PCRE2 refuses it, or it is over a limit of `Limits.Regex`.
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
        var groups: UInt32 = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        guard groups <= Limits.Regex.groupsMax else {
            unsafe pcre2_code_free_8(compiled)
            throw RegexError(
                message: "has \(groups) groups that capture, at most \(Limits.Regex.groupsMax)",
                offset: 0)
        }
        // Without the just-in-time compiler (its memory is refused under some hardening), PCRE2
        // interprets: slower, and what takes many steps is given up earlier.
        _ = unsafe pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        // With `(*NO_JIT)` in front it says that it has compiled, and has not.
        var machineBytes = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_JITSIZE), &machineBytes)
        code = unsafe RegexCode(
            pointer: compiled, isCompiled: machineBytes > 0,
            RegexShape(pattern, isCaseless: isCaseless))
        self.pattern = (0..<pattern.count).map { pattern[$0] }
        self.isCaseless = isCaseless
    }

    deinit {
        unsafe pcre2_code_free_8(code.pointer)
        let address = countedAddress.load(ordering: .acquiring)
        if let counted = unsafe Self.counted(at: address) { unsafe counted.release() }
    }

    /// Throws where the expression is so large that its steps cannot be counted: then it would be judged on short
    /// subjects only.
    public func requireCounted() throws(RegexError) {
        if counted == nil {
            throw RegexError(message: "too large for its steps to be counted", offset: 0)
        }
    }

    /// The same, compiled for `StepMeter` and never to machine code; nil where it is too large for that. Few
    /// expressions are ever asked for it: it is made when one is, without a lock.
    var counted: RegexCounted? {
        let address = countedAddress.load(ordering: .acquiring)
        return unsafe address == 0
            ? makeCounted() : Self.counted(at: address)?.takeUnretainedValue()
    }

    private static func counted(at address: UInt) -> Unmanaged<RegexCounted>? {
        guard address > 1, let pointer = unsafe UnsafeRawPointer(bitPattern: address) else {
            return nil
        }
        // SAFETY: only `makeCounted` stores an address, of an object that it has retained; `deinit` releases it.
        return unsafe Unmanaged.fromOpaque(pointer)
    }

    private func makeCounted() -> RegexCounted? {
        let pattern = pattern
        let made = RegexCounted(pattern.span, isCaseless: isCaseless)
        let kept = unsafe made.map { unsafe Unmanaged.passRetained($0) }
        let (isFirst, found) = countedAddress.compareExchange(
            expected: 0, desired: unsafe kept.map { unsafe UInt(bitPattern: $0.toOpaque()) } ?? 1,
            ordering: .acquiringAndReleasing)
        if isFirst { return made }
        if let kept = unsafe kept { unsafe kept.release() }
        return unsafe Self.counted(at: found)?.takeUnretainedValue()
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
    /// What an attempt may cost for each byte of its subject: what it may read where a match begins, in all its ways,
    /// and as often again as steps lead there.
    let byteCost: Int
    /// Whether a step may read the rest of the subject, and how many items may do so and fail, which is no step.
    let readsOn: Bool
    let longItems: Int
    /// The ways to one of its places (`RegexWays`).
    let ways: Int
    /// Whether a match begins at one place only.
    let isAnchored: Bool

    /// - Parameter isCompiled: to machine code: else PCRE2 interprets it.
    @unsafe init(
        pointer: OpaquePointer, isCompiled: Bool, _ shape: RegexShape
    ) {
        unsafe self.pointer = pointer
        // What PCRE2 interprets may take the square of its length without one step that counts.
        uncountedBytesMax =
            isCompiled ? Limits.Regex.subjectBytesMax : Limits.Regex.interpretedBytesMax
        readsOn = shape.readsOn || shape.longItems > 0
        longItems = shape.longItems
        ways = shape.ways
        var options: UInt32 = 0
        _ = unsafe pcre2_pattern_info_8(pointer, UInt32(PCRE2_INFO_ALLOPTIONS), &options)
        isAnchored = options & PCRE2_ANCHORED != 0
        let least = readsOn ? Limits.Regex.readingStepsMin : Limits.Regex.firstStepsMin
        let steps = shape.isRetried && !isAnchored ? Int(least) : 1
        byteCost = min(shape.wayBytes * steps * ways, Limits.Regex.byteCostMax)
    }
}
