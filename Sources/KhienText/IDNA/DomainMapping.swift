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
    ///
    /// - Complexity: allocates nothing once `steps` are warm, unless more than 16 combining marks
    ///   follow one another.
    static func appendASCII(
        ofDomain domain: Span<UInt8>, to output: inout [UInt8],
        through steps: inout DomainScratch.Steps
    ) throws(HostError) {
        steps.mapped.removeAll(keepingCapacity: true)
        try map(domain, into: &steps.mapped)
        NormalFormC.normalize(&steps.mapped, through: &steps.labels.decomposed)
        guard steps.mapped.count <= Limits.Text.mappedHostScalarsMax else {
            throw .inputTooLong(
                bytes: steps.mapped.count, limit: Limits.Text.mappedHostScalarsMax)
        }
        try appendLabels(&steps.mapped, &steps.labels)
        try appendASCII(ofLabels: &steps.labels.unicode, steps.labels.ranges, to: &output)
    }

    // Parts by reference, so that one is read while the other is written.

    private static func appendLabels(
        _ mapped: inout [UInt32], _ labels: inout DomainScratch.Labels
    ) throws(HostError) {
        labels.unicode.removeAll(keepingCapacity: true)
        labels.ranges.removeAll(keepingCapacity: true)
        let source = mapped.span
        var start = 0
        for index in 0...source.count where index == source.count || source[index] == 0x2E {
            let before = labels.unicode.count
            try appendLabel(source.extracting(start..<index), to: &labels)
            labels.ranges.append(before..<labels.unicode.count)
            start = index + 1
        }
    }

    private static func appendASCII(
        ofLabels unicode: inout [UInt32], _ labels: [Range<Int>], to output: inout [UInt8]
    ) throws(HostError) {
        let unicode = unicode.span
        try checkBidi(unicode, labels)
        for number in labels.indices {
            if number > 0 { output.append(0x2E) }
            try appendASCII(ofLabel: unicode.extracting(labels[number]), to: &output)
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
            case .sequence(let range): for place in range { output.append(idnaPool[place]) }
            case .disallowed: throw .forbiddenScalar(scalar)
            }
        }
    }

    /// Appends a label in its Unicode form, decoded if it begins with `xn--`, and checks it.
    private static func appendLabel(
        _ label: Span<UInt32>, to labels: inout DomainScratch.Labels
    ) throws(HostError) {
        guard LabelRules.startsWithPrefix(label) else {
            try LabelRules.check(label)
            for index in label.indices { labels.unicode.append(label[index]) }
            return
        }
        labels.encoded.removeAll(keepingCapacity: true)
        for index in 4..<label.count {
            guard label[index] < 0x80 else { throw .invalidPunycode }
            labels.encoded.append(UInt8(truncatingIfNeeded: label[index]))
        }
        try decode(
            &labels.encoded, into: &labels.decoded, &labels.normalized, &labels.decomposed)
        for index in labels.decoded.indices { labels.unicode.append(labels.decoded[index]) }
    }

    /// Decodes a label after its `xn--` and checks the validity criteria. For tools: it allocates.
    static func decode(_ encoded: Span<UInt8>) throws(HostError) -> [UInt32] {
        var labels = DomainScratch.Labels()
        for index in encoded.indices { labels.encoded.append(encoded[index]) }
        try decode(
            &labels.encoded, into: &labels.decoded, &labels.normalized, &labels.decomposed)
        return labels.decoded
    }

    private static func decode(
        _ encoded: inout [UInt8], into decoded: inout [UInt32], _ normalized: inout [UInt32],
        _ decomposed: inout [UInt32]
    ) throws(HostError) {
        decoded.removeAll(keepingCapacity: true)
        guard Punycode.decode(encoded.span, to: &decoded), decoded.contains(where: { $0 >= 0x80 })
        else { throw .invalidPunycode }
        normalized.removeAll(keepingCapacity: true)
        for index in decoded.indices { normalized.append(decoded[index]) }
        NormalFormC.normalize(&normalized, through: &decomposed)
        guard normalized == decoded else { throw .invalidPunycode }
        try LabelRules.check(decoded.span)
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
