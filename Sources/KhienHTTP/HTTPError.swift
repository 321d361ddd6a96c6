/// Why a message is refused: what, where, and whose fault.
public struct HTTPError: Error, Hashable, Sendable {
    public var code: Code
    /// Whose message it was.
    public var fault: Fault
    /// The byte at which it was noticed, from the start of the head or of the span consumed.
    public var offset: Int
    /// The limit that was passed; 0 where no limit is concerned.
    public var limit: Int

    /// Who sent what is refused.
    public enum Fault: UInt8, Sendable {
        case client
        case origin
        /// This program: what it was about to write is no HTTP.
        case proxy
    }

    public init(_ code: Code, fault: Fault, at offset: Int, limit: Int = 0) {
        self.code = code
        self.fault = fault
        self.offset = offset
        self.limit = limit
    }

    /// The status that answers the client: 502 where the origin is at fault, 500 where we are, else
    /// by code.
    public var status: UInt16 {
        switch fault {
        case .proxy: 500
        case .origin: 502
        case .client: code.clientStatus
        }
    }
}

extension HTTPError {
    /// What is wrong with the message.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        // Lines and bytes.
        case bareLineFeed = "bare-line-feed"
        case bareCarriageReturn = "bare-carriage-return"
        case tooManyEmptyLines = "too-many-empty-lines"
        case leadingWhitespace = "leading-whitespace"
        case foldedLine = "folded-line"
        case headTooLarge = "head-too-large"

        // Request line.
        case malformedStartLine = "malformed-start-line"
        case invalidMethod = "invalid-method"
        case methodTooLong = "method-too-long"
        case startLineTooLong = "start-line-too-long"
        case targetTooLong = "target-too-long"
        case invalidTargetByte = "invalid-target-byte"
        case invalidTarget = "invalid-target"
        case userinfoInTarget = "userinfo-in-target"
        case invalidPort = "invalid-port"
        case unsupportedVersion = "unsupported-version"

        // Status line.
        case invalidStatus = "invalid-status"
        case unexpectedUpgrade = "unexpected-upgrade"

        // Fields.
        case tooManyFields = "too-many-fields"
        case lineTooLong = "line-too-long"
        case invalidFieldName = "invalid-field-name"
        case whitespaceBeforeColon = "whitespace-before-colon"
        case missingColon = "missing-colon"
        case invalidValueByte = "invalid-value-byte"
        case invalidConnection = "invalid-connection"
        case tooManyConnectionOptions = "too-many-connection-options"

        // Host.
        case missingHost = "missing-host"
        case repeatedHost = "repeated-host"
        case invalidHost = "invalid-host"
        case hostMismatch = "host-mismatch"

        // Framing.
        case invalidContentLength = "invalid-content-length"
        case repeatedContentLength = "repeated-content-length"
        case lengthAndTransferEncoding = "length-and-transfer-encoding"
        case invalidTransferEncoding = "invalid-transfer-encoding"
        case repeatedTransferEncoding = "repeated-transfer-encoding"
        case unknownTransferCoding = "unknown-transfer-coding"
        case transferEncodingInOldVersion = "transfer-encoding-in-old-version"
        case bodyOnConnect = "body-on-connect"
        case bodyTooLarge = "body-too-large"

        // Chunked body.
        case invalidChunkSize = "invalid-chunk-size"
        case chunkSizeTooLong = "chunk-size-too-long"
        case invalidChunkExtension = "invalid-chunk-extension"
        case chunkExtensionTooLong = "chunk-extension-too-long"
        case missingChunkEnd = "missing-chunk-end"
        case forbiddenTrailer = "forbidden-trailer"
        case trailersTooLarge = "trailers-too-large"
        case truncatedBody = "truncated-body"

        /// The status for a client whose message is refused for this.
        ///
        /// Source: RFC 9110 sections 15.5 and 15.6; RFC 9112 sections 3 and 6.1; RFC 6585
        /// section 5.
        public var clientStatus: UInt16 {
            switch self {
            case .bodyTooLarge: 413
            case .startLineTooLong, .targetTooLong: 414
            case .headTooLarge, .tooManyFields, .lineTooLong, .tooManyConnectionOptions,
                .trailersTooLarge:
                431
            case .methodTooLong, .unknownTransferCoding: 501
            case .unsupportedVersion: 505
            default: 400
            }
        }
    }
}
