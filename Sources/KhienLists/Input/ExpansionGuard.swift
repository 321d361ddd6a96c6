import KhienModel

/// Stops a small file that grows without end.
struct ExpansionGuard {
    /// Bytes of the compressed file.
    let inputBytes: Int
    var outputBytesMax = Limits.Lists.fileBytesMax
    var freeBytesMax = Limits.Lists.expansionFreeBytesMax

    /// Why a content of `outputBytes` is too much, or nil.
    func objection(to outputBytes: Int) -> DecompressionFault? {
        if outputBytes > outputBytesMax { return .tooLarge }
        if outputBytes > freeBytesMax,
            outputBytes / Limits.Lists.expansionRatioMax >= max(inputBytes, 1)
        {
            return .bomb
        }
        return nil
    }
}

/// Why compressed bytes could not be expanded.
enum DecompressionFault: Error, Equatable {
    /// The stream is damaged.
    case damaged
    /// The stream ends before its end mark.
    case truncated
    /// The content is over the limit of a file.
    case tooLarge
    /// The content is over the ratio: a decompression bomb.
    case bomb
    /// The stream asks for more memory than a list may.
    case memory

    var code: String {
        switch self {
        case .damaged: "input.damaged"
        case .truncated: "input.truncated"
        case .tooLarge: "input.over-limit"
        case .bomb: "input.bomb"
        case .memory: "input.memory"
        }
    }

    var message: String {
        switch self {
        case .damaged: "the compressed file is damaged"
        case .truncated: "the compressed file ends before its end mark"
        case .tooLarge: "the content is larger than a list may be"
        case .bomb: "the content is so much larger than the file that it cannot be a list"
        case .memory: "the compressed file asks for too much memory"
        }
    }
}
