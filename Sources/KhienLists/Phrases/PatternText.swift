import Foundation
import KhienText

/// An expression of a phrase list as it is tried on canonical text.
///
/// PCRE2 reads bytes there, so what people write as one letter must be one atom: letters are spelled
/// as canonical text spells them (folded, composed, the tone in its one place), a quantifier is for
/// the whole letter before it, and a class with letters outside of ASCII becomes a group of them.
struct PatternText {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var output: [UInt8] = []

    /// - Throws: `phrase.regex` for a class that cannot be written for bytes.
    static func canonical(_ pattern: [UInt8]) throws(LineFault) -> [UInt8] {
        if pattern.allSatisfy({ $0 < 0x80 }) { return pattern }
        guard let text = String(validating: pattern, as: UTF8.self) else {
            throw .rejected("phrase.regex", "the expression is not UTF-8")
        }
        var reader = PatternText(
            scalars: Array(text.precomposedStringWithCanonicalMapping.unicodeScalars))
        while let scalar = reader.next {
            if scalar == "\\" {
                reader.escape()
            } else if scalar == "[" {
                try reader.characterClass()
            } else if Self.isLetter(scalar) {
                reader.letters()
            } else {
                reader.copy()
            }
        }
        return reader.output
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Takes the next scalar as it is.
    private mutating func copy() {
        output += Array(String(scalars[index]).utf8)
        index += 1
    }

    private mutating func escape() {
        // An escaped letter outside of ASCII is that letter.
        if index + 1 < scalars.count, !scalars[index + 1].isASCII {
            index += 1
            return
        }
        copy()
        if next != nil { copy() }
    }

    /// A run of letters and digits; a quantifier behind it is for the last of them.
    private mutating func letters() {
        let start = index
        while let scalar = next, Self.isLetter(scalar) { index += 1 }
        guard scalars[start..<index].contains(where: { !$0.isASCII }) else {
            output += scalars[start..<index].flatMap { Array(String($0).utf8) }
            return
        }
        let isQuantified =
            !scalars[index - 1].isASCII
            && (next.map { "*+?{".unicodeScalars.contains($0) } ?? false)
        let end = isQuantified ? index - 1 : index
        output += Self.spelled(scalars[start..<end])
        if isQuantified { output += Self.grouped([Self.spelled(scalars[end..<index])]) }
    }

    /// `[àáx-z]` is `(?:[x-z]|à|á)`.
    private mutating func characterClass() throws(LineFault) {
        let start = index
        var ascii: [UInt8] = []
        var others: [[UInt8]] = []
        index += 1
        let isNegated = next == "^"
        if isNegated { index += 1 }
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", index + 1 < scalars.count, scalars[index + 1] == ":" {
                // `[:alpha:]`, to its end.
                repeat { take(&ascii) } while next != nil && scalars[index - 1] != "]"
                continue
            }
            if scalar == "\\", index + 1 < scalars.count, scalars[index + 1].isASCII {
                take(&ascii)
                take(&ascii)
                continue
            }
            if scalar == "\\" { index += 1 }
            guard let member = next, !member.isASCII else {
                take(&ascii)
                continue
            }
            let isRange =
                scalars[index - 1] == "-" && ascii.count > 1
                || index + 2 < scalars.count && scalars[index + 1] == "-"
                    && scalars[index + 2] != "]"
            if isRange || isNegated {
                throw .rejected(
                    "phrase.regex",
                    "letters outside of ASCII in ranges and in `[^...]`; name each in `[...]`")
            }
            others.append(Self.spelled(scalars[index...index]))
            index += 1
        }
        guard next == "]" else { throw .rejected("phrase.regex", "`[` without its `]`") }
        index += 1
        if others.isEmpty {
            output += scalars[start..<index].flatMap { Array(String($0).utf8) }
        } else {
            let first = ascii.isEmpty ? [] : [Array("[".utf8) + ascii + Array("]".utf8)]
            output += Self.grouped(first + others)
        }
    }

    private mutating func take(_ bytes: inout [UInt8]) {
        guard let scalar = next else { return }
        bytes += Array(String(scalar).utf8)
        index += 1
    }

    private static func grouped(_ alternatives: [[UInt8]]) -> [UInt8] {
        Array("(?:".utf8) + alternatives.joined(separator: "|".utf8) + Array(")".utf8)
    }

    /// Letters as canonical text has them; what folding turns into signs is escaped.
    private static func spelled(_ letters: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        var text: [UInt8] = []
        for letter in letters { text += Array(String(letter).utf8) }
        return TextFolder.canonical(text.span).flatMap { byte -> [UInt8] in
            byte < 0x80 && !byte.isAlphanumeric && byte != 0x20
                ? [UInt8(ascii: "\\"), byte] : [byte]
        }
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (self | 0x20) &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "0") < 10
    }
}
