/// Domain names in Unicode to ASCII: UTS 46, non-transitional.
enum DomainMapping {
    static func appendASCII(
        ofDomain domain: Span<UInt8>, to output: inout [UInt8]
    ) throws(HostError) {
        throw .invalidPunycode
    }
}
