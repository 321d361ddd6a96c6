import KhienModel

/// The current origin of a zone file: what names without a final dot go on with.
///
/// Source: RFC 1035 section 5.1.
struct ZoneOrigin {
    /// In lower case; empty: the zone's own name, which nothing has said.
    private(set) var name: [UInt8] = []

    var isKnown: Bool { !name.isEmpty }

    /// The name in `range`, in lower case, with the origin behind it unless it ends in a dot; `@` alone where
    /// the origin is not known.
    func whole(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        if range.count == 1, line[range.lowerBound] == Byte.at {
            return name.isEmpty ? [Byte.at] : name
        }
        var whole = line.copy(range).map(Byte.lowered)
        if whole.last == Byte.dot || name.isEmpty { return whole }
        whole.append(Byte.dot)
        if name != [Byte.dot] { whole += name }
        return whole
    }

    /// Takes the name that a `$ORIGIN` gives.
    ///
    /// - Parameter hasStart: whether the zone's SOA record has been read. Before it the first origin may lack
    ///   its dot.
    /// - Returns: false: the name is one that no name can have (`Limits.Lists.originBytesMax`), and no name
    ///   below it is inside a zone.
    mutating func set(_ new: [UInt8], hasStart: Bool) -> Bool {
        guard new.count <= Limits.Lists.originBytesMax else {
            name = [Byte.dot, Byte.dot]
            return false
        }
        if new == [Byte.at] { return true }
        name = new
        if name.last != Byte.dot, !hasStart { name.append(Byte.dot) }
        return true
    }

    /// Takes the owner of the SOA record where no origin has been given.
    mutating func begin(at owner: [UInt8]) {
        if name.isEmpty { name = owner }
    }
}
