import KhienModel

/// Why a body cannot be decoded any further.
public struct ContentError: Error, Hashable, Sendable {
    public var code: Code
    /// The coding concerned, where there is one.
    public var coding: ContentCoding?
    /// Bytes of the body that were read before.
    public var inputOffset: Int
    /// The limit that was passed; 0 where no limit is concerned.
    public var limit: Int

    package init(_ code: Code, coding: ContentCoding? = nil, inputOffset: Int = 0, limit: Int = 0) {
        self.code = code
        self.coding = coding
        self.inputOffset = inputOffset
        self.limit = limit
    }

    /// What the failure policy is asked about.
    public enum Kind: Hashable, Sendable {
        /// The text is larger than it may be: a bomb is so, too.
        case overLimit
        /// The body cannot be read, by us or by anyone.
        case unreadable
        /// Too many others are being read.
        case overloaded
    }

    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// Content-Encoding names a coding that is not decoded.
        case unknownCoding = "unknown-coding"
        /// More codings are stacked than `Limits.Coding.stackedCodingsMax`.
        case tooManyCodings = "too-many-codings"
        /// The bytes are not of the coding's format.
        case damaged = "damaged"
        /// The body needs a dictionary that it does not contain.
        case dictionaryNeeded = "dictionary-needed"
        /// The body expands past `ContentLimits.outputBytesMax`.
        case outputTooLarge = "output-too-large"
        /// The body expands past `ContentLimits.expansionRatioMax`: a decompression bomb.
        case bomb = "bomb"
        /// A zstd frame asks for a window past `Limits.Coding.zstdWindowLogMax`.
        case windowTooLarge = "window-too-large"
        /// The library asked for more memory than the coding may have.
        case memoryOverLimit = "memory-over-limit"
        /// All decoders together would hold more than `Limits.Coding.sharedMemoryBytesMax`.
        case sharedMemoryOverLimit = "shared-memory-over-limit"
        /// Those of one client would hold more than `Limits.Coding.sharedMemoryPerClientBytesMax`.
        case clientMemoryOverLimit = "client-memory-over-limit"
        /// A gzip header is longer than `Limits.Coding.gzipHeaderBytesMax`.
        case headerTooLong = "header-too-long"
    }

    /// Which case of the failure policy this is.
    public var kind: Kind {
        switch code {
        case .unknownCoding, .damaged, .dictionaryNeeded: .unreadable
        case .tooManyCodings, .outputTooLarge, .bomb, .windowTooLarge, .memoryOverLimit,
            .headerTooLong:
            .overLimit
        case .sharedMemoryOverLimit, .clientMemoryOverLimit: .overloaded
        }
    }
}

/// What was odd about a body that was decoded all the same, as browsers do.
public struct ContentNotes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The body ended before its coding's end mark. What there was is shown by browsers.
    public static let truncated = ContentNotes(rawValue: 1)
    /// The checksum or the length at the end of gzip or deflate is wrong. Browsers do not compare
    /// them.
    public static let checksumMismatch = ContentNotes(rawValue: 2)
    /// Bytes follow the end mark that belong to nothing; they were passed over.
    public static let trailingBytes = ContentNotes(rawValue: 4)
    /// There was more than one gzip member or zstd frame; all were read.
    public static let severalMembers = ContentNotes(rawValue: 8)
}

/// How far a body may expand; the defaults are those of `Limits.Coding`.
public struct ContentLimits: Hashable, Sendable {
    /// Bytes that each coding of the body may expand to.
    public var outputBytesMax: Int
    /// A body may always expand to this size.
    public var expansionFreeBytesMax: Int
    /// Past that, how many bytes each byte of the body may become.
    public var expansionRatioMax: Int
}

extension ContentLimits {
    public init() {
        self.init(
            outputBytesMax: Limits.Coding.outputBytesMax,
            expansionFreeBytesMax: Limits.Coding.expansionFreeBytesMax,
            expansionRatioMax: Limits.Coding.expansionRatioMax)
    }
}
