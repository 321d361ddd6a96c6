/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
    static func bytes(_ data: some Sequence<UInt8>) -> [UInt8] {
        data.flatMap { [digit($0 >> 4), digit($0 & 15)] }
    }

    static func text(_ data: some Sequence<UInt8>) -> String {
        String(decoding: bytes(data), as: UTF8.self)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
