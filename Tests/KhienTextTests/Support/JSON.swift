/// A JSON value as the conformance vectors need it: lone surrogates, which some of them contain on
/// purpose, become U+FFFD as the URL Standard's own conversion makes them.
enum JSON {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    struct Malformed: Error { let offset: Int }

    init(_ bytes: [UInt8]) throws {
        var reader = Reader(bytes: bytes)
        self = try reader.value()
    }

    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var array: [JSON] {
        guard case .array(let value) = self else { return [] }
        return value
    }

    var isTrue: Bool {
        guard case .bool(let value) = self else { return false }
        return value
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var malformed: Malformed { Malformed(offset: index) }

        mutating func peek() throws -> UInt8 {
            while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
            guard index < bytes.count else { throw malformed }
            return bytes[index]
        }

        mutating func value() throws -> JSON {
            switch try peek() {
            case UInt8(ascii: "{"): return try object()
            case UInt8(ascii: "["): return try array()
            case UInt8(ascii: "\""): return .string(try string())
            default: return try word()
            }
        }

        private mutating func word() throws -> JSON {
            let start = index
            while index < bytes.count, !",]} \n\t\r".utf8.contains(bytes[index]) { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            switch text {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            default:
                guard let number = Double(text) else { throw malformed }
                return .number(number)
            }
        }

        private mutating func array() throws -> JSON {
            index += 1
            var items: [JSON] = []
            while try peek() != UInt8(ascii: "]") {
                if bytes[index] == UInt8(ascii: ",") { index += 1 }
                items.append(try value())
            }
            index += 1
            return .array(items)
        }

        private mutating func object() throws -> JSON {
            index += 1
            var members: [String: JSON] = [:]
            while try peek() != UInt8(ascii: "}") {
                if bytes[index] == UInt8(ascii: ",") {
                    index += 1
                    _ = try peek()
                }
                let key = try string()
                guard try peek() == UInt8(ascii: ":") else { throw malformed }
                index += 1
                members[key] = try value()
            }
            index += 1
            return .object(members)
        }

        private mutating func string() throws -> String {
            guard bytes[index] == UInt8(ascii: "\"") else { throw malformed }
            index += 1
            var units: [UInt16] = []
            var text = ""
            func flush() {
                text += String(decoding: units, as: UTF16.self)
                units = []
            }
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\") {
                    units.append(try escape())
                    continue
                }
                flush()
                let start = index
                while index < bytes.count, !"\"\\".utf8.contains(bytes[index]) { index += 1 }
                text += String(decoding: bytes[start..<index], as: UTF8.self)
            }
            flush()
            index += 1
            return text
        }

        private mutating func escape() throws -> UInt16 {
            guard index + 1 < bytes.count else { throw malformed }
            let kind = bytes[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "n"): return 0x0A
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "r"): return 0x0D
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "f"): return 0x0C
            case UInt8(ascii: "u"):
                guard index + 4 <= bytes.count,
                    let unit = UInt16(
                        String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
                else { throw malformed }
                index += 4
                return unit
            default: return UInt16(kind)
            }
        }
    }
}
