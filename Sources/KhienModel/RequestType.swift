/// What a request fetches, in the words of adblock filters (`$script`, `$image` ...).
///
/// The raw value is the bit number in a rule's type mask; it is part of the image format.
public enum RequestType: UInt8, Sendable, CaseIterable {
    case other = 0
    case script = 1
    case image = 2
    case stylesheet = 3
    case object = 4
    case xmlhttprequest = 5
    case subdocument = 6
    case ping = 7
    case websocket = 8
    case document = 9
    case font = 10
    case media = 11
    case popup = 12

    public var name: String {
        switch self {
        case .other: "other"
        case .script: "script"
        case .image: "image"
        case .stylesheet: "stylesheet"
        case .object: "object"
        case .xmlhttprequest: "xmlhttprequest"
        case .subdocument: "subdocument"
        case .ping: "ping"
        case .websocket: "websocket"
        case .document: "document"
        case .font: "font"
        case .media: "media"
        case .popup: "popup"
        }
    }

    /// The type with this name (`xhr`, `fetch`, `css`, `frame`, `main_frame`, `beacon` and other
    /// usual spellings included, and names of browsers' tools as browsers' own filters take them), or nil.
    public init?(name: String) {
        switch name {
        case "xhr", "fetch", "eventsource": self = .xmlhttprequest
        case "css": self = .stylesheet
        case "frame", "iframe", "sub_frame": self = .subdocument
        case "main_frame", "doc": self = .document
        case "beacon", "csp_report": self = .ping
        case "img", "imageset": self = .image
        case "object_subrequest", "object-subrequest": self = .object
        case "track", "texttrack": self = .media
        case "manifest", "web_manifest": self = .other
        default:
            guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = type
        }
    }
}
