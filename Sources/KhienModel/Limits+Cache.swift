extension Limits {
    /// The folder in which parsed lists are kept between compilations.
    public enum Cache {
        /// Smaller lists are parsed again: reading them back would gain nothing.
        public static let listBytesMin = 64 << 10
        /// The largest file; a list that would need a larger one is parsed again each time.
        public static let fileBytesMax = 2 << 30
        /// All files together; past it nothing is added.
        public static let folderBytesMax = 8 << 30
        /// What is said about a list beside its entries: counts and messages.
        public static let reportBytesMax = 1 << 20
    }
}
