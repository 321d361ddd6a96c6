/// What a record of the log says; its name stands in `khien.record`.
public enum RecordKind: String, Sendable, CaseIterable {
    /// A file's first record.
    case open
    /// A verdict.
    case event
    /// A torn line was found at the end of a file and put aside.
    case torn
    /// Events could not be written for a while.
    case gap
    /// A file's last record.
    case close

    /// The kind of a record's line, by its second member.
    init?(line: ArraySlice<UInt8>) {
        guard let comma = line.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let rest = line[comma...]
        guard rest.starts(with: Self.key) else { return nil }
        let word = rest.dropFirst(Self.key.count).prefix(16).prefix { $0 != UInt8(ascii: "\"") }
        self.init(rawValue: String(decoding: word, as: UTF8.self))
    }

    private static let key = Array(",\"khien.record\":\"".utf8)
}
