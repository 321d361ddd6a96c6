import KhienModel

extension ValueParser where Value == Bool {
    static let boolean = ValueParser.scalar(
        "`true` or `false`", render: { $0 ? "true" : "false" }
    ) { (text, _) throws(ScalarFault) in
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: throw .shape
        }
    }

    /// The same, named as switches are.
    static let onOff = ValueParser(
        expected: "`on` or `off`", render: { $0 ? "on" : "off" },
        parse: { node, reader in
            if case .scalar(let text, _) = node.value {
                switch text {
                case "on", "On", "ON", "true", "True", "TRUE", "yes", "Yes", "YES": return true
                case "off", "Off", "OFF", "false", "False", "FALSE", "no", "No", "NO": return false
                default: break
                }
            }
            reader.report(
                node.isEmpty ? "no-value" : "wrong-type", at: node.location,
                "expected `on` or `off`, found \(node.kindName)")
            return nil
        })
}

extension ValueParser where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> ValueParser {
        .scalar(
            "a whole number from \(range.lowerBound) to \(range.upperBound)", render: { "\($0)" }
        ) { (text, _) throws(ScalarFault) in
            guard let (number, unit) = NumberText.split(text), unit.isEmpty,
                let whole = number.whole
            else { throw .shape }
            guard range.contains(whole) else { throw .range }
            return whole
        }
    }

    /// Bytes: a number with `B`, `KiB`, `MiB` or `GiB`, or none for bytes.
    static func size(_ range: ClosedRange<Int>) -> ValueParser {
        let render = NumberText.size
        return .scalar(
            "a size from \(render(range.lowerBound)) to \(render(range.upperBound)), like"
                + " \(render(min(65_536, range.upperBound)))", render: render
        ) { (text, _) throws(ScalarFault) in
            guard let (number, unit) = NumberText.split(text), let whole = number.whole,
                let scale = NumberText.sizeUnits.first(where: { $0.name == unit })?.bytes
            else { throw .shape }
            let (bytes, overflow) = whole.multipliedReportingOverflow(by: scale)
            guard !overflow, range.contains(bytes) else { throw .range }
            return bytes
        }
    }
}

extension ValueParser where Value == Duration {
    /// A number with `ms`, `s`, `m`, `h` or `d`.
    static func duration(_ range: ClosedRange<Duration>) -> ValueParser {
        let render = NumberText.duration
        return .scalar(
            "a duration from \(render(range.lowerBound)) to \(render(range.upperBound)),"
                + " like 30s (units: ms, s, m, h, d)", render: render
        ) { (text, _) throws(ScalarFault) in
            guard let (number, unit) = NumberText.split(text), let whole = number.whole,
                let scale = NumberText.durationUnits.first(where: { $0.name == unit })
            else { throw .shape }
            let (milliseconds, overflow) =
                whole.multipliedReportingOverflow(by: scale.milliseconds)
            guard !overflow, range.contains(.milliseconds(milliseconds)) else { throw .range }
            return .milliseconds(milliseconds)
        }
    }
}

extension ValueParser where Value == Percentage {
    static func percentage(_ range: ClosedRange<Int>) -> ValueParser {
        .scalar(
            "a percentage from \(range.lowerBound)% to \(range.upperBound)%, like 10%",
            render: { $0.description }
        ) { (text, _) throws(ScalarFault) in
            guard let (number, unit) = NumberText.split(text), unit == "%",
                let tenths = number.tenths
            else { throw .shape }
            let value = Percentage(tenths: tenths)
            guard tenths >= range.lowerBound * 10, tenths <= range.upperBound * 10 else {
                throw .range
            }
            return value
        }
    }
}

extension ValueParser where Value == String {
    /// Free text without control characters.
    static func text(_ what: String, bytesMax: Int = 512) -> ValueParser {
        .scalar(
            "\(what) (at most \(bytesMax) bytes)", render: { $0.isEmpty ? "empty" : "\"\($0)\"" }
        ) { (text, _) throws(ScalarFault) in
            guard text.utf8.count <= bytesMax else { throw .range }
            guard
                !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw .because("it contains control characters") }
            return text
        }
    }

    /// A word of ASCII letters, digits, `.`, `_` and `-`: names of lists and categories.
    static func word(_ what: String) -> ValueParser {
        .scalar(
            "\(what): letters, digits, `.`, `_` and `-`, at most \(Limits.Config.nameBytesMax)",
            render: { $0 }
        ) { (text, _) throws(ScalarFault) in
            guard !text.isEmpty, text.utf8.allSatisfy(AsciiText.isWordByte) else { throw .shape }
            guard text.utf8.count <= Limits.Config.nameBytesMax else { throw .range }
            return text
        }
    }

    /// A path; a relative one starts at the configuration's folder.
    static func path(_ what: String, bytesMax: Int = 4_095) -> ValueParser {
        .scalar("the path of \(what)", render: { $0 }) { (text, reader) throws(ScalarFault) in
            guard !text.isEmpty else { throw .because("it is empty") }
            guard !text.utf8.contains(0) else { throw .because("it contains a NUL") }
            let path = reader.resolve(text)
            guard path.utf8.count <= bytesMax else {
                throw .because("\"\(path)\" is longer than \(bytesMax) bytes")
            }
            return path
        }
    }

    /// A host name in ASCII form, lower case in the result; a trailing dot is dropped.
    static let hostName = ValueParser.scalar(
        "a host name in its ASCII form, like www.example.org", render: { $0 }
    ) { (text, _) throws(ScalarFault) in
        guard let name = AsciiText.hostName(text) else { throw .shape }
        return name
    }
}

extension ValueParser where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One word of a fixed set: the raw values.
    static func choice() -> ValueParser {
        let words = Value.allCases.map(\.rawValue)
        return .scalar(
            "one of: " + words.map { "`\($0)`" }.joined(separator: ", "), render: \.rawValue
        ) { (text, _) throws(ScalarFault) in
            if let value = Value(rawValue: text) { return value }
            guard let near = Spelling.nearest(to: text, among: words) else { throw .shape }
            throw .because("found \"\(DraftNode.excerpt(text))\"; did you mean `\(near)`?")
        }
    }
}
