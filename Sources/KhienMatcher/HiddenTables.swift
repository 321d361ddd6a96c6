import KhienImage
import KhienModel

/// The targets that the image does not hold in clear, with what lookups of them need: SHA-256 of
/// expressions, and keyed hashes of confidential targets.
struct HiddenTables: Sendable {
    let expressions: DigestTable
    let confidential: DigestTable
    /// Nil: the image has no entries of confidential lists.
    let key: ListKey?
    /// Whether confidential lists hold expressions: their SHA-256 is then hashed once more.
    let hasConfidentialExpressions: Bool
    /// Whether any SHA-256 is asked for.
    let hasExpressions: Bool
    let prefixes: ConfidentialPrefixes

    /// Whether there is anything to look up.
    var isPresent: Bool { hasExpressions || key != nil }

    /// - Throws: `ImageError.keyMissing` or `.wrongKey`, so that confidential entries are never
    ///   passed over without a sign.
    init(_ image: Image, key: ListKey?) throws(ImageError) {
        expressions = image.expressions
        confidential = image.confidential
        guard image.needsKey else {
            self.key = nil
            hasConfidentialExpressions = false
            hasExpressions = image.expressions.count > 0
            prefixes = ConfidentialPrefixes()
            return
        }
        guard let key else { throw ImageError(.keyMissing, file: image.path) }
        guard key.check == image.confidential.keyCheck else {
            throw ImageError(.wrongKey, file: image.path)
        }
        self.key = key
        // The compiler marks that there are such entries by the hash of an empty message.
        hasConfidentialExpressions =
            image.confidential.find(KeyedHash(key, .expression).digest) != nil
        hasExpressions = hasConfidentialExpressions || image.expressions.count > 0
        prefixes = ConfidentialPrefixes(image.confidential, key)
    }
}

/// Which prefix lengths occur among confidential addresses, so that a lookup tries no others. Bits in
/// plain words: a large inline array would be copied with what holds it.
struct ConfidentialPrefixes: Sendable {
    /// Bit n: networks of n bits, of IPv4 up to 32 and of IPv6 up to 63.
    private(set) var v4: UInt64 = 0
    private(set) var v6: UInt64 = 0
    /// The same for 64 to 127 bits of IPv6.
    private(set) var v6Long: UInt64 = 0
    private(set) var hasWholeV6 = false

    init() {}

    init(_ table: DigestTable, _ key: ListKey) {
        for length in 0...127 {
            let bit = UInt64(1) << UInt64(length & 63)
            if length <= 32, Self.has(4, UInt8(length), table, key) { v4 |= bit }
            guard Self.has(6, UInt8(length), table, key) else { continue }
            if length < 64 { v6 |= bit } else { v6Long |= bit }
        }
        hasWholeV6 = Self.has(6, 128, table, key)
    }

    /// The compiler stores one key for each length in use: family and 0xFF, then the length.
    private static func has(
        _ family: UInt8, _ length: UInt8, _ table: DigestTable, _ key: ListKey
    ) -> Bool {
        let bytes: [UInt8] = [family, 0xFF, length]
        var hash = KeyedHash(key, .address)
        hash.add(bytes.span, 0..<bytes.count)
        return table.find(hash.digest) != nil
    }
}
