import KhienModel

/// Hosts for people to read.
public enum HostDisplay {
    /// The host with each valid `xn--` label in Unicode; labels that do not decode, would not
    /// encode to themselves or are over `Limits.Text.labelBytesMax` stay as they are.
    ///
    /// For messages and block pages, beside the ASCII form: it is never matched, and look-alikes
    /// are not told apart.
    ///
    /// - Parameter host: a canonical host.
    public static func toUnicode(_ host: Span<UInt8>) -> String {
        var output: [UInt8] = []
        var start = 0
        for index in 0...host.count where index == host.count || host[index] == 0x2E {
            append(host.extracting(start..<index), to: &output)
            if index < host.count { output.append(0x2E) }
            start = index + 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func append(_ label: Span<UInt8>, to output: inout [UInt8]) {
        if let scalars = decode(label) {
            for scalar in scalars { ScalarDecoding.append(scalar, to: &output) }
        } else {
            output.append(bytesOf: label)
        }
    }

    private static func decode(_ label: Span<UInt8>) -> [UInt32]? {
        guard label.count > 4, label.count <= Limits.Text.labelBytesMax, label[0] == 0x78,
            label[1] == 0x6E, label[2] == 0x2D,
            label[3] == 0x2D
        else { return nil }
        let encoded = label.extracting(4..<label.count)
        var again: [UInt8] = []
        do throws(HostError) {
            let scalars = try DomainMapping.decode(encoded)
            guard Punycode.encode(scalars.span, to: &again), again.count == encoded.count else {
                return nil
            }
            for index in encoded.indices where again[index] != encoded[index] { return nil }
            return scalars
        } catch {
            // Not a valid label: it is shown as it stands.
            return nil
        }
    }
}
