import KhienModel

/// What a piece of a form is.
@frozen public enum FormPart: UInt8, Sendable {
    /// The name of a field, which its page's author chose.
    case name
    /// What someone typed or chose.
    case value
    /// The label of the charset that a part of a multipart says it is in: whole, before its value.
    case charset
}

/// The fields of a form out of the bytes of a body, streaming.
///
/// Pieces are in the form's own charset, nearly always UTF-8, and U+0000 ends each name and value: what
/// `TextPipeline.feedFields` takes, once it is UTF-8. A NUL that was typed is such an end as well. Any split of the body gives the same
/// bytes. In values that begin as JSON does `\u0030` is `0` (`ValueEscapes`). Contents of files are given out
/// where they say that they are text, JSON or XML.
///
/// It keeps no more of the body than a part's head, `Limits.Text.formHeadBytesMax`.
public struct FormReader: ~Copyable {
    private var urlencoded = UrlencodedReader()
    /// nil: the form is no multipart with a boundary.
    private var multipart: MultipartReader?
    /// All of the body is one value.
    private let isWhole: Bool
    private var hasBegun = false

    public init(_ kind: FormKind) {
        isWhole = kind == .whole
        if case .multipart(let boundary) = kind { multipart = MultipartReader(boundary: boundary) }
    }

    /// Reads on.
    ///
    /// - Complexity: linear; allocates only until its buffers have grown to the size that slices need,
    ///   and for the head of a part.
    public mutating func feed(
        _ bytes: Span<UInt8>, _ emit: (Span<UInt8>, FormPart) -> Void
    ) {
        if isWhole {
            guard bytes.count > 0 else { return }
            hasBegun = true
            emit(bytes, .value)
        } else if multipart == nil {
            urlencoded.feed(bytes, emit)
        } else {
            multipart?.feed(bytes, emit)
        }
    }

    /// The body is over: gives out the rest.
    public mutating func finish(_ emit: (Span<UInt8>, FormPart) -> Void) {
        if isWhole {
            if hasBegun { emit(Self.end.span, .value) }
            hasBegun = false
        } else if multipart == nil {
            urlencoded.finish(emit)
        } else {
            multipart?.finish(emit)
        }
    }

    private static let end: [UInt8] = [0]

    /// The form is a multipart in which none of its boundaries stood by now, though more than white space
    /// came: nothing was read of it.
    public var lacksBoundary: Bool { multipart?.lacksBoundary ?? false }

    /// A part was passed over because it is a file that is no text.
    public var sawFile: Bool { multipart?.sawFile ?? false }

    /// Bytes of such parts so far.
    public var skippedBytes: Int { multipart?.skippedBytes ?? 0 }
}
