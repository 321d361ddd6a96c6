extension Limits {
    /// What a configuration file may be, so that a hostile or generated one ends as a message.
    public enum Config {
        /// A configuration that a person wrote is a few KiB; a list pasted into it belongs in a
        /// file.
        public static let fileBytesMax = 1 << 20
        /// Aliases (`*name`) in one file. Each can repeat all that its anchor holds, and anchors
        /// hold aliases, so this bounds the growth: 16 aliases make at most 3^5 copies or so of a
        /// part.
        public static let aliasesMax = 16
        /// Values after aliases are followed.
        public static let nodesMax = 100_000
        /// Sections within sections; the deepest that has a meaning is 4.
        public static let depthMax = 32
        public static let scalarBytesMax = 4_096
        /// Messages about one file; more are counted, not kept.
        public static let diagnosticsMax = 100
        public static let listenersMax = 64
        public static let listsMax = 4_096
        public static let clientGroupsMax = 64
        /// Addresses and networks of all groups of clients together: a school that lists every machine
        /// by its address.
        public static let clientNetworksMax = 8_192
        /// Elements of any other list in the file.
        public static let elementsMax = 10_000
        /// A socket's path must fit `sun_path` of Linux with its closing NUL (108 bytes).
        public static let socketPathBytesMax = 107
        public static let nameBytesMax = 64
        public static let workersMax = 256
    }
}
