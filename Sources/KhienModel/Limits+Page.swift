extension Limits {
    /// What reading one page for its phrases may cost.
    public enum Page {
        /// How much of a body is held and read before anything is decided, unless the
        /// configuration says otherwise.
        public static let holdBytesDefault = 64 << 10
        /// After that it is decided each time that so much more of the body has come.
        public static let checkpointBytes = 16 << 10
        /// The last bytes of a form that were judged do not leave before so many more were: a number
        /// that begins there may be known only when it is whole. As long as a word, what stands around
        /// it, and a regular expression's window, each byte of it escaped as three.
        public static let formLookBackBytes = 4096
        /// How much of a body, as sent, is read, unless the configuration says otherwise.
        public static let bodyBytesDefault = 8 << 20
        /// The score at which a page is condemned, unless the configuration says otherwise.
        public static let scoreLimitDefault: Int32 = 100
        /// Content is read in slices of this size, whatever pieces it comes in, so that what has
        /// been found after so many bytes of a body depends on nothing else.
        public static let sliceBytes = 4096
        /// How much content of a page is read in one turn of its event loop: what is past it waits, so
        /// that the other connections of the loop are served between. Of the slowest text that is
        /// some ten milliseconds.
        public static let turnBytesMax = 64 << 10
        /// How much content is waited for before its charset is decided.
        public static let prefixBytesMax = Limits.Coding.guessBytesMax
        /// Of text that begins in so many last bytes of the first content the guess is made again with what follows;
        /// what begins before is too much to be kept.
        public static let guessLateBytes = 4096
        /// Where these bytes say nothing of legacy text, it is looked for so often behind them, in
        /// `Limits.Coding.guessBytesMax` each time.
        public static let lateGuessesMax = 8
        /// Occurrences of one phrase in one view that are told apart.
        public static let occurrencesMax: UInt16 = .max
        /// Phrases, and terms, of one page whose memory is kept for the next one.
        public static let talliesKept = 8_192
        /// The bytes of a URL whose words are read.
        public static let urlBytesMax = 4096
        /// Regular expressions are tried on windows of text: matches that begin in so many bytes ...
        public static let regexBlockBytes = 512
        /// ... and are not longer than this,
        public static let regexReachBytes = 256
        /// with so many bytes before them to look behind at.
        public static let regexLookBehindBytes = 32
        /// Attempts of regular expressions on one page, and so many more for each block of its text;
        /// what is past it is not tried, and the page counts as one that is too long.
        public static let regexAttemptsMax = 20_000
        public static let regexAttemptsPerBlock = 4
        /// How often rules of a page are told that want to know each place of a phrase: expressions, in each block, and
        /// phrases with a distance. What is past it is told to authorities' only, so often again, and the page
        /// counts as one that is too long.
        public static let toldMax = 1 << 22
        /// A body that has not begun with so many bytes at a pause is not judged before more of it has
        /// come: what it is, and in which charset, is told by its first bytes.
        public static let pausePrefixMin = 16
        /// The longest name of a form's field or part boundary that is looked at.
        public static let boundaryBytesMax = 70
        /// Pages that are read at one time by each event loop; another one is not read.
        public static let readersMax = 512
        /// Pages of at most so many bytes, as sent, are known again where they were found clean: so much
        /// is kept of one before it is read, beside what is held of it.
        public static let cleanBytesMax = 100 << 10
        /// Clean pages that each event loop remembers at most.
        public static let cleanBodiesMax = 1 << 20
        /// What a reader keeps of a buffer for bytes that waited, from one body to the next.
        public static let restBytesKept = 16 << 10
        /// Readers that an event loop keeps for the next pages.
        public static let readersKept = 16
    }
}
