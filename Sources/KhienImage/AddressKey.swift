import KhienModel

/// The key of an address or network in the table of addresses: family (4 or 6), prefix length, then
/// the 4 or 16 bytes of the address with the bits past the prefix cleared.
public struct AddressKey: Sendable {
    public private(set) var bytes: [18 of UInt8] = .init(repeating: 0)
    public private(set) var count = 0

    public init() {}

    public mutating func set(_ address: IPAddress, prefixLength: UInt8) {
        bytes[1] = prefixLength
        switch address {
        case .v4(let value):
            bytes[0] = 4
            let mask = prefixLength == 0 ? 0 : UInt32.max << UInt32(32 - min(prefixLength, 32))
            store(UInt64(value & mask) << 32, at: 2, count: 4)
            count = 6
        case .v6(let high, let low):
            bytes[0] = 6
            let length = UInt64(min(prefixLength, 128))
            let highMask = length == 0 ? 0 : UInt64.max << (64 - min(length, 64))
            let lowMask = length <= 64 ? 0 : UInt64.max << (128 - length)
            store(high & highMask, at: 2, count: 8)
            store(low & lowMask, at: 10, count: 8)
            count = 18
        }
    }

    private mutating func store(_ value: UInt64, at offset: Int, count: Int) {
        for index in 0..<count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - index * 8))
        }
    }

    /// The hash under which the table files the key; the seed does not matter for so short keys.
    public static func hash(_ key: Span<UInt8>) -> UInt64 {
        var hash = KeyHash(seed: 0x6B68_6965_6E00_0004)
        var count = key.count
        if count > 3 { count = key[0] == 4 ? 6 : 18 }
        hash.add(key, 0..<min(count, key.count))
        return hash.value
    }

    /// Whether `key` is one that this type makes, or a mark: family, 0xFF and a prefix length that
    /// is in use. Readers of a table of addresses rely on it.
    static func isWellFormed(_ key: Span<UInt8>) -> Bool {
        guard key.count >= 3, key[0] == 4 || key[0] == 6 else { return false }
        let isFour = key[0] == 4
        let isMark = key.count == 3
        if isMark, key[1] != 0xFF { return false }
        return (isMark || key.count == (isFour ? 6 : 18))
            && key[isMark ? 2 : 1] <= (isFour ? 32 : 128)
    }
}

extension KeyTable {
    /// Checks that every key is well formed for a table of addresses.
    ///
    /// - Complexity: linear in the keys, whose texts are read.
    func checkAddressKeys() throws(ImageError) {
        for bucket in 0..<bucketCount {
            for slot in 0..<keyCount(inBucket: bucket)
            where !withKey(Place(bucket: bucket, slot: slot), AddressKey.isWellFormed) {
                throw ImageError(
                    .badSection(
                        .addresses, "key \(slot) of bucket \(bucket) is no address",
                        offset: Bucket(self, bucket).block))
            }
        }
    }
}
