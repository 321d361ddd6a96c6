extension Limits {
    /// What the compiler says and tries, at most.
    public enum Compiler {
        /// Places that are told for each kind of overlap or useless rule; all are counted.
        public static let examplesMax = 10
        /// Entries of one target that are compared with each other. Past it, they still stand in the
        /// image and are still found when they repeat one of the first.
        public static let sameTargetMax = 64
        /// Protected names that every pattern and expression is tried on.
        public static let triedNamesMax = 256
        /// Expressions whose cost is measured; of the others it is not known.
        public static let costedRegexesMax = 10_000
        /// Rules that wait for one token, as those of one host without another word do; the next ones wait
        /// for three bytes in a row where they have rare ones.
        public static let rulesPerTokenMax = 1_024
    }
}
