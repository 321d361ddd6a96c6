import KhienModel

/// The canonical form of a host: the one spelling under which hosts are matched.
///
/// 1. The URL Standard's host parser: percent-decoding, UTS 46 to ASCII, every spelling of an IPv4
///    address, IPv6.
/// 2. Then dots before the name and after it are removed, runs of dots become one.
/// 3. An IPv6 address that leads to an IPv4 address (mapped, NAT64) is that IPv4 address.
/// 4. A name has at most 253 bytes and 63 a label. Underscores are accepted.
///
/// The form is its own canonical form.
public enum HostCanonicalizer {
    /// Writes the canonical form of `input` to `output`, which it replaces.
    ///
    /// - Parameter input: a host without port, an IPv6 address in brackets.
    /// - Returns: `.domain`, `.ipv4` or `.ipv6`.
    /// - Throws: what is wrong; `output` is then empty.
    /// - Complexity: linear; for plain ASCII names it allocates nothing but what `output` needs.
    public static func canonicalize(
        _ input: Span<UInt8>, into output: inout [UInt8]
    ) throws(HostError) -> WebURL.HostKind {
        output.removeAll(keepingCapacity: true)
        do throws(HostError) {
            var scratch = DomainScratch()
            return try append(canonicalFormOf: input, to: &output, through: &scratch)
        } catch {
            output.removeAll(keepingCapacity: true)
            throw error
        }
    }

    /// The offset of the first byte of a canonical name that registries and host software do not
    /// allow: anything but letters, digits, `-`, `_` and `.`; nil if there is none.
    ///
    /// The URL Standard lets names such as `$0` or `a,b.test` pass, and a client may ask for them,
    /// so they are canonical; in a list they are nearly always a mistake.
    ///
    /// Source: RFC 1123 section 2.1; underscores: RFC 8552.
    public static func oddByteOffset(inName name: Span<UInt8>) -> Int? {
        for index in name.indices where !ByteClass.plainHost.contains(byte: name[index]) {
            return index
        }
        return nil
    }

    /// Appends the canonical form; after a throw `output` may end with a part of it.
    static func append(
        canonicalFormOf input: Span<UInt8>, to output: inout [UInt8],
        through scratch: inout DomainScratch
    ) throws(HostError) -> WebURL.HostKind {
        if isCanonicalName(input) {
            output.append(bytesOf: input)
            return .domain
        }
        if input.count > 0, input[0] == 0x5B {
            return try appendBracketed(input, to: &output)
        }
        let start = output.count
        try HostParser.appendDomain(input, into: &output, through: &scratch)
        foldDots(in: &output, from: start)
        guard output.count > start else { throw .empty }
        let kind = try HostParser.finishDomain(in: &output, from: start)
        if kind == .domain { try checkLengths(output.span.extracting(start..<output.count)) }
        return kind
    }

    private static func appendBracketed(
        _ input: Span<UInt8>, to output: inout [UInt8]
    ) throws(HostError) -> WebURL.HostKind {
        let start = output.count
        let kind = try HostParser.parseBracketed(input, into: &output)
        guard let address = ipv4(behind: kind) else { return kind }
        output.removeSubrange(start...)
        return append(address, to: &output)
    }

    /// The IPv4 address that a connection to an IPv6 host ends at; nil: none.
    static func ipv4(behind kind: WebURL.HostKind) -> UInt32? {
        guard case .ipv6(let high, let low) = kind,
            case .v4(let address) = IPAddress.v6(high: high, low: low).untranslated
        else { return nil }
        return address
    }

    static func append(_ ipv4: UInt32, to output: inout [UInt8]) -> WebURL.HostKind {
        IPAddressText.append(.v4(ipv4), to: &output)
        return .ipv4(ipv4)
    }

    /// Whether `host` is a canonical domain name of letters, digits, `-` and `_` whose last label
    /// does not begin with a digit. False decides nothing.
    static func isCanonicalName(_ host: Span<UInt8>) -> Bool {
        guard host.count > 0, host.count <= Limits.Text.hostBytesMax else { return false }
        var labelStart = 0
        for index in host.indices {
            let byte = host[index]
            guard ByteClass.plainHost.contains(byte: byte), !byte.isUpper else { return false }
            if byte == 0x2E {
                guard isLabelLength(index - labelStart) else { return false }
                labelStart = index + 1
            }
        }
        return isLabelLength(host.count - labelStart) && !host[labelStart].isDigit
    }

    @inline(__always)
    static func isLabelLength(_ length: Int) -> Bool {
        length > 0 && length <= Limits.Text.labelBytesMax
    }

    /// Removes dots at both ends and folds runs of them.
    private static func foldDots(in output: inout [UInt8], from start: Int) {
        var write = start
        for read in start..<output.count {
            let byte = output[read]
            if byte == 0x2E, write == start || output[write - 1] == 0x2E { continue }
            output[write] = byte
            write += 1
        }
        if write > start, output[write - 1] == 0x2E { write -= 1 }
        output.removeSubrange(write...)
    }

    private static func checkLengths(_ name: Span<UInt8>) throws(HostError) {
        guard name.count <= Limits.Text.hostBytesMax else {
            throw .tooLong(bytes: name.count, limit: Limits.Text.hostBytesMax)
        }
        var labelStart = 0
        for index in 0...name.count where index == name.count || name[index] == 0x2E {
            let length = index - labelStart
            guard length <= Limits.Text.labelBytesMax else {
                throw .labelTooLong(bytes: length, limit: Limits.Text.labelBytesMax)
            }
            labelStart = index + 1
        }
    }
}
