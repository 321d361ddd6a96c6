/// Expressions over host names alone, as Pi-hole and AdGuard Home match them. Ours are matched over whole
/// URLs, in which neither `^` nor `$` stands at the host.
enum NameExpression {
    /// How those programs say that a name or anything above it may stand before.
    private static let wildcards = [
        #"(\.|^)"#, #"(^|\.)"#, #"(?:\.|^)"#, #"(?:^|\.)"#, "([.]|^)", "(^|[.])",
        #"^(.+\.)?"#, #"^(.*\.)?"#, #"^(?:.+\.)?"#, #"^(?:.*\.)?"#,
    ].map { Array($0.utf8) }

    /// Last parts of files that URLs do end in.
    private static let fileEndings: Set<String> = [
        "apk", "asp", "aspx", "avi", "bat", "bin", "bmp", "cab", "cgi", "css", "csv", "dll", "dmg",
        "doc",
        "docx", "exe", "flv", "gif", "gz", "htm", "html", "ico", "iso", "jar", "jpeg", "jpg", "js",
        "json",
        "jsp", "lnk", "m3u", "mov", "mpeg", "mpg", "msi", "ogg", "pdf", "php", "pif", "png", "ppt",
        "ps",
        "rar", "rss", "rtf", "scr", "swf", "tar", "tgz", "tiff", "torrent", "ts", "txt", "vbs",
        "wasm", "wav",
        "webm", "webp", "wmv", "woff", "xls", "xlsx", "xml", "zip",
    ]

    /// The name that an expression stands for with all its subdomains, `(\.|^)casino\.test$`; nil: it is
    /// another one, or names a single label.
    static func name(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard let last = range.last, line[last] == Byte.dollar,
            let start = wildcardEnd(line, range)
        else { return nil }
        var name: [UInt8] = []
        var index = start
        while index < last {
            if let end = dotEnd(line, index..<last) {
                name.append(Byte.dot)
                index = end
                continue
            }
            let byte = line[index]
            guard
                Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.hyphen
                    || byte == UInt8(ascii: "_")
            else { return nil }
            name.append(byte)
            index += 1
        }
        return name.contains(Byte.dot) ? name : nil
    }

    /// Whether an expression seems to be about a host alone, and so is not met as meant: it has no slash,
    /// and begins with `(^|\.)` or ends in `\.` and letters that are no file's ending.
    static func seemsOfHost(_ pattern: Span<UInt8>) -> Bool {
        let whole = 0..<pattern.count
        guard pattern.firstIndex(of: Byte.slash, in: whole) == nil else { return false }
        return wildcardEnd(pattern, whole) != nil || endsAsHost(pattern)
    }

    private static func wildcardEnd(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for wildcard in wildcards where range.count >= wildcard.count {
            let isThere = wildcard.indices.allSatisfy {
                line[range.lowerBound + $0] == wildcard[$0]
            }
            if isThere { return range.lowerBound + wildcard.count }
        }
        return nil
    }

    /// Where a `\.` or `[.]` ends that `range` begins with.
    private static func dotEnd(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for dot in [#"\."#, "[.]"]
        where line.hasPrefix(dot, at: range.lowerBound, before: range.upperBound) {
            return range.lowerBound + dot.utf8.count
        }
        return nil
    }

    /// `\.test$`, `\.(test|example)$`.
    private static func endsAsHost(_ pattern: Span<UInt8>) -> Bool {
        guard pattern.count > 3, pattern[pattern.count - 1] == Byte.dollar else { return false }
        var end = pattern.count - 1
        let isGroup = pattern[end - 1] == UInt8(ascii: ")")
        if isGroup { end -= 1 }
        var start = end
        while start > 0, isEndingByte(pattern[start - 1], isGroup: isGroup) { start -= 1 }
        let endings = pattern.copy(start..<end).split(separator: Byte.pipe)
        if isGroup {
            if start >= 2, pattern.hasPrefix("?:", at: start - 2, before: start) { start -= 2 }
            guard start > 0, pattern[start - 1] == UInt8(ascii: "(") else { return false }
            start -= 1
        }
        let isBehindDot = [2, 3].contains {
            start >= $0 && dotEnd(pattern, start - $0..<start) == start
        }
        return isBehindDot && !endings.isEmpty
            && endings.allSatisfy {
                $0.count > 1 && !fileEndings.contains(String(decoding: $0, as: UTF8.self))
            }
    }

    private static func isEndingByte(_ byte: UInt8, isGroup: Bool) -> Bool {
        Byte.isLetter(byte) || (isGroup && byte == Byte.pipe)
    }
}
