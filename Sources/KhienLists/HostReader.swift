import KhienModel
import KhienText

/// Hosts as lists spell them, to their canonical form.
enum HostReader {
    struct Found {
        var repairs: RepairSet
        /// An IPv4 or IPv6 address, in the spelling that it has as the host of a URL.
        var isAddress: Bool
    }

    /// Appends the canonical form of the host in `range` to the builder's text; nothing when it
    /// throws.
    ///
    /// Repaired: upper case, one trailing dot, Unicode names, percent escapes, addresses in unusual
    /// spellings. Rejected: empty labels, a comma, white space, `@`, and what
    /// `HostCanonicalizer` rejects.
    static func append(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> Found {
        if PlainHost.isPlain(line, range) {
            ByteCopy.append(line, range, to: &builder.text)
            return Found(repairs: RepairSet(), isAddress: false)
        }
        if case .v6(let high, let low) = AddressReader.address(line, range) {
            builder.text.append(UInt8(ascii: "["))
            IPAddressText.append(.v6(high: high, low: low), to: &builder.text)
            builder.text.append(UInt8(ascii: "]"))
            return Found(repairs: RepairSet(), isAddress: true)
        }
        let traits = try look(line, range)
        let kind: WebURL.HostKind
        do throws(HostError) {
            kind = try HostCanonicalizer.canonicalize(
                line.extracting(range), into: &builder.scratch)
        } catch {
            throw fault(error, at: range.lowerBound)
        }
        // Escapes and mapped characters may hide what the loop above looked for: `⑴` becomes `(1)`.
        if kind == .domain, HostCanonicalizer.oddByteOffset(inName: builder.scratch.span) != nil {
            throw .rejected(
                "host.character", "a character that no host name contains", at: range.lowerBound)
        }
        var repairs = traits.repairs
        let isAddress = kind != .domain
        if traits.isUnicode {
            let isEncoded = builder.scratch.contains(Byte.hyphen)
            repairs.insert(isEncoded ? .internationalised : .mappedCharacters)
        }
        if isAddress, repairs.isEmpty, !isSame(line, range, builder.scratch) {
            repairs.insert(.addressSpelling)
        }
        builder.text.append(contentsOf: builder.scratch)
        return Found(repairs: repairs, isAddress: isAddress)
    }

    private struct Traits {
        var repairs = RepairSet()
        var isUnicode = false
    }

    /// What can be seen in the spelling, before any canonicalisation.
    private static func look(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) throws(LineFault) -> Traits {
        var traits = Traits()
        var previous = Byte.dot
        for index in range {
            let byte = line[index]
            switch byte {
            case Byte.comma:
                throw .rejected(
                    "host.comma", "a comma inside a name; was a dot meant?", at: index)
            case Byte.space, Byte.tab:
                throw .rejected("host.space", "white space inside a name", at: index)
            case Byte.dot where previous == Byte.dot:
                throw .rejected("host.empty-label", "two dots with nothing between", at: index)
            case Byte.percent: traits.repairs.insert(.urlSpelling)
            case Byte.at:
                throw .rejected(
                    "host.at-sign", "an @ inside a name; is this a mail address?", at: index)
            default:
                try checkCharacter(byte, at: index)
                if Byte.isUpper(byte) { traits.repairs.insert(.upperCase) }
                if byte >= 0x80 { traits.isUnicode = true }
            }
            previous = byte
        }
        if previous == Byte.dot, range.count > 1 { traits.repairs.insert(.trailingDot) }
        return traits
    }

    /// Names of lists are stricter than hosts of URLs, which may hold `$`, `*` and more: such a
    /// name in a list is a mistake, and as a literal it would never match.
    static func checkCharacter(_ byte: UInt8, at index: Int) throws(LineFault) {
        if byte == Byte.star {
            throw .rejected(
                "host.wildcard", "a * inside a name; only a leading *. is allowed", at: index)
        }
        let isAllowed =
            byte >= 0x80 || Byte.isLetter(byte) || Byte.isDigit(byte)
            || byte == Byte.hyphen || byte == UInt8(ascii: "_") || byte == Byte.dot
            || byte == Byte.percent || byte == Byte.colon || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "]")
        if !isAllowed {
            throw .rejected(
                "host.character", "a character that no host name contains", at: index)
        }
    }

    private static func isSame(
        _ line: Span<UInt8>, _ range: Range<Int>, _ bytes: [UInt8]
    ) -> Bool {
        guard range.count == bytes.count else { return false }
        for (offset, byte) in bytes.enumerated() where line[range.lowerBound + offset] != byte {
            return false
        }
        return true
    }

    /// The reason code and message for a host that has no canonical form.
    static func fault(_ error: HostError, at start: Int) -> LineFault {
        switch error {
        case .empty: .rejected("host.empty", "no name", at: start)
        case .forbiddenByte(_, let offset):
            .rejected(
                "host.character", "a character that no host name contains", at: start + offset)
        case .notUTF8(let offset):
            .rejected("host.not-utf-8", "a name in an unknown encoding", at: start + offset)
        case .badIPv4, .badIPv6:
            .rejected(
                "host.address", "a name that ends in a number, and no address", at: start)
        case .inputTooLong, .tooLong:
            .rejected("host.too-long", "a name of more than 253 bytes", at: start)
        case .labelTooLong:
            .rejected("host.label-too-long", "a label of more than 63 bytes", at: start)
        case .invalidPunycode:
            .rejected("host.punycode", "a label begins with xn-- and encodes nothing", at: start)
        default:
            .rejected("host.idna", "a name that IDNA (UTS 46) does not allow", at: start)
        }
    }
}
