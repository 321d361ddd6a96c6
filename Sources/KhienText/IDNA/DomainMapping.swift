import KhienModel

/// Domain names in Unicode to ASCII: the ToASCII of UTS 46 with CheckHyphens false, CheckBidi and
/// CheckJoiners true, UseSTD3ASCIIRules false, non-transitional, VerifyDnsLength false.
///
/// Only for domains with scalars outside ASCII: the URL Standard passes ASCII domains by, their
/// `xn--` labels included.
///
/// Source: https://www.unicode.org/reports/tr46/ sections 4 and 4.2.
enum DomainMapping {
    /// Appends the ASCII form of `domain`, UTF-8. Forbidden ASCII is not looked for here.
    static func appendASCII(
        ofDomain domain: Span<UInt8>, to output: inout [UInt8]
    ) throws(HostError) {
        var mapped: [UInt32] = []
        try map(domain, into: &mapped)
        NormalFormC.normalize(&mapped)
        guard mapped.count <= Limits.Text.mappedHostScalarsMax else {
            throw .inputTooLong(bytes: mapped.count, limit: Limits.Text.mappedHostScalarsMax)
        }
        var unicode: [UInt32] = []
        var labels: [Range<Int>] = []
        let source = mapped.span
        var start = 0
        for index in 0...source.count where index == source.count || source[index] == 0x2E {
            let before = unicode.count
            try appendLabel(source.extracting(start..<index), to: &unicode)
            labels.append(before..<unicode.count)
            start = index + 1
        }
        try checkBidi(unicode.span, labels)
        for (number, label) in labels.enumerated() {
            if number > 0 { output.append(0x2E) }
            try appendASCII(ofLabel: unicode.span.extracting(label), to: &output)
        }
    }

    /// The mapping step; scalars that are not allowed end it.
    private static func map(
        _ domain: Span<UInt8>, into output: inout [UInt32]
    ) throws(HostError) {
        var index = 0
        while index < domain.count {
            guard let (scalar, length) = ScalarDecoding.scalar(in: domain, at: index) else {
                throw .notUTF8(offset: index)
            }
            index += length
            switch DomainProperties.mapping(scalar) {
            case .valid: output.append(scalar)
            case .ignored: break
            case .one(let mapped): output.append(mapped)
            case .sequence(let range): output.append(contentsOf: idnaPool[range])
            case .disallowed: throw .forbiddenScalar(scalar)
            }
        }
    }

    /// Appends a label in its Unicode form, decoded if it begins with `xn--`, and checks it.
    private static func appendLabel(
        _ label: Span<UInt32>, to output: inout [UInt32]
    ) throws(HostError) {
        guard LabelRules.startsWithPrefix(label) else {
            try LabelRules.check(label)
            for index in label.indices { output.append(label[index]) }
            return
        }
        var encoded: [UInt8] = []
        for index in 4..<label.count {
            guard label[index] < 0x80 else { throw .invalidPunycode }
            encoded.append(UInt8(truncatingIfNeeded: label[index]))
        }
        let decoded = try decode(encoded.span)
        output.append(contentsOf: decoded)
    }

    /// Decodes a label after its `xn--` and checks the validity criteria.
    static func decode(_ encoded: Span<UInt8>) throws(HostError) -> [UInt32] {
        var decoded: [UInt32] = []
        guard Punycode.decode(encoded, to: &decoded), decoded.contains(where: { $0 >= 0x80 })
        else { throw .invalidPunycode }
        var normalized = decoded
        NormalFormC.normalize(&normalized)
        guard normalized == decoded else { throw .invalidPunycode }
        try LabelRules.check(decoded.span)
        return decoded
    }

    private static func checkBidi(
        _ scalars: Span<UInt32>, _ labels: [Range<Int>]
    ) throws(HostError) {
        guard LabelRules.isRightToLeft(scalars) else { return }
        for label in labels {
            guard LabelRules.obeysBidiRule(scalars.extracting(label)) else {
                throw .bidirectional
            }
        }
    }

    private static func appendASCII(
        ofLabel label: Span<UInt32>, to output: inout [UInt8]
    ) throws(HostError) {
        var isASCII = true
        for index in label.indices where label[index] >= 0x80 { isASCII = false }
        if isASCII {
            for index in label.indices { output.append(UInt8(truncatingIfNeeded: label[index])) }
            return
        }
        output.append(literal: "xn--")
        guard Punycode.encode(label, to: &output) else { throw .invalidPunycode }
    }
}
