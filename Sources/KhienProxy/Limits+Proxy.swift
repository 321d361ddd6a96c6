import KhienModel

extension Limits {
    /// The limits of the data path that no setting changes. Those that an operator may change are
    /// in `ProxySettings.Bounds`.
    public enum Proxy {
        /// Bytes read from a client beyond what its current exchange has used (pipelined requests,
        /// a body whose upstream is not connected yet) before reading stops.
        public static let lookAheadBytesMax = 65_536
        /// Bytes of a request body or an unread rest that are thrown away after an error answer, so
        /// that the answer is not destroyed by a reset.
        public static let lingerBytesMax = 1_048_576
        /// The same of a form that was refused while it streamed: browsers show the answer when they
        /// have sent the rest.
        public static let lingerFormBytesMax = 16_777_216
        /// Interim responses (1xx) that an origin may send before its final one.
        public static let interimResponsesMax = 16
        /// Addresses of one name that are tried.
        public static let candidatesMax = 8
        /// Names in the cache of one event loop.
        public static let cachedNamesMax = 8_192
        /// Names being resolved at one time for one event loop.
        public static let resolvingNamesMax = 512
        /// Reads of a tunnel that fill their buffer before its buffers may grow.
        public static let bulkReadsBeforeGrowth = 8
        /// The largest read buffer of a tunnel that carries much, in bytes.
        public static let tunnelReadBytesMax = 262_144
        /// The largest read buffer otherwise, in bytes.
        public static let readBytesMax = 65_536
        /// The largest buffer of a written head whose memory is used for the next one, in bytes.
        public static let headBytesKept = 4_096
        /// Bytes of a body that are held for an inspector where no setting says otherwise.
        public static let holdBytesDefault = 65_536
        /// Held bytes that came in nearly empty buffers are gathered in pieces of at most this size.
        public static let heldPieceBytesMax = 32_768
        /// A held byte waits at most this many times `InspectionSettings.delayMax` while others keep
        /// coming slowly.
        public static let holdDelaysMax: Int = 8
        /// Between two turns in which bodies are read on, an event loop waits so long for others.
        /// More than nothing, because tasks that are due at once run before anybody is served.
        public static let turnGapMicroseconds: Int64 = 20
        /// How long a listener accepts nothing after descriptors or memory ran out.
        public static let acceptPauseMilliseconds: Int64 = 100
        /// Judgements of one body that are passed over, each for another category or stricter than the last.
        public static let resumptionsMax = 64
        /// Bodies that are read at one time by one event loop.
        public static let inspectionsMax = 2_048
    }
}
