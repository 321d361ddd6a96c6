import CPCRE2
import KhienModel

/// Measures what an expression costs: the steps that PCRE2 takes on subjects that are made to lead
/// expressions astray.
///
/// A step is one item of the pattern tried at one place, counted by automatic callouts
/// (pcre2callout), so that the same expression costs the same on every machine. Time would not, and
/// PCRE2's own match limit counts each starting place anew.
@safe
public final class RegexCost {
    private let data: OpaquePointer
    private let context: OpaquePointer
    /// Steps so far, in memory of its own because the callout writes it.
    private let steps: UnsafeMutablePointer<UInt32>

    /// - Returns: nil when there is no memory.
    public init?() {
        guard let data = unsafe pcre2_match_data_create_8(1, nil) else { return nil }
        guard let context = unsafe pcre2_match_context_create_8(nil) else {
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        unsafe self.data = data
        unsafe self.context = context
        // SAFETY: one word, initialised here, given back in `deinit`, and written by the callout only
        // while `pcre2_match_8` runs below.
        unsafe steps = .allocate(capacity: 1)
        unsafe steps.initialize(to: 0)
        _ = unsafe pcre2_set_callout_8(
            context,
            { _, counter in
                guard let counter = unsafe counter?.assumingMemoryBound(to: UInt32.self) else {
                    return 0
                }
                unsafe counter.pointee += 1
                return unsafe counter.pointee >= Limits.Regex.costStepsMax
                    ? PCRE2_ERROR_CALLOUT : 0
            }, steps)
    }

    deinit {
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_match_data_free_8(data)
        unsafe steps.deallocate()
    }

    /// The most steps that one of the sample subjects takes; `Limits.Regex.costStepsMax`: at least so
    /// many. 0 where the expression does not compile.
    ///
    /// - Parameter literal: a text that every match contains, so that the samples are not refused for
    ///   lack of it; empty: none is known.
    public func measure(
        _ pattern: Span<UInt8>, isCaseless: Bool, literal: [UInt8] = []
    ) -> Int {
        var number: Int32 = 0
        var offset = 0
        let options =
            (isCaseless ? PCRE2_CASELESS : 0) | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF
            | PCRE2_AUTO_CALLOUT
        // SAFETY: PCRE2 reads `count` bytes from the span's address during the call.
        let compiled = unsafe pattern.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &number, &offset, nil)
        }
        guard let code = unsafe compiled else { return 0 }
        defer { unsafe pcre2_code_free_8(code) }
        var most = 0
        for sample in Self.samples {
            var subjects = [sample.start + sample.run + literal + sample.end]
            if !literal.isEmpty {
                subjects.append(sample.start + literal + sample.run + sample.end)
            }
            for subject in subjects {
                unsafe steps.pointee = 0
                // SAFETY: PCRE2 reads the array's bytes during the call only.
                _ = unsafe subject.withUnsafeBufferPointer { buffer in
                    unsafe pcre2_match_8(
                        code, buffer.baseAddress, buffer.count, 0, 0, data, context)
                }
                most = max(most, Int(unsafe steps.pointee))
                if most >= Limits.Regex.costStepsMax { return most }
            }
        }
        return most
    }

    /// A subject: what stands before and behind the place of the literal.
    private struct Sample {
        var start: [UInt8]
        var run: [UInt8]
        var end: [UInt8]

        init(_ start: String, _ piece: String, _ count: Int, _ end: String = "~") {
            self.start = Array(start.utf8)
            run = Array(String(repeating: piece, count: count).utf8)
            self.end = Array(end.utf8)
        }
    }

    /// URLs of half a kilobyte that say the same again and again.
    private static let samples: [Sample] = [
        Sample("https://www.example.test/a/page.html?id=", "1", 5, "&x=y"),
        Sample("http://a.test/", "a", 480),
        Sample("http://a.test/", "1", 480),
        Sample("http://a.test/", "a/", 240),
        Sample("http://a.test/?", "a=1&", 120),
        Sample("http://a.test/", "a-1_", 120),
        Sample("http://", "a.", 120, "test/~"),
    ]
}
