extension Limits {
    /// Limits of the canonical forms: URLs, host names, domain name processing.
    public enum Text {
        /// The longest URL that is parsed, in bytes as given.
        public static let urlBytesMax = 1 << 20
        /// The longest host that is parsed, in bytes as given (before percent-decoding). RFC 1035
        /// allows 253; percent-encoded Unicode needs up to twelve bytes for each of them.
        public static let hostInputBytesMax = 4096
        /// The longest canonical host name in bytes, without a trailing dot (RFC 1035 section 2.3.4).
        public static let hostBytesMax = 253
        /// The longest label of a canonical host name in bytes (RFC 1035 section 2.3.4).
        public static let labelBytesMax = 63
        /// The most scalars that a host may have after the mapping of UTS 46 (one maps to at most
        /// 18). Bounds the quadratic cost of Punycode and keeps its sums within 32 bits.
        public static let mappedHostScalarsMax = 2048
        /// The most of a page that is read before its text is handed on; bounds what is held of it.
        public static let pageSliceBytesMax = 4096
        /// Elements of a page that are open at a time; browsers build no deeper trees either.
        public static let openElementsMax = 512
        /// The longest word that is folded as one; a longer one is folded in pieces.
        public static let foldedWordBytesMax = 256
        /// Canonical text is handed out when this much has been written.
        public static let foldedBlockBytesMax = 4096
        /// Text that is shown backwards is kept to be read as it is shown until it has so many bytes, and on to the
        /// next space; at most `foldedWordBytesMax` more.
        public static let backwardBytesMax = 4096
        /// What stands before and behind it is read with it: so many bytes, before it whole words of them, behind it
        /// up to a word's end.
        public static let backwardContextBytesMax = 64
        /// Parentheses of a script that are open at a time and of which it is known whether a condition stands in them:
        /// so many of the outermost, and as many of the innermost.
        public static let openParenthesesMax = 512
        /// The longest boundary of a multipart body in bytes; RFC 2046 section 5.1.1 allows 70.
        public static let formBoundaryBytesMax = 200
        /// What is kept of the head of a part of a multipart body; a part with a longer one is read
        /// as text.
        public static let formHeadBytesMax = 4096
        /// Entities that an XML document declares and that are read,
        public static let entitiesMax = 64
        /// with so many bytes of names and text in all,
        public static let entityBytesMax = 4096
        /// that may become so many on one page: a reference of four bytes must not cost a page's worth.
        public static let entityOutputBytesMax = 256 << 10
        /// Entities within entities. XML has no limit; nobody needs more.
        public static let entityDepthMax = 16
        /// The longest name of a namespace that is compared; those that matter have 28 to 35 bytes.
        public static let namespaceBytesMax = 64
        /// Prefixes of namespaces that an XML document declares and that are kept.
        public static let namespacePrefixesMax = 16
        /// The longest line of a public suffix list in bytes.
        public static let suffixLineBytesMax = 1024
        /// The most rules of a public suffix list.
        public static let suffixRulesMax = 1 << 20
        /// Labels of a host's suffix, the whole host excepted, that expressions with a path are made
        /// of. Safe Browsing's description says 5, its published client and vectors 7.
        public static let expressionLabelsMax = 7
        /// Folders, `/` included, that the expressions of one host stand for.
        public static let expressionFoldersMax = 4
    }
}
