import KhienImage
import KhienModel

/// Matches the body of an adblock rule against a URL.
///
/// `*` stands for any run of bytes, `^` for one separator (anything but a letter, a digit, or one of
/// `_ - . %`) or for the end of the URL; other bytes for themselves.
enum PatternText {
    /// - Parameters:
    ///   - text: where the pattern stands, in `pattern`.
    ///   - url: the URL without fragment; in lower case unless the rule asks for `matchCase`.
    ///   - host: where the host stands in `url`.
    ///   - place: the only place where the pattern may begin; nil: any that its anchors allow.
    /// - Complexity: O(pattern + URL), and O(piece x (piece + URL) / 64) for a piece behind a `*` with a `^` in it;
    ///   times the number of names in the host for what stands before the first `*`. Allocates for such a piece only,
    ///   where much of it fitted in vain.
    static func matches(
        _ text: ImageBytes, _ pattern: Range<Int>, _ flags: PatternFlags, _ url: Span<UInt8>,
        host: Range<Int>, at place: Int?
    ) -> Bool {
        let isEndBound = flags.contains(.endAnchor)
        if let place {
            guard place >= 0, mayBegin(at: place, flags, url, host) else { return false }
            return outcome(
                text, pattern, url, at: place, isStartBound: true, isEndBound: isEndBound)
                == .fits
        }
        if flags.contains(.hostAnchor) {
            var start = host.lowerBound
            while start < host.upperBound {
                let outcome = outcome(
                    text, pattern, url, at: start, isStartBound: true, isEndBound: isEndBound)
                // What stands nowhere behind a `*` stands nowhere behind a later one.
                if outcome != .fails { return outcome == .fits }
                while start < host.upperBound, url[start] != UInt8(ascii: ".") { start += 1 }
                start += 1
            }
            return false
        }
        return outcome(
            text, pattern, url, at: 0, isStartBound: flags.contains(.startAnchor),
            isEndBound: isEndBound) == .fits
    }

    private enum Outcome {
        case fits
        case fails
        case failsBehindStar
    }

    /// Whether the anchors in front allow a beginning at `place`.
    private static func mayBegin(
        at place: Int, _ flags: PatternFlags, _ url: Span<UInt8>, _ host: Range<Int>
    ) -> Bool {
        if flags.contains(.hostAnchor) {
            return host.contains(place)
                && (place == host.lowerBound || url[place - 1] == UInt8(ascii: "."))
        }
        return !flags.contains(.startAnchor) || place == 0
    }

    /// The usual matching with one point of return: after a failure, the last `*` takes one more.
    private static func outcome(
        _ text: ImageBytes, _ pattern: Range<Int>, _ url: Span<UInt8>, at start: Int,
        isStartBound: Bool, isEndBound: Bool
    ) -> Outcome {
        var next = pattern.lowerBound
        var position = start
        var afterStar = isStartBound ? -1 : pattern.lowerBound
        var starPosition = start
        var reread = 0
        while true {
            let run = equalRun(text, next..<pattern.upperBound, url, position)
            next &+= run
            position &+= run
            if next == pattern.upperBound {
                if !isEndBound || position == url.count { return .fits }
            } else if text[next] == UInt8(ascii: "*") {
                next += 1
                afterStar = next
                starPosition = position
                reread = 0
                continue
            } else if position < url.count {
                if accepts(text[next], url[position]) {
                    next += 1
                    position += 1
                    continue
                }
            } else if text[next] == UInt8(ascii: "^") {
                next += 1
                continue
            }
            guard afterStar >= 0, starPosition < url.count else {
                return afterStar < 0 ? .fails : .failsBehindStar
            }
            reread &+= position &- starPosition
            starPosition =
                reread <= rereadBytesMax
                ? nextStart(text, afterStar..<pattern.upperBound, url, starPosition + 1)
                : nextPiece(
                    text, afterStar..<pattern.upperBound, url, starPosition + 1,
                    isEndBound: isEndBound)
            next = afterStar
            position = starPosition
        }
    }

    /// How many bytes of a pattern stand for themselves and are those of the URL, as far as words of
    /// eight bytes tell; what follows is looked at byte by byte.
    @inline(__always)
    private static func equalRun(
        _ text: ImageBytes, _ rest: Range<Int>, _ url: Span<UInt8>, _ position: Int
    ) -> Int {
        var count = 0
        while rest.count &- count >= 8, position &+ count <= url.count &- 8 {
            let wanted = text.uint64(at: rest.lowerBound &+ count)
            let difference = wanted ^ url.word(at: position &+ count)
            let stars = wanted.bytes(equalTo: UInt8(ascii: "*"))
            if difference | stars != 0 {
                return count &+ min(difference.trailingZeroBitCount, stars.trailingZeroBitCount) / 8
            }
            count &+= 8
        }
        return count
    }

    /// The next place from `start` where what stands behind a `*` may begin; the URL's end where
    /// there is none. What begins with a byte of its own begins nowhere but there.
    @inline(__always)
    private static func nextStart(
        _ text: ImageBytes, _ rest: Range<Int>, _ url: Span<UInt8>, _ start: Int
    ) -> Int {
        guard !rest.isEmpty else { return start }
        let wanted = text[rest.lowerBound]
        if wanted == UInt8(ascii: "*") { return start }
        var position = start
        if wanted == UInt8(ascii: "^") {
            while position < url.count, !isSeparator(url[position]) { position += 1 }
            return position
        }
        // The byte behind it, too, where it stands for itself.
        let second = rest.count > 1 ? text[rest.lowerBound + 1] : UInt8(ascii: "*")
        let isPair = second != UInt8(ascii: "^") && second != UInt8(ascii: "*")
        while position < url.count - 8 {
            var found = url.word(at: position).bytes(equalTo: wanted)
            if isPair { found &= url.word(at: position + 1).bytes(equalTo: second) }
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < url.count, url[position] != wanted { position += 1 }
        return position
    }

    /// When more bytes than these fitted in vain, the piece behind a `*` is searched for as a whole: that reads it
    /// first.
    private static let rereadBytesMax = 256

    /// The next place from `start` where the piece behind a `*` stands in the URL, or its end, where `nextStart` tries a
    /// long piece anew at each place that begins like it. There the piece is not tried again: what follows is
    /// another `*` or the end.
    @inline(never)
    private static func nextPiece(
        _ text: ImageBytes, _ rest: Range<Int>, _ url: Span<UInt8>, _ start: Int, isEndBound: Bool
    ) -> Int {
        let end = rest.first { text[$0] == UInt8(ascii: "*") }
        let piece = rest.lowerBound..<(end ?? rest.upperBound)
        guard !piece.isEmpty else { return start }
        var first = start
        if isEndBound, end == nil {
            // The last piece has one place only, but that each `^` at its end may stand for the URL's.
            first = max(start, url.count - piece.count)
        }
        // Each `^` at the end of the piece may stand behind the URL's end, other bytes may not.
        guard let last = piece.last(where: { text[$0] != UInt8(ascii: "^") }) else {
            return firstOfSeparators(piece.count, url, first)
        }
        let leastCount = last + 1 - piece.lowerBound
        guard first <= url.count - leastCount else { return url.count }
        if piece.contains(where: { text[$0] == UInt8(ascii: "^") }) {
            // No URL has room for more of them.
            let count = min(piece.count, leastCount + url.count)
            return PieceSearch(text, piece.prefix(count)).first(in: url, from: first)
        }
        return text.slice(piece.lowerBound, piece.count).withSpan { piece in
            url.firstIndex(of: piece, from: first) ?? url.count
        }
    }

    /// Where so many separators stand in the URL, or fewer at its end.
    private static func firstOfSeparators(_ count: Int, _ url: Span<UInt8>, _ start: Int) -> Int {
        var first = start
        var position = start
        while position < url.count, position - first < count {
            if !isSeparator(url[position]) { first = position + 1 }
            position += 1
        }
        return first
    }

    private static func accepts(_ wanted: UInt8, _ byte: UInt8) -> Bool {
        wanted == byte || (wanted == UInt8(ascii: "^") && isSeparator(byte))
    }

    static func isSeparator(_ byte: UInt8) -> Bool {
        let isWord = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
        return !isWord && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")
            && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "%") && byte < 0x80
    }
}
