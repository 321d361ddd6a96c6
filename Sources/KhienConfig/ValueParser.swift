import KhienModel

/// How one kind of value is read, named in messages, and written in the documentation.
struct ValueParser<Value: Sendable>: Sendable {
    /// The shape in words, as it completes "expected ...": `a duration from 1s to 1h, like 30s`.
    let expected: String
    /// The value as one would type it.
    let render: @Sendable (Value) -> String
    /// nil after a fault has been reported.
    let parse: @Sendable (DraftNode, inout ConfigurationReader) -> Value?
}

/// Why a scalar was not taken.
enum ScalarFault: Error {
    /// Not of the expected shape.
    case shape
    /// Of the right shape, out of bounds.
    case range
    /// A nearer explanation, a clause: `port 0 is no port`.
    case because(String)
}

extension ValueParser {
    /// A value that is one scalar; `read` gets its text.
    static func scalar(
        _ expected: String, render: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (String, ConfigurationReader) throws(ScalarFault) -> Value
    ) -> ValueParser {
        ValueParser(expected: expected, render: render) { node, reader in
            let expected = expected + reader.alternative
            guard case .scalar(let text, _) = node.value else {
                reader.report(
                    node.isEmpty ? "no-value" : "wrong-type", at: node.location,
                    "expected \(expected), found \(node.kindName)")
                return nil
            }
            do throws(ScalarFault) {
                return try read(text, reader)
            } catch {
                switch error {
                case .shape:
                    reader.report(
                        "wrong-type", at: node.location,
                        "expected \(expected), found \(node.kindName)")
                case .range:
                    reader.report(
                        "out-of-range", at: node.location,
                        "expected \(expected); \(node.kindName) is outside")
                case .because(let clause):
                    reader.report(
                        "invalid", at: node.location, "expected \(expected), but \(clause)")
                }
                return nil
            }
        }
    }

    /// The same value, or nothing: `none`.
    func orNone(_ word: String = "none") -> ValueParser<Value?> {
        let inner = self
        return ValueParser<Value?>(
            expected: "\(expected), or `\(word)`",
            render: { value in value.map(inner.render) ?? word },
            parse: { node, reader in
                if case .scalar(word, quoted: false) = node.value { return .some(nil) }
                reader.alternative = ", or `\(word)`"
                defer { reader.alternative = "" }
                return inner.parse(node, &reader).map { .some($0) }
            })
    }

    /// A list of such values, each at most once.
    func list(atLeast minimum: Int = 0) -> ValueParser<[Value]> where Value: Hashable {
        let inner = self
        let expected = "a list of: \(self.expected)"
        return ValueParser<[Value]>(
            expected: expected,
            render: { "[" + $0.map(inner.render).joined(separator: ", ") + "]" },
            parse: { node, reader in
                guard let nodes = node.elements(expected: expected, &reader) else { return nil }
                guard nodes.count >= minimum else {
                    reader.report(
                        "out-of-range", at: node.location, "expected \(expected); found none")
                    return nil
                }
                var seen: Set<Value> = []
                var result: [Value] = []
                for element in nodes {
                    guard let value = inner.parse(element, &reader) else { continue }
                    if seen.insert(value).inserted {
                        result.append(value)
                    } else {
                        reader.report(
                            "duplicate", at: element.location,
                            "\(element.kindName) stands twice in this list")
                    }
                }
                return result.count == nodes.count ? result : nil
            })
    }
}

extension DraftNode {
    var isEmpty: Bool {
        if case .empty = value { return true }
        return false
    }

    /// The elements of a list; nil after a fault has been reported.
    func elements(
        expected: String, limit: Int = Limits.Config.elementsMax,
        _ reader: inout ConfigurationReader
    ) -> [DraftNode]? {
        guard case .sequence(let nodes) = value else {
            reader.report(
                isEmpty ? "no-value" : "wrong-type", at: location,
                "expected \(expected), found \(kindName)")
            return nil
        }
        guard nodes.count <= limit else {
            reader.report(
                "out-of-range", at: location,
                "a list of \(nodes.count) elements; the limit is \(limit)")
            return nil
        }
        return nodes
    }
}
