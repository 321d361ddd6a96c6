import KhienEvents
import KhienImage
import KhienModel

/// The key of confidential lists, in a file that only the daemon can read: `lists.key` in the state
/// folder. Whoever has an image and this file can try guesses at its targets; whoever has the image
/// alone cannot.
public enum ListKeyFile {
    /// Reads the key.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: `ServiceError` where the file is no key, or others than its owner may read it.
    public static func read(_ path: String) throws(ServiceError) -> ListKey? {
        do throws(KeyFile.Fault) {
            return try key(path, makesIt: false)
        } catch {
            if error.isMissing { return nil }
            throw fault(path, error)
        }
    }

    /// Reads the key, or makes it where there is none.
    public static func readOrMake(_ path: String) throws(ServiceError) -> ListKey {
        do throws(KeyFile.Fault) {
            if let key = try key(path, makesIt: true) { return key }
        } catch {
            throw fault(path, error)
        }
        throw ServiceError("key.unusable", file: path, "is not a key")
    }

    private static func key(_ path: String, makesIt: Bool) throws(KeyFile.Fault) -> ListKey? {
        ListKey(
            bytes: try KeyFile.bytes(
                path: path, byteCount: ListKey.byteCount, makesIt: makesIt))
    }

    private static func fault(_ path: String, _ fault: KeyFile.Fault) -> ServiceError {
        ServiceError(
            "key.unusable", file: path,
            "the key of confidential lists cannot be used: \(fault.description)")
    }
}
