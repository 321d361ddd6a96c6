extension Limits {
    /// What turning the bytes of a body into UTF-8 may cost: content codings and charsets.
    public enum Coding {
        /// Codings stacked on one body (`gzip, br` are two). More than one is rare, three unheard of.
        public static let stackedCodingsMax = 3
        /// Bytes that each coding of a body may expand to.
        public static let outputBytesMax = 64 << 20
        /// A body may always expand to this size; past it `expansionRatioMax` holds. Pages of a few
        /// hundred kilobytes may be nearly all repetition.
        public static let expansionFreeBytesMax = 4 << 20
        /// How many bytes each byte of the body may become, once past `expansionFreeBytesMax`.
        public static let expansionRatioMax = 200
        /// The header of a gzip member: an extra field of at most 64 KiB, a name, a comment.
        public static let gzipHeaderBytesMax = 128 << 10
        /// What zlib may allocate for one body. It takes 39 KiB: a window of 32 KiB and its state.
        public static let inflateMemoryBytesMax = 48 << 10
        /// What the brotli decoder may allocate for one body. The largest window of RFC 7932 is
        /// 16 MiB; the decoder takes no more of it than the body fills. Twice that while it grows.
        public static let brotliMemoryBytesMax = 33 << 20
        /// The largest zstd window, as a power of two: 8 MiB, what RFC 8878 section 3.1.1.1.2 advises
        /// decoders to support and browsers take as the most.
        public static let zstdWindowLogMax = 23
        /// What the zstd decoder may hold for one body: the window, two blocks and its tables.
        public static let zstdMemoryBytesMax = (8 << 20) + (1 << 20)
        /// What all decoders of br and zstd of one event loop may hold together: windows of bodies that
        /// are being read. What needs more is not read further.
        public static let sharedMemoryBytesMax = 512 << 20
        /// The part of it that bodies of one client may hold.
        public static let sharedMemoryPerClientBytesMax = 128 << 20
        /// The buffer between two stacked codings.
        public static let stageBytes = 16 << 10
        /// A brotli decoder is given no more at one time, however much there is: of a piece that holds
        /// damage it gives nothing.
        public static let brotliPieceBytes = 256
        /// Elements of Accept-Encoding or Content-Encoding that are read; an element past them
        /// names nothing.
        public static let elementsMax = 64
        /// The smallest output that a decoder is given, in bytes.
        public static let outputBytesMin = 64
        /// How much of a body must be there before its charset is decided: what browsers wait for
        /// (HTML Standard, section 13.2.3.2).
        public static let decisionBytesMin = 1024
        /// How much of what is there is looked at for `<meta>` byte by byte, and whatever stands there:
        /// what the HTML Standard advises and browsers do.
        public static let prescanBytesMax = 1024
        /// How much is looked at for a `<meta>` in the head, which browsers look for as long as that lasts.
        public static let headBytesMax = 16 << 10
        /// How much of what is there is looked at for the zero bytes of UTF-16 without a mark.
        public static let wideBytesMax = 1024
        /// How many characters it must have.
        public static let wideUnitsMin = 8
        /// How many of a hundred of them must have a zero byte: those of ASCII, blanks among them.
        public static let wideZerosPercentMin = 20
        /// The longest charset label that is looked up.
        public static let labelBytesMax = 64
        /// How much of a body is looked at for legacy Vietnamese text.
        public static let guessBytesMax = 16 << 10
        /// Fewer bytes past ASCII say nothing of the text that follows them: a title's.
        public static let guessThinBytesMax = 64
        /// Words with letters past ASCII that a guess needs.
        public static let guessWordsMin = 8
        /// Fewer words suffice where all of them are syllables: so many.
        public static let guessWordsFew = 3
        /// Letters of Latin-1 that text must have, so that a font's code is looked for in it; and how
        /// many of a hundred letters past ASCII must be such.
        public static let fontLettersMin = 6
        public static let fontLettersPercentMin = 80
        /// After how many such words a reading is known well enough.
        public static let guessWordsMax = 256
        /// How many of a hundred such words must be Vietnamese syllables for a guess.
        public static let guessSyllablesPercentMin = 80
        /// Characters of two bytes that text without a label must have, so that an East Asian charset is guessed.
        public static let pairsMin = 6
        /// How many bytes past ASCII there may be besides, for a hundred of them.
        public static let pairsOthersPercentMax = 4
        /// How many of a hundred must stand beside another one.
        public static let pairsTogetherPercentMin = 75
        /// How many of a hundred must be in the rows of what is frequent.
        public static let pairsFrequentPercentMin = 80
        /// How many of a hundred must be kana, in Japanese.
        public static let pairsKanaPercentMin = 15
        /// How many of a hundred may be syllables in the declared reading, so that it is given up.
        public static let guessDeclaredPercentMax = 75
    }
}
