import KhienCompiler
import KhienModel
import KhienPolicy
import Testing

/// What `EntryForce.includes` says holds of real verdicts: whatever else is met, whenever it is.
@Suite struct EntryForceTests {
    /// An entry by what it says: attributes and dates.
    struct Said: Hashable {
        var attributes: EntryAttributes
        var dates: Range<Int64>?

        var force: EntryForce {
            EntryForce(
                attributes,
                order: dates.map { dates in
                    Order(
                        number: "1",
                        effective: dates.lowerBound == .min
                            ? nil : UnixTime(seconds: dates.lowerBound),
                        expires: dates.upperBound == .max
                            ? nil : UnixTime(seconds: dates.upperBound))
                })
        }

        func hit(_ number: UInt32, at now: Int64) -> Hit {
            Hit(
                entry: EntryIndex(number), attributes: attributes, layer: .host, view: .lookup,
                isInForce: dates?.contains(now) ?? true)
        }
    }

    static let kinds: [Said] = {
        var kinds: [Said] = []
        for action in Action.allCases {
            for (authority, isAdblock, isImportant) in [
                (Authority.authority, false, false), (.operator, false, false),
                (.operator, true, false), (.operator, true, true),
            ] {
                kinds.append(
                    Said(
                        attributes: EntryAttributes(
                            kind: .domain, action: action, authority: authority,
                            isImportant: isImportant, isAdblock: isAdblock)))
            }
        }
        return kinds
    }()

    /// All that can be said, orders with dates among it.
    static let all: [Said] = {
        var all = kinds
        for dates: Range<Int64> in [.min..<200, 100..<Int64.max, 100..<200, 150..<250] {
            for said in kinds where said.attributes.authority == .authority {
                all.append(Said(attributes: said.attributes, dates: dates))
            }
        }
        return all
    }()

    /// Whether leaving `narrow` out changes no verdict while `wide` is there.
    static func isRedundant(_ narrow: Said, beside wide: Said) -> Bool {
        let contexts: [[Said]] =
            [[]] + kinds.map { [$0] }
            + kinds.flatMap { first in
                kinds.map { [first, $0] }
            }
        var times: Set<Int64> = [0]
        for dates in [narrow.dates, wide.dates].compactMap({ $0 }) {
            if dates.lowerBound > .min {
                times.formUnion([dates.lowerBound - 1, dates.lowerBound])
            }
            // The greatest number stands for no end: nothing is asked there.
            if dates.upperBound < .max {
                times.formUnion([dates.upperBound - 1, dates.upperBound])
            }
        }
        for now in times {
            for context in contexts {
                let others = ([wide] + context).enumerated().map { index, said in
                    said.hit(UInt32(index), at: now)
                }
                let with = others + [narrow.hit(9, at: now)]
                if Precedence.decide(with.span).verdict != Precedence.decide(others.span).verdict {
                    return false
                }
            }
        }
        return true
    }

    @Test func includesMeansThatNoVerdictChanges() {
        var included = 0
        for wide in Self.all {
            for narrow in Self.all where wide.force.includes(narrow.force) {
                included += 1
                #expect(
                    Self.isRedundant(narrow, beside: wide),
                    "\(wide) is said to include \(narrow)")
            }
        }
        #expect(included > Self.all.count)
    }

    /// Nothing is overlooked among rules that block, warn or monitor. (A rule beside an exception that
    /// lifts it is redundant too; that is not an overlap.)
    @Test func whatChangesNoVerdictIsIncluded() {
        let rules = Self.all.filter { $0.attributes.action != .allow }
        for wide in rules {
            for narrow in rules where Self.isRedundant(narrow, beside: wide) {
                #expect(wide.force.includes(narrow.force), "\(wide) includes \(narrow)")
            }
        }
    }
}
