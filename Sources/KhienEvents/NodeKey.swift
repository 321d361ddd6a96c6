import Crypto
import KhienModel

/// The node's key for keyed hashes: 32 random bytes in a file that only the daemon can read.
enum NodeKey {
    /// Reads the key, or makes it where there is none.
    static func load(path: String) throws(PosixFile.Failure) -> SymmetricKey {
        SymmetricKey(
            data: try KeyFile.load(path: path, byteCount: Limits.Events.keyBytes))
    }
}
