import KhienModel

/// What the decoders of one event loop hold together, so that many bodies with large windows do not take
/// all memory.
///
/// Only br and zstd are counted: their windows are chosen by who sends. gzip and deflate take 48 KiB at
/// most, which the number of bodies that are read bounds.
///
/// What a decoder holds is asked after each of its steps, not in front of it: one step of one decoder
/// may be past the limits (by 33 MiB at most), and that decoder is used no more.
public final class DecoderMemory {
    private let bytesMax: Int
    private let perClientBytesMax: Int
    /// What all decoders hold.
    public private(set) var bytes = 0
    private var bytesOfClients: [IPAddress: Int] = [:]

    public init(
        bytesMax: Int = Limits.Coding.sharedMemoryBytesMax,
        perClientBytesMax: Int = Limits.Coding.sharedMemoryPerClientBytesMax
    ) {
        self.bytesMax = bytesMax
        self.perClientBytesMax = perClientBytesMax
    }

    /// What the bodies of one client hold.
    public func bytes(of client: IPAddress) -> Int { bytesOfClients[client, default: 0] }

    /// - Returns: which limit is passed; then nothing is counted.
    fileprivate func grow(by more: Int, for client: IPAddress) -> ContentError.Code? {
        // Its own share first: who has used that up is refused, also where others have used up the rest.
        let own = bytesOfClients[client, default: 0]
        guard more <= perClientBytesMax - own else { return .clientMemoryOverLimit }
        guard more <= bytesMax - bytes else { return .sharedMemoryOverLimit }
        bytes += more
        bytesOfClients[client] = own + more
        return nil
    }

    fileprivate func shrink(by less: Int, for client: IPAddress) {
        bytes -= less
        let own = bytesOfClients[client, default: 0] - less
        bytesOfClients[client] = own > 0 ? own : nil
    }
}

/// One body's part of it; given back when the body's decoder goes.
public final class DecoderShare {
    private let memory: DecoderMemory
    private let client: IPAddress
    private var bytes = 0

    public init(of memory: DecoderMemory, for client: IPAddress) {
        self.memory = memory
        self.client = client
    }

    deinit { memory.shrink(by: bytes, for: client) }

    /// The body's decoders hold so much now.
    ///
    /// - Returns: which limit that is past.
    func hold(_ now: Int) -> ContentError.Code? {
        if now == bytes { return nil }
        if now < bytes {
            memory.shrink(by: bytes - now, for: client)
        } else if let passed = memory.grow(by: now - bytes, for: client) {
            return passed
        }
        bytes = now
        return nil
    }
}
