import KhienImage
import KhienModel

/// The groups of an image while it is made. Groups of one name are one, whatever lists name them;
/// the lowest of their limits holds, and the lowest of what they take off at most: two numbers, of which neither
/// replaces the other.
struct GroupColumn {
    private var groups: [PhraseGroup] = []
    private var numbers: [String: UInt16] = [:]

    /// The number of a group; nil: there are as many as an image can hold, and it is none of them.
    mutating func number(of group: PhraseGroup) -> UInt16? {
        if let known = numbers[group.name] {
            let place = Int(known)
            groups[place].limit = Self.lower(groups[place].limit, group.limit)
            groups[place].relief = Self.lower(groups[place].relief, group.relief)
            return known
        }
        guard groups.count < Limits.Phrases.groupsMax else { return nil }
        let number = UInt16(groups.count)
        numbers[group.name] = number
        groups.append(group)
        return number
    }

    private static func lower(_ first: Int32?, _ second: Int32?) -> Int32? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    /// The groups' records; their names go to `text`.
    func words(_ text: inout [UInt8]) -> [UInt32] {
        var words: [UInt32] = []
        for group in groups {
            words += [
                UInt32(text.count), UInt32(group.name.utf8.count),
                UInt32(bitPattern: group.limit ?? group.relief ?? PhraseTable.noLimit),
                UInt32(bitPattern: group.limit == nil ? 0 : group.relief ?? 0),
            ]
            text += Array(group.name.utf8)
        }
        return words
    }
}

/// The windows of an image while it is made; equal sets are stored once.
struct WindowColumn {
    /// Two words a window.
    private(set) var words: [UInt32] = []
    private var numbers: [[PhraseWindow]: UInt16] = [:]

    /// The number of the first window of a set, that of an empty set being `PhraseTable.noWindow`; nil:
    /// an image has no room for it.
    mutating func number(of set: [PhraseWindow]) -> UInt16? {
        if set.isEmpty { return PhraseTable.noWindow }
        if let known = numbers[set] { return known }
        let first = words.count / 2
        guard first + set.count <= Limits.Phrases.windowsMax else { return nil }
        for (index, window) in set.enumerated() {
            let more: UInt32 = index + 1 < set.count ? 1 : 0
            words += [
                UInt32(window.days) | more << 8 | UInt32(window.firstMinute) << 16,
                UInt32(window.lastMinute),
            ]
        }
        numbers[set] = UInt16(first)
        return UInt16(first)
    }
}
