/// What UTS 46 and the rules for labels say of a scalar, read from the generated tables.
enum DomainProperties {
    /// What becomes of a scalar in a domain name (UTS 46 section 5, non-transitional: the deviation
    /// characters are valid).
    enum Mapping {
        case valid
        case disallowed
        case ignored
        case one(UInt32)
        /// A range of `idnaPool`.
        case sequence(Range<Int>)
    }

    enum BidiClass: UInt8 {
        case other, leftToRight, rightToLeft, arabicLetter, arabicNumber, europeanNumber
        case europeanSeparator, commonSeparator, europeanTerminator, otherNeutral
        case boundaryNeutral, nonspacingMark
    }

    enum JoiningType: UInt8 {
        case nonJoining, causing, dual, right, left, transparent
    }

    static func mapping(_ scalar: UInt32) -> Mapping {
        // The generator checks that the table says the same of ASCII.
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? .one(scalar + 0x20) : .valid }
        let index = idnaRunStarts.lastIndex(atMost: scalar, shift: 0, mask: 0xFF_FFFF)
        // The first run starts at zero, so there always is one; a gap would be disallowed.
        guard index >= 0 else { return .disallowed }
        let distance = scalar - idnaRunStarts[index] & 0xFF_FFFF
        let value = idnaRunValues[index]
        switch idnaRunStarts[index] >> 24 {
        case 0: return .valid
        case 2: return .ignored
        case 3: return .one(scalar &+ value)
        case 4:
            let length = Int(value & 0xFF)
            let offset = Int(value >> 8) + Int(distance) * length
            return .sequence(offset..<offset + length)
        case 5: return distance & 1 == 0 ? .one(scalar + 1) : .valid
        default: return .disallowed
        }
    }

    static func isValid(_ scalar: UInt32) -> Bool {
        if case .valid = mapping(scalar) { return true }
        return false
    }

    static func bidiClass(_ scalar: UInt32) -> BidiClass {
        BidiClass(rawValue: UInt8(properties(scalar) & 15)) ?? .other
    }

    static func joiningType(_ scalar: UInt32) -> JoiningType {
        JoiningType(rawValue: UInt8(properties(scalar) >> 5 & 7)) ?? .nonJoining
    }

    /// Whether the general category is Mark.
    static func isMark(_ scalar: UInt32) -> Bool { properties(scalar) & 16 != 0 }

    /// Whether the scalar is a virama (combining class 9).
    static func isVirama(_ scalar: UInt32) -> Bool { NormalFormC.combiningClass(scalar) == 9 }

    private static func properties(_ scalar: UInt32) -> UInt32 {
        let index = domainRuns.lastIndex(atMost: scalar, shift: 11, mask: .max)
        return index < 0 ? 0 : domainRuns[index] & 0x7FF
    }
}
