import KhienImage

/// The suffixes of a host, shortest first, each with its hash: `example`, `b.example`,
/// `a.b.example`. One walk serves the tables of hosts and of public suffixes.
struct HostWalk {
    /// Where each suffix begins in the text.
    private(set) var starts: [Int] = []
    private(set) var hashes: [UInt64] = []

    init() {
        starts.reserveCapacity(128)
        hashes.reserveCapacity(128)
    }

    var count: Int { starts.count }

    mutating func walk(_ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64) {
        starts.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        if host.isEmpty { return }
        var hash = KeyHash(seed: seed)
        var end = host.upperBound
        while true {
            var start = end
            while start > host.lowerBound, text[start - 1] != UInt8(ascii: ".") { start -= 1 }
            hash.add(text, start..<end)
            starts.append(start)
            hashes.append(hash.value)
            if start == host.lowerBound { return }
            end = start - 1
        }
    }
}

extension KeyTable {
    /// Where the registrable domain of a host begins: the public suffix and one label more; the
    /// host's start where there is no more.
    ///
    /// The table's keys are public suffixes; the number of a key's entries holds its rules' kinds:
    /// 1 exact, 2 wildcard, 4 exception, added up. Source: publicsuffix.org, "Algorithm".
    func registrableStart(_ walk: borrowing HostWalk, _ text: Span<UInt8>, hostEnd: Int) -> Int {
        guard walk.count > 0 else { return 0 }
        var suffix = 0
        for index in 0..<walk.count {
            let key = walk.starts[index]..<hostEnd
            guard let found = find(hash: walk.hashes[index], key: text, key) else { continue }
            let kinds = found.entries.count
            if kinds & 4 != 0 {
                suffix = index - 1
                break
            }
            if kinds & 1 != 0 { suffix = max(suffix, index) }
            if kinds & 2 != 0 { suffix = max(suffix, index + 1) }
        }
        return walk.starts[min(suffix + 1, walk.count - 1)]
    }
}
