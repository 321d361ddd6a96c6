extension Limits {
    /// What one HTTP/1 message may cost. `HTTPLimits` starts from these; a configuration may set
    /// others.
    public enum HTTP {
        /// Field lines of one head.
        public static let fieldCountMax = 100
        /// One field line without its CRLF.
        public static let lineBytesMax = 8 * 1024
        /// The request target.
        public static let targetBytesMax = 8 * 1024
        /// The method; the longest registered one has 17 bytes.
        public static let methodBytesMax = 32
        /// A whole head, from its first byte to the end of the empty line.
        public static let headBytesMax = 32 * 1024
        /// Empty lines before a request line.
        public static let leadingEmptyLinesMax = 2
        /// Elements of all Connection and Proxy-Connection fields of one head.
        public static let connectionOptionsMax = 32
        /// The digits of a Content-Length, leading zeros included.
        public static let contentLengthDigitsMax = 19
        /// The hexadecimal digits of one chunk size, leading zeros included.
        public static let chunkSizeDigitsMax = 16
        /// The extensions of one chunk.
        public static let chunkExtensionBytesMax = 256
        /// The extensions of all chunks of one body.
        public static let chunkExtensionsBytesMax = 16 * 1024
        /// Field lines after the last chunk.
        public static let trailerCountMax = 32
        /// All field lines after the last chunk, with their line ends.
        public static let trailersBytesMax = 8 * 1024
        /// The largest line limit that a configuration can set: a line's length is kept in 16 bits.
        public static let lineBytesCeiling = 65_535
        /// The largest head limit that a configuration can set.
        public static let headBytesCeiling = 1024 * 1024
    }
}
