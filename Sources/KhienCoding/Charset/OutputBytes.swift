// Writing UTF-8 into the caller's output.

/// U+FFFD in UTF-8, the first byte lowest, and its length in the highest byte.
let replacementCharacter: UInt32 = 0x03BD_BFEF

extension MutableSpan where Element == UInt8 {
    /// Writes a character of `singleByteTable`; four bytes at `position` are overwritten.
    @inline(__always)
    mutating func write(packed: UInt32, at position: inout Int) {
        store(packed, at: position)
        position &+= Int(packed &>> 24)
    }

    /// Writes a scalar value; four bytes at `position` are overwritten.
    @inline(__always)
    mutating func write(scalar: UInt32, at position: inout Int) {
        let tail = scalar & 0x3F | 0x80
        if scalar < 0x80 {
            store(scalar, at: position)
            position &+= 1
        } else if scalar < 0x800 {
            store(scalar &>> 6 | 0xC0 | tail &<< 8, at: position)
            position &+= 2
        } else if scalar < 0x10000 {
            let middle = (scalar &>> 6) & 0x3F | 0x80
            store(scalar &>> 12 | 0xE0 | middle &<< 8 | tail &<< 16, at: position)
            position &+= 3
        } else {
            let second = (scalar &>> 12) & 0x3F | 0x80
            let third = (scalar &>> 6) & 0x3F | 0x80
            store(
                scalar &>> 18 | 0xF0 | second &<< 8 | third &<< 16 | tail &<< 24, at: position)
            position &+= 4
        }
    }

    /// Writes U+FFFD; four bytes at `position` are overwritten.
    @inline(__always)
    mutating func writeReplacement(at position: inout Int) {
        write(packed: replacementCharacter, at: &position)
    }
}
