import KhienModel

/// A file's bytes made ready for line grammars: UTF-8 (or bytes of an unknown 8-bit encoding), no
/// byte order mark, and one known line end.
struct PreparedText {
    var bytes: [UInt8]
    /// `\n`, or `\r` in a file that has no `\n`. A `\r` before `\n` belongs to the line end.
    var lineEnd = Byte.lineFeed
    var repairs = RepairSet()
    var notes: [Diagnostic] = []

    /// - Parameter path: the file's path in messages.
    init(_ bytes: [UInt8], path: String) {
        let location = SourceLocation(file: path)
        let encoding = Self.utf16(bytes)
        switch encoding {
        case .littleEndian, .bigEndian:
            self.bytes = Self.decode(bytes, encoding)
            repairs.insert(.utf16)
            notes.append(
                Diagnostic(.note, "file.utf-16", at: location, "the file is in UTF-16; converted"))
        case .none:
            self.bytes = bytes
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                self.bytes.removeFirst(3)
                notes.append(
                    Diagnostic(
                        .note, "file.byte-order-mark", at: location,
                        "the file begins with a byte order mark; ignored"))
            }
        }
        if !self.bytes.contains(Byte.lineFeed), self.bytes.contains(Byte.carriageReturn) {
            lineEnd = Byte.carriageReturn
            notes.append(
                Diagnostic(
                    .note, "file.carriage-return", at: location,
                    "the lines end with CR alone; read as line ends"))
        }
    }

    private enum Encoding {
        case none
        case littleEndian
        case bigEndian
    }

    /// UTF-16 by its byte order mark, or by zeros at every second place of the first 64 bytes.
    private static func utf16(_ bytes: [UInt8]) -> Encoding {
        if bytes.starts(with: [0xFF, 0xFE]) { return .littleEndian }
        if bytes.starts(with: [0xFE, 0xFF]) { return .bigEndian }
        let sample = bytes.prefix(64)
        guard sample.count >= 8 else { return .none }
        var zeros = (even: 0, odd: 0)
        for (index, byte) in sample.enumerated() where byte == 0 {
            if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        let half = sample.count / 2
        if zeros.odd == half, zeros.even == 0 { return .littleEndian }
        if zeros.even >= half, zeros.odd == 0 { return .bigEndian }
        return .none
    }

    private static func decode(_ bytes: [UInt8], _ encoding: Encoding) -> [UInt8] {
        let low = encoding == .littleEndian ? 0 : 1
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = 0
        while index + 1 < bytes.count {
            units.append(UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8)
            index += 2
        }
        if units.first == 0xFEFF { units.removeFirst() }
        return [UInt8](String(decoding: units, as: UTF16.self).utf8)
    }
}
