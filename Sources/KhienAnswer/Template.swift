import Crypto
import KhienModel

/// A page with places for values, compiled once.
///
///     {{name}}             the value, escaped for HTML
///     {{#name}} ... {{/name}}   only where the value is not empty
///     {{^name}} ... {{/name}}   only where it is empty
public struct Template: Sendable {
    /// What may stand in a template; a page of another name is refused.
    public enum Placeholder: String, Sendable, CaseIterable {
        case site, host, category, why, reference, contact, hotline, list
        case contactLink = "contact-link"
        case hotlineLink = "hotline-link"
        case orderNumber = "order-number"
        case orderAuthority = "order-authority"
        case orderBasis = "order-basis"
        case orderDate = "order-date"
        case orderContact = "order-contact"
        case orderContactLink = "order-contact-link"
        case continueLink = "continue-link"
        case continueMinutes = "continue-minutes"
        /// Not empty where a part of a form was sent before it was stopped.
        case partSent = "part-sent"
    }

    enum Part: Sendable {
        case text([UInt8])
        case value(Placeholder)
        /// The part after its end is the one at `end`.
        case section(Placeholder, isInverted: Bool, end: Int)
    }

    let parts: [Part]
    /// The value of `Content-Security-Policy`: nothing but the page's own styles, named by their
    /// hashes, and images inside the page.
    let securityPolicy: String

    /// The page with `values`; what has none is empty.
    func render(_ values: [Placeholder: String]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(12_288)
        var index = 0
        while index < parts.count {
            switch parts[index] {
            case .text(let bytes): result += bytes
            case .value(let name):
                result += HTMLText.escaped(
                    values[name] ?? "",
                    scalarsMax: name == .continueLink
                        ? Limits.Answer.continueLinkBytesMax : Limits.Answer.valueScalarsMax)
            case .section(let name, let isInverted, let end):
                if (values[name] ?? "").isEmpty != isInverted {
                    index = end
                    continue
                }
            }
            index += 1
        }
        return result
    }
}
