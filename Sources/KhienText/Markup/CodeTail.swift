import KhienModel

/// The end of a script's code, without its strings, comments and regular expressions: it tells whether the `)` that
/// stands last ends the condition of an `if` or a loop. Behind that a statement begins, and so a slash begins a
/// regular expression; behind any other `)` it divides.
///
/// It keeps the last `reachBytes` bytes at least, and looks at just so many, so that any split of the code gives the
/// same. What begins before them is taken for no condition.
struct CodeTail {
    /// How far back the begin of a condition is looked for.
    static let reachBytes = 256

    /// The code is `older` and then `newer[..<newerCount]`.
    private var older = InlineArray<256, UInt8>(repeating: 0)
    private var newer = InlineArray<256, UInt8>(repeating: 0)
    private var newerCount = 0
    private var hasOlder = false

    /// Begins with another script.
    mutating func reset() {
        newerCount = 0
        hasOlder = false
    }

    /// Code follows. Copies `reachBytes` of it at most.
    @inline(__always)
    mutating func append(_ code: Span<UInt8>) {
        let place = newerCount
        if code.count < Self.reachBytes - place {
            var room = newer.mutableSpan
            room.copy(code, at: place)
            newerCount = place + code.count
        } else {
            wrap(code)
        }
    }

    /// A comment stood here: it parts words.
    mutating func appendSpace() {
        let space: InlineArray<1, UInt8> = [0x20]
        append(space.span)
    }

    @inline(never)
    private mutating func wrap(_ code: Span<UInt8>) {
        var start = max(0, code.count - Self.reachBytes)
        while start < code.count {
            let place = newerCount
            let count = min(code.count - start, Self.reachBytes - place)
            var room = newer.mutableSpan
            room.copy(code.extracting(start..<start + count), at: place)
            newerCount = place + count
            start += count
            if newerCount == Self.reachBytes {
                older = newer
                hasOlder = true
                newerCount = 0
            }
        }
    }

    /// How many bytes may be looked at.
    private var count: Int { hasOlder ? Self.reachBytes : newerCount }

    /// The byte that stands so many before the end; 1 is the last. A space where there is none.
    private func byte(_ back: Int) -> UInt8 {
        if back > count { return 0x20 }
        let index = newerCount - back
        return index >= 0 ? newer[index] : older[index + Self.reachBytes]
    }

    /// Whether the `)` that the code ends with, but for white space, ends a condition.
    ///
    /// - Complexity: O(`reachBytes`).
    var endsCondition: Bool {
        var depth = 0
        var back = 1
        while back <= count {
            if byte(back) == UInt8(ascii: ")") { depth += 1 }
            if byte(back) == UInt8(ascii: "(") {
                depth -= 1
                if depth <= 0 { return depth == 0 && isCondition(before: back + 1) }
            }
            back += 1
        }
        return false
    }

    private static let keywords = ["if", "while", "for", "with"].map { Array($0.utf8.reversed()) }
    private static let awaited = Array("await".utf8.reversed())

    /// Whether what stands in front of a parenthesis is a word that a condition follows, and no name of a property.
    private func isCondition(before back: Int) -> Bool {
        var back = wordEnd(back)
        if isWord(Self.awaited, back) { back = wordEnd(back + Self.awaited.count) }
        return Self.keywords.contains { keyword in
            guard isWord(keyword, back) else { return false }
            let before = byte(wordEnd(back + keyword.count))
            return before != UInt8(ascii: ".") && byte(back + keyword.count) != UInt8(ascii: "#")
        }
    }

    /// Past white space.
    private func wordEnd(_ back: Int) -> Int {
        var back = back
        while back <= count, byte(back) <= 0x20 { back += 1 }
        return back
    }

    /// Whether a word, its last letter first, ends there.
    private func isWord(_ letters: [UInt8], _ back: Int) -> Bool {
        for (place, letter) in letters.enumerated() where byte(back + place) != letter {
            return false
        }
        return !byte(back + letters.count).isScriptName
    }
}

extension UInt8 {
    /// What names of JavaScript are made of.
    var isScriptName: Bool {
        isAlpha || isDigit || self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: "$")
    }
}
