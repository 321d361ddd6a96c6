/// What the origins of a zone have in common, in whole labels.
///
/// Where the names of registries are known, it is the zone's name, or begins with the end of its triggers, only if
/// it is an origin itself, begins with a registry's name, or at least half of the labels that stand right before it
/// are such: a private `lan` among them changes nothing. Else the origin of the fewest labels is taken, of several
/// the first one. In which order they stand says nothing but that.
struct CommonOrigin {
    /// With its final dot; empty: there is no origin.
    private(set) var name: [UInt8] = []
    private(set) var firstLine: UInt32?
    /// The line of the last origin that is neither the name before it nor below that; nil: there is none.
    private(set) var differsAt: UInt32?

    private let registries: TopLevelNames?
    /// Whether one of the origins is the name itself.
    private var isOrigin = true
    private var shortest: [UInt8] = []
    /// The labels right before the name, those that triggers may end in and others. Of each no more are kept than
    /// registries can outvote.
    private var endings: Set<[UInt8]> = []
    private var others: Set<[UInt8]> = []

    /// What to take for the zone's name.
    struct Choice {
        var name: [UInt8]
        /// It begins with a registry's name, in which triggers end, and so may be below the zone's.
        var mayBeBelow: Bool
        /// Half of the labels right before it, or more, are registries' names, which only those of countries, of two
        /// letters, have below them (`com.vn`). So it begins with no registry's name, but with one that is the same.
        var holdsRegistries: Bool
    }

    init(registries: TopLevelNames?) { self.registries = registries }

    /// Shortens the name to the labels that it has in common with `origin`; where there are none it stays. The
    /// root says nothing: all names are below it.
    mutating func take(_ origin: [UInt8], _ line: UInt32) {
        if origin == [Byte.dot] { return }
        if name.isEmpty {
            name = origin
            shortest = origin
            firstLine = line
            return
        }
        let shared = Self.sharedCount(name, origin)
        if shared == 0 { return }
        if shared < name.count {
            differsAt = line
            endings.removeAll()
            others.removeAll()
            addLabel(name, above: shared)
            name.removeFirst(name.count - shared)
            isOrigin = false
        }
        if shared < origin.count { addLabel(origin, above: shared) } else { isOrigin = true }
        if Self.labelCount(origin) < Self.labelCount(shortest) { shortest = origin }
    }

    /// Nil where no registries are known, or no origins.
    var chosen: Choice? {
        guard let registries, !name.isEmpty else { return nil }
        let isMost = endings.count >= others.count
        let mayBeBelow = registries.contains(Self.firstLabel(name))
        // A name of registries' names alone is none that a zone has.
        let isOfZone = !mayBeBelow || registries.withoutFirst(of: name) != name
        let isCommon = isOrigin || isOfZone && (isMost || mayBeBelow)
        let taken = isCommon ? name : shortest
        let label = Self.firstLabel(taken)
        return Choice(
            name: taken,
            mayBeBelow: registries.contains(label),
            holdsRegistries: isCommon && isMost && !endings.isEmpty && label.count > 2)
    }

    private mutating func addLabel(_ name: [UInt8], above count: Int) {
        guard let registries else { return }
        let above = name.dropLast(count + 1)
        let dot = above.lastIndex(of: Byte.dot)
        let label = above[(dot.map { $0 + 1 } ?? above.startIndex)...]
        if registries.mayEndTrigger(label) {
            if endings.count <= registries.count { endings.insert(Array(label)) }
        } else if others.count <= registries.count {
            others.insert(Array(label))
        }
    }

    private static func firstLabel(_ name: [UInt8]) -> ArraySlice<UInt8> {
        name.prefix { $0 != Byte.dot }
    }

    private static func labelCount(_ name: [UInt8]) -> Int { name.count { $0 == Byte.dot } }

    /// How many bytes two names have in common at their ends, in whole labels, both dots included.
    private static func sharedCount(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let most = min(left.count, right.count)
        var count = 0
        var shared = 0
        while count < most, left[left.count - 1 - count] == right[right.count - 1 - count] {
            // The dot at the end of both ends nothing.
            if count > 0, left[left.count - 1 - count] == Byte.dot { shared = count }
            count += 1
        }
        let isLabel = [left, right].allSatisfy {
            $0.count == count || $0[$0.count - 1 - count] == Byte.dot
        }
        return count > 1 && isLabel ? count : shared
    }
}

extension TopLevelNames {
    /// Whether a trigger may end in the label: a registry's name, or `rpz-ip` and its like.
    func mayEndTrigger(_ label: ArraySlice<UInt8>) -> Bool {
        contains(label) || label.starts(with: "rpz-".utf8)
    }

    /// An origin without the registries' names that it begins with; one of nothing else stays.
    func withoutFirst(of origin: [UInt8]) -> [UInt8] {
        let labels = origin.dropLast().split(separator: Byte.dot)
        guard let first = labels.first(where: { !contains($0) }) else { return origin }
        return Array(origin[first.startIndex...])
    }
}
