/// A request head read the slow and obvious way, on strings; shares nothing with the parser. It
/// knows the grammar and the framing rules, no limits.
package struct NaiveRequestHead: Equatable {
    package var method: String
    package var target: String
    package var version: String
    package var framing: String
    package var length: Int

    package enum Reading: Equatable {
        case incomplete
        case refused
        case accepted(NaiveRequestHead)
    }

    private static let tokenCharacters = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            .unicodeScalars)
    private static let hostCharacters = Set(
        "-._~!$&'()*+,;=%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            .unicodeScalars)

    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { tokenCharacters.contains($0) }
    }

    /// Splits at a separator of unicode scalars; `Character` would join CR and LF.
    static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
        text.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false)
            .map { String(String.UnicodeScalarView($0)) }
    }

    static func trim(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        return String(String.UnicodeScalarView(scalars))
    }

    package static func read(_ bytes: [UInt8]) -> Reading {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
        var lines: [String] = []
        var length = 0
        var emptyLines = 0
        for part in split(String(scalars), at: "\n").dropLast() {
            length += part.unicodeScalars.count + 1
            guard part.unicodeScalars.last == "\r" else { return .refused }
            let line = String(String.UnicodeScalarView(part.unicodeScalars.dropLast()))
            if line.unicodeScalars.contains("\r") { return .refused }
            if !line.isEmpty {
                lines.append(line)
                continue
            }
            if !lines.isEmpty { return readLines(lines, length) }
            emptyLines += 1
            if emptyLines > 2 { return .refused }
        }
        return .incomplete
    }

    private static func readLines(_ lines: [String], _ length: Int) -> Reading {
        let words = split(lines[0], at: " ")
        guard words.count == 3, isToken(words[0]), words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0"
        else { return .refused }
        let isVisible = words[1].unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value < 0x7F && $0 != "#"
        }
        guard isVisible, !words[1].isEmpty else { return .refused }
        var fields: [(String, String)] = []
        for line in lines.dropFirst() {
            let parts = split(line, at: ":")
            guard parts.count > 1, isToken(parts[0]) else { return .refused }
            let value = parts.dropFirst().joined(separator: ":")
            for scalar in value.unicodeScalars
            where scalar.value == 0x7F || (scalar.value < 0x20 && scalar != "\t") {
                return .refused
            }
            fields.append((parts[0].lowercased(), trim(value)))
        }
        guard let framing = framing(fields, words[2]),
            isHostRight(fields, words[0], words[1], words[2]),
            areConnectionsRight(fields)
        else { return .refused }
        if words[0] == "CONNECT", framing != "none", framing != "0" { return .refused }
        return .accepted(
            NaiveRequestHead(
                method: words[0], target: words[1], version: words[2], framing: framing,
                length: length))
    }

    private static func values(_ fields: [(String, String)], _ name: String) -> [String] {
        fields.filter { $0.0 == name }.map(\.1)
    }

    private static func framing(_ fields: [(String, String)], _ version: String) -> String? {
        let lengths = values(fields, "content-length")
        let codings = values(fields, "transfer-encoding")
        if lengths.isEmpty && codings.isEmpty { return "none" }
        if lengths.count + codings.count > 1 { return nil }
        if let coding = codings.first {
            return coding.lowercased() == "chunked" && version == "HTTP/1.1" ? "chunked" : nil
        }
        let isNumber = lengths[0].unicodeScalars.allSatisfy { $0 >= "0" && $0 <= "9" }
        guard isNumber, lengths[0].count <= 19, let number = Int64(lengths[0]) else { return nil }
        return String(number)
    }

    private static func areConnectionsRight(_ fields: [(String, String)]) -> Bool {
        let lists = values(fields, "connection") + values(fields, "proxy-connection")
        let options = lists.flatMap { split($0, at: ",").map(trim) }
        return options.count <= 32 && options.allSatisfy { $0.isEmpty || isToken($0) }
    }

    /// Host and port in lower case, or nil where they are malformed.
    private static func hostPort(_ text: String) -> (String, Int?)? {
        var host = text
        var port = ""
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let inside = text[text.index(after: text.startIndex)..<end]
            let isAddress = inside.allSatisfy { $0 == ":" || $0 == "." || $0.isHexDigit }
            guard isAddress, inside.count >= 2 else { return nil }
            host = String(text[...end])
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":") else { return nil }
                port = String(rest.dropFirst())
            }
        } else {
            let parts = split(text, at: ":")
            guard parts.count <= 2 else { return nil }
            host = parts[0]
            port = parts.count == 2 ? parts[1] : ""
            let scalars = Array(host.unicodeScalars)
            guard !scalars.isEmpty, scalars.allSatisfy({ hostCharacters.contains($0) }) else {
                return nil
            }
            for (index, scalar) in scalars.enumerated() where scalar == "%" {
                guard index + 2 < scalars.count,
                    Character(scalars[index + 1]).isHexDigit,
                    Character(scalars[index + 2]).isHexDigit
                else { return nil }
            }
        }
        if port.isEmpty { return (host.lowercased(), nil) }
        guard port.unicodeScalars.allSatisfy({ $0 >= "0" && $0 <= "9" }), let number = Int(port),
            number >= 1, number <= 65_535
        else { return nil }
        return (host.lowercased(), number)
    }

    private static func isHostRight(
        _ fields: [(String, String)], _ method: String, _ target: String, _ version: String
    ) -> Bool {
        let hosts = values(fields, "host")
        if hosts.count > 1 || (hosts.isEmpty && version == "HTTP/1.1") { return false }
        let field = hosts.first.flatMap(hostPort)
        if hosts.count == 1, field == nil { return false }
        if method == "CONNECT" {
            guard let (host, port) = hostPort(target), let port else { return false }
            guard let field else { return true }
            return field.0 == host && (field.1 == nil || field.1 == port)
        }
        if target == "*" { return method == "OPTIONS" }
        if target.hasPrefix("/") { return true }
        guard let mark = target.firstRange(of: "://") else { return false }
        let scheme = target[..<mark.lowerBound].lowercased()
        let isScheme = scheme.unicodeScalars.allSatisfy {
            ($0 >= "a" && $0 <= "z") || ($0 >= "0" && $0 <= "9") || $0 == "+" || $0 == "-"
                || $0 == "."
        }
        guard isScheme, let first = scheme.unicodeScalars.first, first >= "a", first <= "z" else {
            return false
        }
        let rest = target[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = hostPort(String(authority)) else { return false }
        guard let field else { return true }
        let standard = ["http": 80, "ws": 80, "https": 443, "wss": 443][scheme]
        return field.0 == host && (field.1 ?? standard) == (port ?? standard)
    }
}
