import KhienModel
import NIOCore

/// The addresses of names, for one event loop. One lookup runs for a name however many requests
/// wait for it; what was found is used for a while, and so is that nothing was found.
///
/// The table has sets of four entries: a name has its place in one set, found by a seeded hash, and
/// when a set is full its oldest finished entry makes room. So it never grows, and someone who
/// finds colliding names only makes the cache miss.
final class NameCache {
    private let resolver: any NameResolver
    private let loop: any EventLoop
    private let positiveTicks: UInt32
    private let negativeTicks: UInt32
    private let seed = UInt64.random(in: .min ... .max)
    private var entries: [Entry?]
    private var resolving = 0
    private(set) var lookups: UInt64 = 0

    private static let ways = 4
    private static let sets = Limits.Proxy.cachedNamesMax / ways

    typealias Waiter = (Result<[IPAddress], NameFailure>) -> Void

    /// One name.
    final class Entry {
        let name: [UInt8]
        /// In the order in which they are tried. Empty while resolving and when nothing was found.
        var addresses: [IPAddress] = []
        var failure: NameFailure?
        var expiresTick: UInt32 = 0
        /// Who waits for the running lookup; nil when none runs.
        var waiters: [Waiter]?

        init(name: [UInt8]) { self.name = name }
    }

    init(
        resolver: any NameResolver, loop: any EventLoop, positiveTicks: UInt32,
        negativeTicks: UInt32
    ) {
        self.resolver = resolver
        self.loop = loop
        self.positiveTicks = positiveTicks
        self.negativeTicks = negativeTicks
        entries = Array(repeating: nil, count: Self.sets * Self.ways)
    }

    /// The addresses of `name` if they are known and fresh; allocates nothing.
    func fresh(_ name: Span<UInt8>, now: UInt32) -> [IPAddress]? {
        guard let entry = find(name, in: firstSlot(of: name)) else { return nil }
        return entry.waiters == nil && entry.failure == nil && now < entry.expiresTick
            ? entry.addresses : nil
    }

    /// Calls `waiter` once, on the loop: at once where the answer is known, else after the lookup.
    func resolve(_ name: Span<UInt8>, now: UInt32, _ waiter: @escaping Waiter) {
        let slot = firstSlot(of: name)
        if let entry = find(name, in: slot) {
            if entry.waiters != nil {
                entry.waiters?.append(waiter)
                return
            }
            if now < entry.expiresTick {
                return waiter(entry.failure.map { .failure($0) } ?? .success(entry.addresses))
            }
            return start(entry, waiter, now: now)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.count)
        for index in name.indices { bytes.append(name[index]) }
        let entry = Entry(name: bytes)
        place(entry, in: slot, now: now)
        start(entry, waiter, now: now)
    }

    private func start(_ entry: Entry, _ waiter: @escaping Waiter, now: UInt32) {
        guard resolving < Limits.Proxy.resolvingNamesMax else {
            return waiter(.failure(.overloaded))
        }
        resolving += 1
        lookups += 1
        entry.waiters = [waiter]
        let bound = NIOLoopBound((cache: self, entry: entry), eventLoop: loop)
        resolver.resolve(String(decoding: entry.name, as: UTF8.self)) { result in
            let loop = bound.eventLoop
            loop.execute {
                let (cache, entry) = bound.value
                cache.finish(entry, result)
            }
        }
    }

    private func finish(_ entry: Entry, _ result: Result<[IPAddress], NameFailure>) {
        guard let waiters = entry.waiters else { return }
        resolving -= 1
        entry.waiters = nil
        var answer = result
        switch result {
        case .success(let addresses):
            entry.addresses = candidateOrder(addresses)
            entry.failure = entry.addresses.isEmpty ? .notFound : nil
            entry.expiresTick = currentTick() &+ positiveTicks
            answer = entry.failure.map { .failure($0) } ?? .success(entry.addresses)
        case .failure(let failure):
            entry.addresses = []
            entry.failure = failure
            entry.expiresTick = currentTick() &+ negativeTicks
        }
        for waiter in waiters { waiter(answer) }
    }

    /// The worker's clock; set once by the worker.
    var currentTick: () -> UInt32 = { 0 }

    private func firstSlot(of name: Span<UInt8>) -> Int {
        var hash = seed
        for index in name.indices {
            hash = (hash ^ UInt64(name[index])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
        }
        return Int(hash % UInt64(Self.sets)) * Self.ways
    }

    private func find(_ name: Span<UInt8>, in slot: Int) -> Entry? {
        for way in 0..<Self.ways {
            if let entry = entries[slot + way], Self.isEqual(entry.name, name) { return entry }
        }
        return nil
    }

    private static func isEqual(_ stored: [UInt8], _ name: Span<UInt8>) -> Bool {
        guard stored.count == name.count else { return false }
        for index in name.indices where stored[index] != name[index] { return false }
        return true
    }

    /// Puts a new entry into its set: into a free place, else in place of the finished entry that
    /// expires first. Where all four are being resolved it stays outside and is forgotten after
    /// use.
    private func place(_ entry: Entry, in slot: Int, now: UInt32) {
        var chosen: Int?
        for way in 0..<Self.ways {
            guard let old = entries[slot + way] else {
                chosen = slot + way
                break
            }
            guard old.waiters == nil else { continue }
            if let best = chosen, let known = entries[best], known.expiresTick <= old.expiresTick {
                continue
            }
            chosen = slot + way
        }
        if let chosen { entries[chosen] = entry }
    }
}
