extension Limits {
    /// Limits of phrase lists.
    public enum Phrases {
        /// The longest phrase, in bytes of canonical text: lengths are stored in one byte.
        public static let phraseBytesMax = 255
        /// Parts of one combination. e2guardian's longest has nine.
        public static let termsPerRuleMax = 32
        /// Rules of one list.
        public static let rulesPerListMax = 1_000_000
        /// Weights, and the limits of groups, lie between this and its negative.
        public static let weightMax: Int32 = 1_000_000
        /// Occurrences that a rule may ask to be counted at most.
        public static let countMax = 1_000_000
        /// Bytes of text that a rule may ask for between two occurrences.
        public static let distanceMax = 1_000_000
        /// Windows of time of one rule.
        public static let windowsPerRuleMax = 16
        /// Distinct groups of one image; numbers of 16 bits, the last one being none.
        public static let groupsMax = 65_535
        /// Distinct sets of windows of one image, likewise.
        public static let windowsMax = 65_535
        /// The longest name of a group in bytes.
        public static let groupNameBytesMax = 255
        /// Bytes of one regular expression over text. Its program is tried within a window of text,
        /// so it need not be as long as one over URLs.
        public static let regexBytesMax = 1_024
        /// Bytes of one phrase list in YAML: the whole of it is held as a tree while it is read.
        public static let documentBytesMax = 16 << 20
        /// Values that the aliases of one phrase list in YAML repeat: keys are compared with all that they
        /// hold, and aliases of aliases grow without end.
        public static let aliasValuesMax = 100_000
    }
}
