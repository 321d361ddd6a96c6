import Foundation

/// Registrable domains by the plain reading of the public suffix list, for oracles.
///
/// Source: https://publicsuffix.org/list/, "Algorithm".
public struct NaiveSuffixes: Sendable {
    private var rules: Set<String> = []

    /// Reads the rules of a list in the form of `public_suffix_list.dat`; names in Unicode are left
    /// out, since hosts are compared in A-labels.
    public init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("//") {
            if let word = line.split(separator: " ").first { rules.insert(String(word)) }
        }
    }

    /// The public suffix and one label more; the host itself where it is a suffix or an address.
    public func registrableDomain(of host: String) -> String {
        if host.hasPrefix("[") || host.split(separator: ".").allSatisfy({ Int($0) != nil }) {
            return host
        }
        let labels = host.split(separator: ".").map(String.init)
        let count = suffixLabels(labels)
        return labels.suffix(count + 1).joined(separator: ".")
    }

    /// A host without its public suffix: `a.shop` of `a.shop.co.test`. What is itself a public
    /// suffix keeps its first label.
    public func withoutSuffix(_ host: String) -> String {
        let labels = host.split(separator: ".").map(String.init)
        let count = min(suffixLabels(labels), labels.count - 1)
        return count > 0 ? labels.dropLast(count).joined(separator: ".") : ""
    }

    /// How many labels the public suffix of a name has: the longest rule, 1 where none fits.
    private func suffixLabels(_ labels: [String]) -> Int {
        var best = min(1, labels.count)
        for count in stride(from: 1, through: labels.count, by: 1) {
            let name = labels.suffix(count).joined(separator: ".")
            if rules.contains("!" + name) { return count - 1 }
            let parent = labels.suffix(count - 1).joined(separator: ".")
            if rules.contains(name) || (count > 1 && rules.contains("*." + parent)) {
                best = max(best, count)
            }
        }
        return best
    }
}
