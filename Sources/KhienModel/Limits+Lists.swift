extension Limits {
    /// What one source list, or one folder or archive of lists, may cost.
    public enum Lists {
        /// The longest line that is read; a longer one is rejected as a whole. The longest lines of
        /// published adblock lists are near 20,000 bytes.
        public static let lineBytesMax = 65_536
        /// The longest pattern of an adblock rule as it is compared, Unicode as percent escapes: its
        /// length stands in two bytes of an image.
        public static let patternBytesMax = 65_535
        /// The largest file, and the largest content of a compressed file or archive.
        public static let fileBytesMax = 1 << 30
        /// A compressed file may always grow to this size; past it `expansionRatioMax` holds.
        public static let expansionFreeBytesMax = 64 << 20
        /// How many bytes each compressed byte may become, once past `expansionFreeBytesMax`.
        public static let expansionRatioMax = 200
        /// The canonical text of all entries of one list.
        public static let textBytesMax = 2 << 30
        /// A longer list whose lines stand alone is read in pieces of this size at the same time.
        public static let pieceBytes = 2 << 20
        /// Threads that read one list.
        public static let readersMax = 16
        /// Pieces for each of these threads that are being read or wait for one in front of them, so that
        /// a piece that takes long does not let all others wait in memory.
        public static let piecesPerReaderMax = 4
        /// After how many bytes a reader says again how far it is.
        public static let progressBytes = 1 << 20
        /// How much of a file is read to recognise its format.
        public static let detectionBytesMax = 64 << 10
        /// From how many places of a longer file these bytes are taken.
        public static let detectionWindows = 16
        /// Messages that are kept for each code; the others are counted.
        public static let diagnosticsMax = 10
        /// How much of an offending line is quoted in a message.
        public static let quoteBytesMax = 80
        /// Distinct reason codes of one report. The codes of a list are few; this guards the memory.
        public static let reasonCodesMax = 256
        /// Networks that one range of addresses may become. Any range needs at most 254.
        public static let networksPerRangeMax = 256
        /// Networks that all ranges of one list may become, some forty bytes of an image each.
        public static let rangeNetworksMax = 1_000_000
        /// The longest `$ORIGIN` of a zone. A name has 255 bytes, each of which an escape writes with
        /// four; it bounds what origins that are relative to each other cost.
        public static let originBytesMax = 1_024
        /// Names on one line of a hosts or dnsmasq file.
        public static let namesPerLineMax = 4_096
        /// Host names in one `domain=` or `denyallow=` option.
        public static let domainsPerRuleMax = 8_192
        /// Nested `!#if` directives.
        public static let conditionDepthMax = 16
        /// Bytes of one `!#if` condition.
        public static let conditionBytesMax = 256
        /// Nested `.Include<...>` lines of e2guardian lists.
        public static let includeDepthMax = 8
        /// Files that one list may include.
        public static let includeFilesMax = 256
        /// Files in one folder of lists.
        public static let folderFilesMax = 100_000
        /// Nested folders.
        public static let folderDepthMax = 32
        /// Members of one archive.
        public static let archiveMembersMax = 100_000
        /// Bytes of one extended header of an archive (long names).
        public static let archiveHeaderBytesMax = 64 << 10
        /// Memory that an xz file may ask its reader for.
        public static let xzMemoryBytesMax = 256 << 20
        /// The largest zstd window, as a power of two (RFC 8878 section 3.1.1.1.2).
        public static let zstdWindowLogMax = 27
        /// Orders in one order file.
        public static let ordersMax = 1_000_000
        /// Fields in one row of an order file.
        public static let orderFieldsMax = 64
    }
}
