/// The image's checksum once more, written from docs/FORMAT.md: the reader's own is then no judge of
/// itself.
public enum ImageChecksum {
    private static let constants: [UInt64] = [
        0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3,
        0x5899_65CC_7537_4CC3,
    ]

    public static func of(_ bytes: [UInt8]) -> UInt64 {
        var lanes = constants
        var offset = 0
        while bytes.count - offset >= 32 {
            for lane in 0..<4 {
                let start = offset + lane * 8
                let word = (0..<8).reduce(UInt64(0)) {
                    $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1)
                }
                lanes[lane] = fold(lanes[lane] ^ word, constants[(lane + 1) & 3])
            }
            offset += 32
        }
        var tail = UInt64(bytes.count)
        for byte in bytes[offset...] {
            tail = fold(tail ^ UInt64(byte) ^ constants[2], constants[3])
        }
        let mixed = fold(lanes[0], lanes[1] | 1) ^ fold(lanes[2], lanes[3] | 1)
        return fold(mixed, tail | 1) ^ tail
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
