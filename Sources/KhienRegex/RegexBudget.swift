import KhienModel

/// What the attempts of one request, or on one page, may cost together.
///
/// An attempt begins with few steps for each place where a match may begin, as fast as PCRE2 is. What is
/// not decided then is tried again, step by step (`StepMeter`): with steps of its own, some for each byte of the
/// subject, and then with those of this budget. PCRE2 does not count all that the first attempts do; what they may
/// is taken off as work, and when that is used up, attempts are counted from their begin; so is what alternatives
/// and look-arounds lead through in too many ways (`RegexWays`). Work is estimated (`RegexShape`), and what was estimated was tried, not proved: for what
/// fails at once by the bytes of pattern and subject, for what may read the rest of the subject at each of
/// its places (`sex(?=[^?]*+x)`) by the square of these, apart, so that it leaves the others theirs.
public struct RegexBudget: Sendable {
    /// What is left.
    public private(set) var steps: Int
    private var ownSteps: Int
    private var work: Int
    private var readingWork: Int

    /// - Parameters: of `Limits.Regex`.
    public init(
        steps: UInt32 = Limits.Regex.requestStepsMax,
        ownSteps: Int = Limits.Regex.requestOwnStepsMax,
        work: Int = Limits.Regex.requestWorkMax,
        readingWork: Int = Limits.Regex.requestReadingWorkMax
    ) {
        self.steps = Int(steps)
        self.ownSteps = ownSteps
        self.work = work
        self.readingWork = readingWork
    }

    /// A page is read in turns, and of windows: each attempt on one has its own steps.
    public static var ofPage: RegexBudget {
        RegexBudget(
            steps: Limits.Regex.pageStepsMax, ownSteps: .max, work: Limits.Regex.pageWorkMax,
            readingWork: Limits.Regex.pageReadingWorkMax)
    }

    /// How many steps for each starting place a fast attempt on so many bytes has; nil: its steps have to be
    /// counted. Takes what it may cost.
    @inline(__always)
    mutating func firstLimit(_ code: RegexCode, _ byteCount: Int) -> UInt32? {
        let cost = code.byteCost &* byteCount
        guard cost <= work else { return nil }
        if code.readsOn { return readingLimit(code, byteCount, cost) }
        work &-= cost
        let share = Limits.Regex.firstStepsMax / UInt32(clamping: max(byteCount, 1))
        return max(share, Limits.Regex.firstStepsMin)
    }

    /// The same where a step may read the rest of the subject.
    @inline(never)
    private mutating func readingLimit(
        _ code: RegexCode, _ byteCount: Int, _ plainCost: Int
    ) -> UInt32? {
        let share = Limits.Regex.readingStepsMax / UInt32(clamping: max(byteCount, 1))
        let limit = max(share, Limits.Regex.readingStepsMin)
        // What reads on and fits is a step, and stands in the middle of the rest on average; what fails is none.
        let reads = Int(limit) + 2 * code.longItems * (Int(limit) + 1)
        let wayCost = (code.isAnchored ? 2 : byteCount) * byteCount * reads / 2
        // And all that in each of the ways that lead there.
        let (cost, isOver) = wayCost.multipliedReportingOverflow(by: code.ways)
        guard !isOver, cost <= readingWork else { return nil }
        readingWork -= cost
        work -= plainCost
        return limit
    }

    /// The steps that an attempt on so many bytes has of its own.
    func allowance(_ byteCount: Int) -> Int {
        let wanted = byteCount * Limits.Regex.stepsPerByte
        return max(Limits.Regex.attemptStepsMin, min(wanted, ownSteps))
    }

    /// Takes what an attempt needed, first of its own.
    mutating func take(_ used: Int, of allowance: Int) {
        ownSteps -= min(used, allowance, ownSteps)
        steps -= min(max(0, used - allowance), steps)
    }
}
