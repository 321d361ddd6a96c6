extension Limits {
    /// Limits of one regular expression and of one attempt to match it.
    public enum Regex {
        /// Bytes of a pattern.
        public static let patternBytesMax = 4096
        /// Backtracking steps of one attempt; past it the attempt counts as failed.
        public static let matchStepsMax: UInt32 = 200_000
        /// Nested backtracking points of one attempt.
        public static let depthMax: UInt32 = 10_000
        /// Heap of one attempt, KiB.
        public static let heapKibibytesMax: UInt32 = 1024
        /// Size of a compiled pattern, bytes, machine code left out.
        public static let compiledBytesMax = 256 * 1024
        /// Bytes of a subject; a longer one is cut there.
        public static let subjectBytesMax = 64 * 1024
        /// Steps on a sample subject past which the compiler tells an expression's cost; twenty for
        /// each byte of a sample.
        public static let costStepsTold = 10_000
        /// Steps after which measuring ends.
        public static let costStepsMax: UInt32 = 100_000
    }
}
