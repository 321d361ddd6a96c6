import Crypto
import KhienModel

/// The hash chain: how a record is bound to the one before it (docs/FORMAT-EVENTS.md).
///
///     {"khien.sequence":7, ... ,"khien.prev":"<64 hex>","khien.hash":"<64 hex>"}\n
///     |<--------------------- hashed ---------------->|
struct Chain {
    /// The sequence number of the record that comes next; the first is 1.
    var next: UInt64
    /// The last record's hash as 64 hexadecimal digits; zeros before the first.
    var head: [UInt8]

    init(next: UInt64 = 1, head: [UInt8] = Chain.origin) {
        self.next = next
        self.head = head
    }

    /// The chain after a line that this program wrote; nil: the line is none.
    init?(after line: [UInt8]) {
        do throws(ChainedLine.Fault) {
            let line = try ChainedLine(line[...])
            self.init(next: line.sequence + 1, head: Array(line.hash))
        } catch {
            return nil
        }
    }

    static let origin = [UInt8](repeating: UInt8(ascii: "0"), count: digits)
    static let digits = 64
    static let sequenceKey = Array("{\"khien.sequence\":".utf8)
    static let previousKey = Array(",\"khien.prev\":\"".utf8)
    static let hashKey = Array("\",\"khien.hash\":\"".utf8)
    static let ending = Array("\"}\n".utf8)
    /// From `,"khien.prev"` to the newline.
    static let closingBytes =
        previousKey.count + digits + hashKey.count + digits + ending.count

    /// Closes `line` as the next record.
    mutating func close(_ line: JSONLine) -> [UInt8] {
        var bytes = line.bytes
        bytes.reserveCapacity(bytes.count + Self.closingBytes)
        bytes += Self.previousKey
        bytes += head
        // The quote that closes `khien.prev` is the last byte that is hashed.
        bytes.append(UInt8(ascii: "\""))
        head = Self.hash(bytes[...])
        bytes += Self.hashKey.dropFirst()
        bytes += head
        bytes += Self.ending
        next += 1
        return bytes
    }

    static func hash(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Hexadecimal.bytes(SHA256.hash(data: bytes))
    }
}

/// What the chain needs of one line, without reading its JSON.
struct ChainedLine {
    let sequence: UInt64
    let previous: ArraySlice<UInt8>
    let hash: ArraySlice<UInt8>

    /// What is wrong with a line by itself.
    struct Fault: Error {
        /// From 1, in bytes.
        let column: Int
        let message: String
    }

    /// Reads a line with its newline and checks that its hash is its own.
    init(_ line: ArraySlice<UInt8>) throws(Fault) {
        let start = line.startIndex
        guard line.count >= Chain.sequenceKey.count + 2 + Chain.closingBytes,
            line.starts(with: Chain.sequenceKey)
        else { throw Fault(column: 1, message: "this is no record of an event log") }
        let digits = line[(start + Chain.sequenceKey.count)...].prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        let column = Chain.sequenceKey.count + 1
        guard digits.count <= 20, digits.first != UInt8(ascii: "0"),
            let sequence = UInt64(String(decoding: digits, as: UTF8.self)),
            line[digits.endIndex] == UInt8(ascii: ",")
        else { throw Fault(column: column, message: "this is no sequence number") }
        self.sequence = sequence
        let closing = line.suffix(Chain.closingBytes)
        let previousStart = closing.startIndex + Chain.previousKey.count
        let previousEnd = previousStart + Chain.digits
        let hashStart = previousEnd + Chain.hashKey.count
        let hashEnd = hashStart + Chain.digits
        guard closing.starts(with: Chain.previousKey),
            line[previousEnd..<hashStart].elementsEqual(Chain.hashKey),
            line[hashEnd...].elementsEqual(Chain.ending)
        else {
            throw Fault(
                column: closing.startIndex - start + 1,
                message: "the record does not end with `khien.prev` and `khien.hash`")
        }
        previous = line[previousStart..<previousEnd]
        hash = line[hashStart..<hashEnd]
        guard previous.allSatisfy(Hexadecimal.isDigit) else {
            throw Fault(
                column: previousStart - start + 1, message: "`khien.prev` is no SHA-256 digest")
        }
        guard hash.elementsEqual(Chain.hash(line[..<(previousEnd + 1)])) else {
            throw Fault(
                column: hashStart - start + 1,
                message: "the record was altered: its content does not have this hash")
        }
    }
}
