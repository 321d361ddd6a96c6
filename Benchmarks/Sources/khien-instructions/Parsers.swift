import KhienHTTP
import KhienLists
import KhienModel
import KhienTestKit

/// A list, counted by the line.
struct ListMeasurement: Measurement {
    static let isOnDataPath = false
    let operations: Int
    private let bytes: [UInt8]
    private var options = ListParser.Options()

    init(_ format: ListFormat, _ text: String) {
        bytes = Array(text.utf8)
        operations = bytes.count { $0 == UInt8(ascii: "\n") }
        options.format = format
    }

    mutating func run() -> Int {
        ListParser.parse(bytes, name: "list", path: "list.txt", options: options)
            .entries.records.count
    }
}

/// Request heads that arrive whole.
struct HeadMeasurement: Measurement {
    static let isOnDataPath = true
    private let texts = Corpus.heads(1_000)
    private var parser = RequestHeadParser()

    var operations: Int { texts.count }

    mutating func run() -> Int {
        let texts = texts
        let bytes = texts.bytes.span
        let ends = texts.ends.span
        var start = 0
        var sum = 0
        for index in ends.indices {
            parser.reset()
            do throws(HTTPError) {
                let head = bytes.extracting(start..<ends[index])
                if case .complete(let length) = try parser.parse(head) { sum += length }
            } catch {
                // The corpus has none; the sum would show one.
            }
            start = ends[index]
        }
        return sum
    }
}
