extension Limits {
    /// The event log.
    public enum Events {
        /// Events that wait for the writer. What comes past it is refused at once, so that a stalled
        /// disk costs memory of a known size: some 64 MiB with events of the usual kilobyte.
        public static let queueEventsMax = 65_536
        /// Events of one `write`.
        public static let batchEventsMax = 1_024
        /// A batch ends with the event that reaches this.
        public static let batchBytesMax = 256 << 10
        /// What one text may take in a record, escapes included; the rest is cut off and `…` says so.
        public static let fieldBytesMax = 4_096
        /// A line with its newline: 12 texts at their limit, and the rest. A reader refuses more.
        public static let lineBytesMax = 64 << 10
        /// How far back from a file's end its last whole record is looked for.
        public static let tailBytesMax = 1 << 20
        /// What lies after the last whole record is kept aside up to this; more stays in its file,
        /// and a new file is begun.
        public static let tornBytesMax = 1 << 20
        /// Files of one day.
        public static let filesPerDayMax = 10_000
        /// The first wait after a failed write; it doubles up to the longest.
        public static let retryMillisecondsMin = 100
        public static let retryMillisecondsMax = 10_000
        /// The node's key for keyed hashes.
        public static let keyBytes = 32
    }
}
