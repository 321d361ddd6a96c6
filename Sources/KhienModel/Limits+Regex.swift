extension Limits {
    /// Limits of one regular expression and of one attempt to match it.
    public enum Regex {
        /// Bytes of a pattern.
        public static let patternBytesMax = 4096
        /// Groups of a pattern that capture. Each step copies what they hold.
        public static let groupsMax: UInt32 = 100
        /// Steps that the first, fast attempt has; each place where a match may begin has its share of them.
        public static let firstStepsMax: UInt32 = 32_768
        /// What each place has of them at least.
        public static let firstStepsMin: UInt32 = 64
        /// Bytes of the longest subject on which PCRE2 interprets an expression without counting its steps.
        public static let interpretedBytesMax = 512
        /// What fast attempts of one request may cost, each taken for the bytes that it may read at each of its places:
        /// some 1 ns each at worst.
        public static let requestWorkMax = 512 * 1024 * 1024
        /// More than any budget for one byte of a subject: the expression is always counted.
        public static let byteCostMax = 1 << 40
        /// The same of one page.
        public static let pageWorkMax = 2 * 1024 * 1024 * 1024
        /// The same of attempts that may read the rest of the subject at each place where a match may begin: for each
        /// step there bytes times bytes, halved; some 1 ns each at worst.
        public static let requestReadingWorkMax = 256 * 1024 * 1024
        public static let pageReadingWorkMax = 1024 * 1024 * 1024
        /// The steps of `firstStepsMax` and `firstStepsMin` for such.
        public static let readingStepsMax: UInt32 = 4_096
        public static let readingStepsMin: UInt32 = 8
        /// How many bytes that one item of an expression passes over are a step.
        public static let stepBytes = 64
        /// Steps of its own that one attempt has for each byte of its subject.
        public static let stepsPerByte = 8
        /// What it has at least, whatever others have cost.
        public static let attemptStepsMin = 4_096
        /// Steps of their own that the attempts of one request may take together before they have no more than that.
        public static let requestOwnStepsMax = 8_000_000
        /// Steps that all attempts of one request have besides, those of an authority's expressions and those of the
        /// operator's apart; past them an attempt counts as failed. Some 30 to 50 ns each.
        public static let requestStepsMax: UInt32 = 2_000_000
        /// The same of one page.
        public static let pageStepsMax: UInt32 = 4_000_000
        /// Nested backtracking points of one attempt.
        public static let depthMax: UInt32 = 10_000
        /// Heap of one attempt, KiB.
        public static let heapKibibytesMax: UInt32 = 1024
        /// Size of a compiled pattern, bytes, machine code left out.
        public static let compiledBytesMax = 256 * 1024
        /// Bytes of a subject; a longer one is cut there.
        public static let subjectBytesMax = 64 * 1024
        /// How many bytes that one item passes over are a step of a sample subject.
        public static let costStepBytes = 8
        /// Steps on a sample subject past which the compiler tells an expression's cost; twenty for
        /// each byte of a sample.
        public static let costStepsTold = 10_000
        /// Steps after which measuring ends.
        public static let costStepsMax: UInt32 = 100_000
        /// Steps of all expressions together after which none is measured any more, some 30 to 100 ns each: what
        /// 100 of the costliest may take, and more than ten thousand ordinary ones do.
        public static let costStepsTogetherMax = 400_000_000
    }
}
