import KhienModel

/// What the attempts of one request, or on one page, may cost together.
///
/// An attempt begins with few steps for each place where a match may begin, as fast as PCRE2 is. What is
/// not decided then is tried again, step by step (`StepMeter`): with some steps for each byte of the
/// subject, which each attempt has, and then with those of this budget. PCRE2 does not count all that the first
/// attempts do; what they may at most is taken off as work, and when that is used up, attempts are counted from
/// their begin. So many expressions over a long URL cost no more than its length, times their number, and this.
public struct RegexBudget: Sendable {
    /// What is left.
    public private(set) var steps: Int
    private var work: Int

    /// - Parameters: of `Limits.Regex`.
    public init(
        steps: UInt32 = Limits.Regex.requestStepsMax, work: Int = Limits.Regex.requestWorkMax
    ) {
        self.steps = Int(steps)
        self.work = work
    }

    public static var ofPage: RegexBudget {
        RegexBudget(steps: Limits.Regex.pageStepsMax, work: Limits.Regex.pageWorkMax)
    }

    /// Whether an attempt on so many bytes may be made without counting; takes what it may cost, if so.
    @inline(__always)
    mutating func mayTry(_ code: RegexCode, _ byteCount: Int) -> Bool {
        let repeats = min(code.itemBytes, byteCount) / Limits.Regex.repeatsOfAByte
        let cost = code.patternBytes * byteCount * (1 + repeats)
        guard cost <= work else { return false }
        work -= cost
        return true
    }

    /// The steps that an attempt on so many bytes has of its own.
    static func allowance(_ byteCount: Int) -> Int {
        max(Limits.Regex.attemptStepsMin, byteCount * Limits.Regex.stepsPerByte)
    }

    /// How many steps for each starting place the first, fast attempt on so many bytes has.
    static func firstLimit(_ byteCount: Int) -> UInt32 {
        let share = Limits.Regex.firstStepsMax / UInt32(clamping: max(byteCount, 1))
        return max(share, Limits.Regex.firstStepsMin)
    }

    /// Takes what an attempt needed beyond its own.
    mutating func take(_ used: Int, of allowance: Int) {
        steps -= min(max(0, used - allowance), steps)
    }
}
