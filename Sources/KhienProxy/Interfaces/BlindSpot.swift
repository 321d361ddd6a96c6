/// Why a body, or a part of it, was not read. Each is counted on its own, so that an operator sees
/// what a filter of text cannot see.
///
/// The raw value is the place in `WorkerCounters.blindSpots`; names stand in `khien status` and in
/// events.
public enum BlindSpot: UInt8, Sendable, CaseIterable {
    /// Its Content-Type is none of those that are read.
    case type
    /// A content coding that is not known, or too many of them.
    case coding
    /// A charset that this machine cannot read.
    case charset
    /// The bytes are not what the content coding says.
    case damaged
    /// It is longer than what is read of a body.
    case overLimit
    /// It expands to more than a body may become, or by a larger factor.
    case expansion
    /// One part of a whole (206 or `Content-Range`): what it says is judged without the rest.
    case partial
    /// 304: the client shows what it kept from an earlier time.
    case notModified
    /// Contents of CONNECT.
    case tunnel
    /// Contents of a connection that went over to another protocol (101).
    case upgraded
    /// A part of a form that is a file.
    case file
    /// Too many bodies are being read at one time, or there is no memory for one more.
    case overloaded
    /// Nothing of this group's pages is to be read.
    case excluded
    /// Bodies of the same client hold as much of the decoders' memory as one client may: refused, whatever
    /// the failure policy says.
    case share
}

extension BlindSpot {
    /// The name in `khien status`, in events and in the documentation.
    public var name: String {
        switch self {
        case .type: "type"
        case .coding: "coding"
        case .charset: "charset"
        case .damaged: "damaged"
        case .overLimit: "over-limit"
        case .expansion: "expansion"
        case .partial: "partial"
        case .notModified: "not-modified"
        case .tunnel: "tunnel"
        case .upgraded: "upgraded"
        case .file: "file"
        case .overloaded: "overloaded"
        case .excluded: "excluded"
        case .share: "share"
        }
    }
}
