extension Limits {
    /// Limits of the literals that the scanner looks for.
    public enum Literals {
        /// The longest literal. What a stream remembers of its text is bounded by it, and its length
        /// stands in one byte of an image.
        public static let bytesMax = 255
        /// The most literals of one table; their numbers share a word with other fields.
        public static let countMax = 1 << 20
        /// Bytes of a scalar's UTF-8: how far beyond an occurrence the scanner looks to tell whether
        /// a word goes on there.
        public static let contextBytesMax = 4
        /// How far behind the begin of its windows a literal ends at most: of a stream, what stands
        /// further back has not to be looked at again when a piece comes.
        public static let reachBytesMax = 24
        /// Postings of windows that many literals share which are looked at in one text; past it the
        /// text is too much work. Lists of a person's words never come near: it takes thousands of
        /// phrases that end alike, and a page that repeats that end.
        public static let crowdedMax = 1 << 22
    }
}
