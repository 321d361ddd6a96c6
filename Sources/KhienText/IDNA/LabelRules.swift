/// The rules that a label must obey in its Unicode form.
///
/// Source: UTS 46 section 4.1; RFC 5892 appendix A.1 and A.2; RFC 5893 section 2.
enum LabelRules {
    /// Checks the validity criteria of UTS 46 but the Bidi rule: NFC, no second `xn--`, no leading
    /// mark, only valid scalars, joiners in their contexts. `CheckHyphens` is false.
    static func check(_ label: Span<UInt32>) throws(HostError) {
        guard label.count > 0 else { return }
        if startsWithPrefix(label) || DomainProperties.isMark(label[0]) {
            throw .invalidLabelStart
        }
        for index in label.indices {
            let scalar = label[index]
            guard scalar != 0x2E, DomainProperties.isValid(scalar) else {
                throw .forbiddenScalar(scalar)
            }
            if scalar == 0x200C || scalar == 0x200D {
                guard mayJoin(label, at: index) else { throw .misplacedJoiner }
            }
        }
    }

    static func startsWithPrefix(_ label: Span<UInt32>) -> Bool {
        label.count >= 4 && label[0] == 0x78 && label[1] == 0x6E && label[2] == 0x2D
            && label[3] == 0x2D
    }

    /// RFC 5892: both joiners after a virama; the non-joiner also between letters that would join,
    /// transparent marks aside.
    private static func mayJoin(_ label: Span<UInt32>, at index: Int) -> Bool {
        guard index > 0 else { return false }
        if DomainProperties.isVirama(label[index - 1]) { return true }
        guard label[index] == 0x200C else { return false }
        var before = index - 1
        while before >= 0, DomainProperties.joiningType(label[before]) == .transparent {
            before -= 1
        }
        var after = index + 1
        while after < label.count, DomainProperties.joiningType(label[after]) == .transparent {
            after += 1
        }
        guard before >= 0, after < label.count else { return false }
        let left = DomainProperties.joiningType(label[before])
        let right = DomainProperties.joiningType(label[after])
        return (left == .left || left == .dual) && (right == .right || right == .dual)
    }

    /// Whether a label makes its domain a Bidi domain name.
    static func isRightToLeft(_ label: Span<UInt32>) -> Bool {
        // No such scalar is below U+0590; the generator checks it.
        for index in label.indices where label[index] >= 0x590 {
            switch DomainProperties.bidiClass(label[index]) {
            case .rightToLeft, .arabicLetter, .arabicNumber: return true
            default: continue
            }
        }
        return false
    }

    /// The Bidi rule of RFC 5893; its six conditions are numbered as there.
    static func obeysBidiRule(_ label: Span<UInt32>) -> Bool {
        guard label.count > 0 else { return true }
        let isRightToLeft: Bool
        switch DomainProperties.bidiClass(label[0]) {  // 1
        case .leftToRight: isRightToLeft = false
        case .rightToLeft, .arabicLetter: isRightToLeft = true
        default: return false
        }
        var hasEuropean = false
        var hasArabic = false
        var last = DomainProperties.BidiClass.other
        for index in label.indices {
            let bidi = DomainProperties.bidiClass(label[index])
            switch bidi {
            case .europeanNumber: hasEuropean = true
            case .europeanSeparator, .commonSeparator, .europeanTerminator, .otherNeutral,
                .boundaryNeutral:
                break
            case .nonspacingMark: continue  // does not count as the end in 3 and 6
            case .leftToRight where !isRightToLeft: break  // 5
            case .rightToLeft where isRightToLeft, .arabicLetter where isRightToLeft: break  // 2
            case .arabicNumber where isRightToLeft: hasArabic = true
            default: return false  // 2 and 5
            }
            last = bidi
        }
        if hasEuropean, hasArabic { return !isRightToLeft }  // 4
        switch last {
        case .europeanNumber: return true
        case .leftToRight: return !isRightToLeft  // 6
        case .rightToLeft, .arabicLetter, .arabicNumber: return isRightToLeft  // 3
        default: return false
        }
    }
}
