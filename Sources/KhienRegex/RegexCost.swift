import CPCRE2
import KhienModel

/// Measures what an expression costs: the steps that PCRE2 takes on subjects that are made to lead
/// expressions astray.
///
/// Steps are counted by `StepMeter`, here with fewer bytes that an item passes over for a step, since the samples are
/// short: what reads the rest of a long URL at each of its places reads little of them.
@safe
public final class RegexCost {
    private let data: OpaquePointer
    private let meter: StepMeter
    private let stepsMax: Int
    /// What all measures so far have taken.
    public private(set) var stepsTaken = 0

    /// - Parameter stepsMax: when so many have been taken, nothing is measured any more.
    /// - Returns: nil when there is no memory.
    public init?(stepsMax: Int = Limits.Regex.costStepsTogetherMax) {
        guard let data = unsafe pcre2_match_data_create_8(1, nil) else { return nil }
        guard let meter = StepMeter() else {
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        unsafe self.data = data
        self.meter = meter
        self.stepsMax = stepsMax
    }

    deinit { unsafe pcre2_match_data_free_8(data) }

    /// The most steps that one of the sample subjects takes; `Limits.Regex.costStepsMax`: at least so
    /// many. 0 where the expression does not compile, or all steps have been taken before.
    ///
    /// - Parameter literal: a text that every match contains, so that the samples are not refused for
    ///   lack of it; empty: none is known.
    public func measure(
        _ pattern: Span<UInt8>, isCaseless: Bool, literal: [UInt8] = []
    ) -> Int {
        guard stepsTaken < stepsMax else { return 0 }
        // Without a look for bytes that every match has: few samples have them.
        guard
            let counted = RegexCounted(
                pattern, isCaseless: isCaseless, UInt32(PCRE2_NO_START_OPTIMIZE))
        else { return 0 }
        // No sample may lead through all of them.
        var most = min(RegexWays(pattern, counted).count, Int(Limits.Regex.costStepsMax))
        for sample in Self.samples {
            var subjects = [sample.start + sample.run + literal + sample.end]
            if !literal.isEmpty {
                subjects.append(sample.start + literal + sample.run + sample.end)
                let count = sample.run.count / literal.count
                subjects.append(
                    sample.start + repeatElement(literal, count: count).joined() + sample.end)
            }
            for subject in subjects {
                meter.begin(
                    counted, limit: Int(Limits.Regex.costStepsMax),
                    stepBytes: Limits.Regex.costStepBytes)
                // SAFETY: PCRE2 reads the array's bytes during the call only.
                _ = unsafe subject.withUnsafeBufferPointer { buffer in
                    unsafe pcre2_match_8(
                        counted.pointer, buffer.baseAddress, buffer.count, 0, 0, data,
                        meter.context)
                }
                stepsTaken += meter.steps
                most = max(most, meter.steps)
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
