/// One way to write a URL otherwise so that a browser, or the origin behind it, still reaches the
/// same host or resource.
///
/// What is not here, because it names another resource or the list's author said otherwise: other
/// case in a path, `;parameters` behind a `url` target, a parameter more behind a target with a
/// query, `+` for a space, `%u0061`, overlong UTF-8 (`%c0%af`), a trailing slash or dot in a path.
/// docs/LISTS.md section 9 tells users so.
public struct Disguise: Sendable {
    public var name: String
    /// Where the spelling is described, or was met.
    public var source: String
    public var outcome: Outcome
    private let apply: @Sendable (DisguisedTarget) -> String?

    /// What must become of a request for it.
    public enum Outcome: Sendable {
        case blocked
        /// No parser of browsers takes it either: it may also be refused as no URL.
        case blockedOrRefused
    }

    public init(
        _ name: String, _ source: String, _ outcome: Outcome = .blocked,
        _ apply: @escaping @Sendable (DisguisedTarget) -> String?
    ) {
        self.name = name
        self.source = source
        self.outcome = outcome
        self.apply = apply
    }

    /// The disguised URL; nil: this spelling does not exist for this target.
    public func spell(_ target: DisguisedTarget) -> String? { apply(target) }

    /// All of them. Names are unique.
    public static let all = frames + names + addresses + paths + tails

    static let whatwg = "URL Standard"
    static let safeBrowsing = "Safe Browsing, URLs and Hashing"
    static let fieldNotes = "met in filters of this field"
}

/// Small tools for spellings.
enum Spelling {
    private static let digits = Array("0123456789ABCDEF".unicodeScalars).map(Character.init)

    static func hex(_ byte: UInt8, upper: Bool = true) -> String {
        let text = String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        return upper ? text : text.lowercased()
    }

    /// `%XX` for each byte that `chosen` takes. Escapes that are there stay.
    static func escaped(
        _ text: String, upper: Bool = true, prefix: String = "%",
        _ chosen: (UInt8) -> Bool = { $0 != UInt8(ascii: "/") }
    ) -> String {
        var output = ""
        for byte in text.utf8 {
            if byte != UInt8(ascii: "%"), chosen(byte) {
                output += prefix + hex(byte, upper: upper)
            } else {
                output.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return output
    }

    /// The first byte that `chosen` takes as `%XX`; nil where there is none.
    static func firstEscaped(_ text: String, _ chosen: (UInt8) -> Bool) -> String? {
        var isDone = false
        let output = escaped(text, upper: false) { byte in
            if isDone || !chosen(byte) { return false }
            isDone = true
            return true
        }
        return isDone ? output : nil
    }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Every ASCII letter of a name but those of `xn--` labels as the scalar at the same distance
    /// from `base`; nil where nothing changes.
    static func shifted(_ name: String, letterA base: UInt32) -> String? {
        guard !name.contains("xn--") else { return nil }
        var output = ""
        for scalar in name.unicodeScalars {
            let isLetter = scalar.value &- 0x61 < 26
            guard isLetter, let other = Unicode.Scalar(base + scalar.value - 0x61) else {
                output.unicodeScalars.append(scalar)
                continue
            }
            output.unicodeScalars.append(other)
        }
        return output == name ? nil : output
    }

    /// `insert` after the first letter or digit of each label that is plain ASCII.
    static func sprinkled(_ name: String, _ insert: String) -> String? {
        guard !name.contains("xn--") else { return nil }
        return name.split(separator: ".").map { label in
            label.prefix(1) + insert + label.dropFirst()
        }.joined(separator: ".")
    }
}
