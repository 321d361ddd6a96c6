/// One list as it was found: where it is, and what its place says of it.
public struct ListFile: Sendable {
    /// The name for people: `gambling.txt`, `ut1/gambling/domains`.
    public var name: String
    /// The path in messages.
    public var path: String
    /// What the place fixes: the format of a layout, its category, included lines.
    public var options: ListParser.Options
    var content: Content

    enum Content: Sendable {
        /// A file of its own; read when it is asked for.
        case file
        /// A member of an archive, already expanded.
        case bytes([UInt8])
    }

    /// How many bytes the list has as it is stored; 0 where that cannot be told.
    public var storedByteCount: Int {
        switch content {
        case .file: FileBytes.size(path) ?? 0
        case .bytes(let bytes): bytes.count
        }
    }

    /// The list's bytes, expanded.
    public func load() throws(ListInputError) -> [UInt8] {
        try FileBytes.expand(try stored(), path: path)
    }

    /// The list's bytes as they are stored, compressed or not.
    func stored() throws(ListInputError) -> [UInt8] {
        switch content {
        case .file: try FileBytes.readStored(path)
        case .bytes(let bytes): bytes
        }
    }

    /// Parses the list from what `stored` gave.
    func parse(
        stored: consuming [UInt8], format: ListFormat?
    ) throws(ListInputError) -> ParsedList {
        var options = options
        if let format { options.format = format }
        let bytes = try FileBytes.expand(stored, path: path)
        return ListParser.parse(bytes, name: name, path: path, options: options)
    }

    /// Loads and parses the list.
    ///
    /// - Parameters:
    ///   - format: overrides detection; a layout's files keep their part in it.
    public func parse(format: ListFormat? = nil) throws(ListInputError) -> ParsedList {
        try parse(stored: try stored(), format: format)
    }
}
