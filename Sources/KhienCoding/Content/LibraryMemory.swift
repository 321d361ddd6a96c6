#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Counts what a C library allocates for one body, and refuses what is over a limit.
///
/// SAFETY: a block has its size in front of it, in 16 bytes so that the alignment stays that of
/// malloc. `Account` lives at one address from `init` to `deinit`; the owner ends the library's
/// state before it lets go of this object, so that no block outlives it.
@safe final class LibraryMemory {
    struct Account {
        var bytes = 0
        var peakBytes = 0
        let bytesMax: Int
        var wasRefused = false
    }

    private static let headerBytes = 16
    private let account: UnsafeMutablePointer<Account>

    init(bytesMax: Int) {
        unsafe account = .allocate(capacity: 1)
        unsafe account.initialize(to: Account(bytesMax: bytesMax))
    }

    deinit { unsafe account.deallocate() }

    /// What a library hands back to the functions below.
    var opaque: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(account) }
    var bytes: Int { unsafe account.pointee.bytes }
    var peakBytes: Int { unsafe account.pointee.peakBytes }
    /// Whether the library was refused memory.
    var wasRefused: Bool { unsafe account.pointee.wasRefused }

    static func allocate(
        _ opaque: UnsafeMutableRawPointer?, _ size: Int
    ) -> UnsafeMutableRawPointer? {
        guard let account = unsafe opaque?.assumingMemoryBound(to: Account.self) else { return nil }
        let left = unsafe account.pointee.bytesMax - account.pointee.bytes
        guard size <= left, let block = unsafe malloc(size + headerBytes) else {
            unsafe account.pointee.wasRefused = true
            return nil
        }
        unsafe block.storeBytes(of: size, as: Int.self)
        unsafe account.pointee.bytes += size
        unsafe account.pointee.peakBytes = max(account.pointee.peakBytes, account.pointee.bytes)
        return unsafe block + headerBytes
    }

    static func release(_ opaque: UnsafeMutableRawPointer?, _ address: UnsafeMutableRawPointer?) {
        guard let account = unsafe opaque?.assumingMemoryBound(to: Account.self),
            let address = unsafe address
        else { return }
        let block = unsafe address - headerBytes
        unsafe account.pointee.bytes -= block.load(as: Int.self)
        unsafe free(block)
    }
}
