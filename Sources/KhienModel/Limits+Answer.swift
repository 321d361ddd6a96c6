extension Limits {
    /// The answer to a request that is not let through.
    public enum Answer {
        /// More of an `Accept` or `Accept-Language` field is not read.
        public static let negotiationBytesMax = 1_024
        public static let negotiationRangesMax = 32
        /// One value on a page, before it is escaped; the rest is cut off and `…` says so.
        public static let valueScalarsMax = 300
        /// A template file of the operator's.
        public static let templateBytesMax = 256 << 10
        public static let templatePartsMax = 1_000
        /// Sections within sections.
        public static let templateDepthMax = 4
        /// Path and query that a "continue" link leads back to; a longer one leads to `/`.
        public static let returnPathBytesMax = 2_048
        /// A query or cookie field in which a token is looked for.
        public static let tokenFieldBytesMax = 16_384
        /// The link itself: that path and a category with each byte as `%XX`, a token, and the rest. What is longer
        /// would not be read again.
        public static let continueLinkBytesMax = tokenFieldBytesMax
        /// Cookies of our name that are tried.
        public static let cookiesTriedMax = 4
        public static let continueSecondsDefault: Int64 = 900
        public static let keyBytes = 32
    }
}
