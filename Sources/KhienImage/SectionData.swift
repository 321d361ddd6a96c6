/// The content of a section while an image is made: columns of numbers and bytes, in file order.
public struct SectionData: Sendable {
    public enum Column: Sendable {
        case bytes([UInt8])
        case words([UInt16])
        case doubleWords([UInt32])
        case quadWords([UInt64])

        /// In bytes.
        public var byteCount: Int {
            switch self {
            case .bytes(let values): values.count
            case .words(let values): values.count * 2
            case .doubleWords(let values): values.count * 4
            case .quadWords(let values): values.count * 8
            }
        }
    }

    public var id: SectionID
    public var columns: [Column]

    public init(_ id: SectionID, _ columns: [Column]) {
        self.id = id
        self.columns = columns
    }

    public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

extension SectionData.Column {
    /// Appends the column to `output`, little-endian.
    func append(to output: inout [UInt8]) {
        // SAFETY: whole arrays of plain numbers are only read.
        switch self {
        case .bytes(let values): output.append(contentsOf: values)
        case .words(let values): unsafe Self.append(values.span.bytes, to: &output)
        case .doubleWords(let values): unsafe Self.append(values.span.bytes, to: &output)
        case .quadWords(let values): unsafe Self.append(values.span.bytes, to: &output)
        }
    }

    /// Numbers are stored as the processor holds them; only little-endian ones are built for.
    private static func append(_ bytes: RawSpan, to output: inout [UInt8]) {
        #if _endian(big)
            #error("images are little-endian")
        #endif
        // SAFETY: the buffer is only read inside the closure.
        unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
    }
}

extension SectionData {
    /// The section as it will stand in the file.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for column in columns { column.append(to: &bytes) }
        return bytes
    }
}
