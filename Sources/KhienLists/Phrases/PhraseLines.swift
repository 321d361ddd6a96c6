import Yams

/// Where the marks of a YAML document stand among the lines that its report counts.
///
/// libyaml counts lines and characters only, and ends a line at LF, CR LF, CR, U+0085, U+2028 and U+2029,
/// wherever they stand (`SKIP_LINE` of its scanner). A report's lines end with one byte (`PreparedText`). That byte
/// ends a line of libyaml's too, so each of its lines lies inside one of the report's:
///
/// ```
/// bytes    │ - phrase: "a U+2028 b" CR CR LF │ - phrase: c LF │
/// report   │ 1                               │ 2              │
/// libyaml  │ 1                   │ 2    │ 3  │ 4              │
/// ```
struct PhraseLines {
    private let source: [UInt8]
    /// Where each line of libyaml's begins, and the report's line that it lies in, from 1.
    private var starts: [UInt32] = [0]
    private var numbers: [UInt32] = [1]
    /// Behind the last byte that is no blank: no line past it is given to a grammar.
    private let contentEnd: Int
    /// The line of libyaml's that this byte ends, from 0.
    private var last = 0

    /// - Parameters:
    ///   - source: UTF-8 of at most `Limits.Phrases.documentBytesMax` bytes.
    ///   - lineEnd: what ends the report's lines, LF or CR.
    init(_ source: [UInt8], lineEnd: UInt8) {
        self.source = source
        contentEnd = (source.lastIndex { $0 > Byte.space } ?? -1) + 1
        var number: UInt32 = 1
        for index in source.indices where Self.isBreak(source, endingAt: index) {
            if source[index] == lineEnd { number += 1 }
            starts.append(UInt32(truncatingIfNeeded: index + 1))
            numbers.append(number)
        }
        last = index(ofByte: max(contentEnd - 1, 0))
    }

    /// Whether the byte at `index` is the last one of what ends a line to libyaml.
    private static func isBreak(_ source: [UInt8], endingAt index: Int) -> Bool {
        switch source[index] {
        case Byte.lineFeed: true
        case Byte.carriageReturn:
            index + 1 >= source.count || source[index + 1] != Byte.lineFeed
        case 0x85: index >= 1 && source[index - 1] == 0xC2
        case 0xA8, 0xA9: index >= 2 && source[index - 1] == 0x80 && source[index - 2] == 0xE2
        default: false
        }
    }

    /// The report's line that a mark stands in; the last one with content for what lies behind it.
    func line(of mark: Mark?) -> Int {
        guard let mark else { return 1 }
        return number(ofLineAt: min(max(mark.line, 1), starts.count) - 1)
    }

    /// The byte offset of a mark in the report's line; nil: it lies behind all content.
    ///
    /// - Complexity: O(*n*) of the line: asked for once a line.
    func offset(of mark: Mark?) -> Int? {
        guard let mark, mark.line >= 1, mark.line <= starts.count else { return nil }
        var cursor = PhraseCursor(self)
        return offset(ofByte: cursor.byte(at: mark))
    }

    /// The report's line that a byte stands in, as `line(of:)`.
    func line(ofByte byte: Int) -> Int { number(ofLineAt: index(ofByte: byte)) }

    /// The offset of a byte in the report's line, as `offset(of:)`.
    func offset(ofByte byte: Int) -> Int? {
        guard byte < contentEnd else { return nil }
        // All of libyaml's lines inside of this one of the report's.
        var first = index(ofByte: byte)
        while first > 0, numbers[first - 1] == numbers[first] { first -= 1 }
        return byte - Int(starts[first])
    }

    private func number(ofLineAt index: Int) -> Int { Int(numbers[min(index, last)]) }

    /// The line of libyaml's that a byte stands in, from 0.
    private func index(ofByte byte: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= byte { low = middle } else { high = middle }
        }
        return low
    }

    /// Where a line of libyaml's begins, from 1; the end of the document for one that it does not have.
    fileprivate func start(ofLine line: Int) -> Int {
        line >= 1 && line <= starts.count ? Int(starts[line - 1]) : source.count
    }

    /// Where the character behind the one at `byte` begins.
    fileprivate func next(after byte: Int) -> Int {
        var next = byte + 1
        while next < source.count, source[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }

    fileprivate var byteCount: Int { source.count }
}

/// Finds the bytes of marks; of marks in the order in which they stand each byte is passed once.
struct PhraseCursor {
    private let lines: PhraseLines
    private var line = 1
    private var column = 1
    private var byte = 0

    init(_ lines: PhraseLines) { self.lines = lines }

    /// The byte at a mark; the end of the document where it has none.
    mutating func byte(at mark: Mark) -> Int {
        if mark.line != line || mark.column < column {
            line = mark.line
            column = 1
            byte = lines.start(ofLine: line)
        }
        while column < mark.column, byte < lines.byteCount {
            byte = lines.next(after: byte)
            column += 1
        }
        return byte
    }
}
