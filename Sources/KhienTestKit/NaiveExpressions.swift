import Crypto

/// The expressions of a request, made of strings and arrays as docs/LISTS.md describes them, and their
/// hashes by another implementation.
public enum NaiveExpressions {
    /// Every expression of a lookup form `host/path?query`.
    ///
    /// - Parameter isAddress: an address has no suffixes.
    public static func of(_ lookup: String, isAddress: Bool) -> [String] {
        let slash = lookup.firstIndex(of: "/") ?? lookup.endIndex
        let host = String(lookup[..<slash])
        let rest = String(lookup[slash...])
        let path = String(rest.prefix { $0 != "?" })
        var paths = ["/"]
        // The folders are what stands before each slash but the first.
        let segments = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let folderCount = path.hasSuffix("/") ? segments.count : segments.count - 1
        for count in 1...3 where count <= folderCount {
            paths.append("/" + segments[..<count].joined(separator: "/") + "/")
        }
        if !paths.contains(path) { paths.append(path) }
        if rest != path { paths.append(rest) }
        var expressions: [String] = []
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        for start in labels.indices {
            let suffix = labels[start...]
            if start > 0, isAddress || suffix.count < 2 { break }
            let name = suffix.joined(separator: ".")
            let hasPaths = start == 0 || suffix.count <= 7
            expressions += (hasPaths ? paths : ["/"]).map { name + $0 }
        }
        return expressions
    }

    /// The SHA-256 of a text, 64 hexadecimal digits.
    public static func sha256(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
