import KhienModel
import KhienText

/// What must hold for the URL parser and the lookup form, whatever the bytes.
///
/// - The fast path and the full parser agree.
/// - A URL that was parsed is printable ASCII and parses to itself, with the same parts.
/// - Its lookup form is its own lookup form, is what the naive canonicaliser makes of it, and
///   holds no escape that should have been decoded.
/// - A canonical host is its own canonical form and within its limit.
public enum URLInvariants {
    public static func check(_ bytes: [UInt8]) -> String? {
        var url = WebURL()
        var full = WebURL()
        let error = Self.error { () throws(WebURLError) in try url.parse(bytes.span) }
        let fullError = Self.error { () throws(WebURLError) in try full.parseFully(bytes.span) }
        guard error == fullError, parts(url) == parts(full) else {
            return "fast: \(parts(url)) \(describe(error)), full: \(parts(full))"
                + " \(describe(fullError))"
        }
        if let complaint = checkHost(bytes) { return complaint }
        if error != nil { return url.bytes.isEmpty ? nil : "bytes after an error" }
        return checkURL(url) ?? checkLookup(url)
    }

    private static func error(_ body: () throws(WebURLError) -> Void) -> WebURLError? {
        do throws(WebURLError) { try body() } catch { return error }
        return nil
    }

    private static func describe(_ error: WebURLError?) -> String {
        error.map { "\($0)" } ?? "accepted"
    }

    /// All that a URL consists of, as text.
    private static func parts(_ url: WebURL) -> String {
        let ranges = [url.scheme, url.username, url.password, url.host, url.path].map {
            $0.lowerBound <= $0.upperBound && $0.upperBound <= url.bytes.count
                ? url.text($0) : "outside"
        }
        return "\(ranges) \(url.query.map { url.text($0) } ?? "-")"
            + " \(url.fragment.map { url.text($0) } ?? "-") \(url.port ?? 0) \(url.hostKind)"
            + " \(url.hasOpaquePath) \(url.isSpecial) \(url.hasCredentials)"
            + " \(String(decoding: url.bytes, as: UTF8.self))"
    }

    private static func checkURL(_ url: WebURL) -> String? {
        if !url.bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return "not printable ASCII" }
        var again = WebURL()
        do throws(WebURLError) { try again.parse(url.bytes.span) } catch {
            return "its serialisation is refused: \(error); \(parts(url))"
        }
        return parts(again) == parts(url) ? nil : "\(parts(url)) parses to \(parts(again))"
    }

    private static func checkHost(_ bytes: [UInt8]) -> String? {
        var host: [UInt8] = []
        var again: [UInt8] = []
        let kind: WebURL.HostKind
        do throws(HostError) {
            kind = try HostCanonicalizer.canonicalize(bytes.span, into: &host)
        } catch {
            return host.isEmpty ? nil : "a part of a host after an error"
        }
        do throws(HostError) {
            let second = try HostCanonicalizer.canonicalize(host.span, into: &again)
            guard second == kind, again == host else {
                return "host \(text(host)) becomes \(text(again))"
            }
        } catch {
            return "canonical host \(text(host)) is refused: \(error)"
        }
        if kind == .domain, host.count > Limits.Text.hostBytesMax { return "host too long" }
        if host.contains(where: { $0 <= 0x20 || $0 >= 0x7F || (0x41...0x5A).contains($0) }) {
            return "host \(text(host)) is not in its spelling"
        }
        _ = HostDisplay.toUnicode(host.span)
        return nil
    }

    private static func checkLookup(_ url: WebURL) -> String? {
        var lookup = LookupURL()
        do throws(HostError) { try lookup.derive(from: url) } catch {
            return lookup.bytes.isEmpty ? nil : "a part of a lookup form after an error"
        }
        // At worst every byte becomes an escape.
        if lookup.bytes.count > 3 * url.bytes.count { return "the lookup form grew" }
        if let complaint = checkStable(lookup) { return complaint }
        let naive = NaiveLookup.pathAndQuery(
            path: Array(url.bytes[url.path]), query: url.query.map { Array(url.bytes[$0]) })
        let found = Array(lookup.bytes[lookup.hostEnd...])
        if naive != found { return "naive: \(text(naive)), lookup form: \(text(found))" }
        return checkEscapes(lookup) ?? checkHiddenParents(url, lookup)
    }

    /// The form that keeps the parents which only unescaping shows differs only where there are any.
    private static func checkHiddenParents(_ url: WebURL, _ lookup: LookupURL) -> String? {
        var kept = LookupURL()
        do throws(HostError) { try kept.derive(from: url, hiddenParents: .kept) } catch {
            return "only one form has a host"
        }
        let naive = NaiveLookup.pathAndQuery(
            path: Array(url.bytes[url.path]), query: url.query.map { Array(url.bytes[$0]) },
            keepingParents: true)
        let found = Array(kept.bytes[kept.hostEnd...])
        if naive != found { return "parents kept: naive \(text(naive)), \(text(found))" }
        if kept.bytes == lookup.bytes || lookup.hidesParents { return nil }
        return "parents are hidden in \(text(kept.bytes)) and not told"
    }

    /// The form, read as a URL again, is its own form.
    private static func checkStable(_ lookup: LookupURL) -> String? {
        var url = WebURL()
        var again = LookupURL()
        let whole = Array("http://".utf8) + lookup.bytes
        do {
            try url.parse(whole.span)
            try again.derive(from: url)
        } catch {
            return "the lookup form \(text(lookup.bytes)) is refused: \(error)"
        }
        let isSame =
            again.bytes == lookup.bytes && again.hostEnd == lookup.hostEnd
            && again.pathEnd == lookup.pathEnd && again.hostKind == lookup.hostKind
        return isSame ? nil : "\(text(lookup.bytes)) becomes \(text(again.bytes))"
    }

    /// Every `%` begins an escape of a byte that has to be escaped.
    private static func checkEscapes(_ lookup: LookupURL) -> String? {
        let bytes = lookup.bytes
        if bytes[lookup.hostEnd] != UInt8(ascii: "/") { return "no slash after the host" }
        for index in lookup.hostEnd..<bytes.count {
            let byte = bytes[index]
            if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
                return "byte \(byte) in \(text(bytes))"
            }
            guard byte == UInt8(ascii: "%") else { continue }
            let value = NaiveLookup.escaped(bytes, at: index)
            guard let value, NaiveLookup.needsEscape(value, inPath: index < lookup.pathEnd) else {
                return "an escape at \(index) of \(text(bytes))"
            }
        }
        return nil
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }
}
