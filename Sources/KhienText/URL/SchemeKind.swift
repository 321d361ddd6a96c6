/// The schemes that the URL Standard calls special, and all others as one.
package enum SchemeKind: UInt8, Sendable {
    case other, http, https, ws, wss, ftp, file

    /// Those of URLs that have a host, in lower case: all special ones but `file`.
    package static let ofHosts = special.map(\.name).filter { $0 != "file" }.map { Array($0.utf8) }

    /// The kind of a lower-case scheme without its colon.
    init(_ scheme: ArraySlice<UInt8>) {
        self = Self.special.first { scheme.elementsEqual($0.name.utf8) }?.kind ?? .other
    }

    /// The port that is left out of the serialisation; nil where there is none.
    var defaultPort: UInt16? {
        switch self {
        case .http, .ws: 80
        case .https, .wss: 443
        case .ftp: 21
        case .file, .other: nil
        }
    }

    private static let special: [(name: String, kind: SchemeKind)] = [
        ("http", .http), ("https", .https), ("ws", .ws), ("wss", .wss), ("ftp", .ftp),
        ("file", .file),
    ]
}
