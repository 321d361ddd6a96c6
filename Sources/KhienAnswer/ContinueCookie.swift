import Crypto
import KhienModel

/// The cookie that remembers "continue". It is ours: origins never see it.
///
/// Source: RFC 6265 sections 4.2.1 and 5.4 (`Cookie: name=value; name=value`).
public enum ContinueCookie {
    public static let name = "__khien_continue"
    /// What the name of a cookie with leave to send a form begins with.
    static let formPrefix = "__khien_continue_form"

    /// The cookie with leave to send a form in spite of a warning of this category. Each has its own,
    /// so that one does not put out another.
    static func formName(category: String) -> String {
        let digest = SHA256.hash(data: Array(category.utf8)).prefix(4)
        let hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(formPrefix)_\(hex)"
    }

    /// The tokens in a `Cookie` field, at most `Limits.Answer.cookiesTriedMax`.
    static func tokens(_ field: [UInt8], named name: String = name) -> [Substring] {
        guard field.count <= Limits.Answer.tokenFieldBytesMax else { return [] }
        let prefix = Array("\(name)=".utf8)
        return pairs(field).filter { isNamed($0, name) }.prefix(Limits.Answer.cookiesTriedMax)
            .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self)[...] }
    }

    /// A `Cookie` field without our cookies, whatever their values.
    /// - Returns: `field` itself where there is none of ours; nil where nothing is left, so that
    /// the
    ///   whole field is to be left out.
    public static func strip(_ field: [UInt8]) -> [UInt8]? {
        let all = pairs(field)
        guard all.contains(where: isOurs) else { return field }
        let rest = all.filter { !isOurs($0) && !$0.isEmpty }
        guard !rest.isEmpty else { return nil }
        return Array(rest.joined(separator: Array("; ".utf8)))
    }

    private static func pairs(_ field: [UInt8]) -> [ArraySlice<UInt8>] {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        return field.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            var pair = $0.drop(while: isSpace)
            while let last = pair.last, isSpace(last) { pair.removeLast() }
            return pair
        }
    }

    /// Servers differ in whether they trim spaces around the name and mind its case; none of their
    /// readings is to find our cookie.
    private static func isOurs(_ pair: ArraySlice<UInt8>) -> Bool {
        isNamed(pair, Self.name) || name(of: pair).hasPrefix(formPrefix)
    }

    private static func isNamed(_ pair: ArraySlice<UInt8>, _ wanted: String) -> Bool {
        name(of: pair) == wanted
    }

    private static func name(of pair: ArraySlice<UInt8>) -> String {
        let name = pair.prefix { $0 != UInt8(ascii: "=") }
        return String(decoding: name.filter { $0 > 0x20 }, as: UTF8.self).lowercased()
    }
}
