import KhienCompiler
import KhienLists
import KhienModel

/// What must hold for a file of the cache of parsed lists, whatever the bytes, its checksum left out of
/// account: it is refused, or it is a list that can be written, read and compiled.
///
/// The input patches the file of a small list: three bytes each, place (u16) and value.
public enum CacheInvariants {
    private static let key = [UInt8](repeating: 7, count: 32)

    /// The file of a list with every kind of entry that is kept.
    public static let seed: [UInt8] = {
        let text = """
            ||ads.test^
            ||x.test^$script,domain=a.test|~b.a.test,denyallow=c.test
            @@||a.test/x$important
            /ban+er/$third-party
            0.0.0.0 host.test
            ||bad host^
            """
        var options = ListParser.Options()
        options.format = .adblock
        let list = ListParser.parse(
            Array(text.utf8), name: "list", path: "list.txt", options: options)
        return CachedList.encode(list, key: key) ?? []
    }()

    public static func check(_ bytes: [UInt8]) -> String? {
        var file = seed
        if file.isEmpty { return "the seed was not kept" }
        for start in stride(from: 0, to: bytes.count - 2, by: 3) {
            let place = Int(bytes[start]) | Int(bytes[start + 1]) << 8
            file[place % file.count] = bytes[start + 2]
        }
        if file != seed, CachedList.decode(file, key: key) != nil {
            return "a changed file was taken"
        }
        guard let list = CachedList.decode(file, key: key, checksSum: false) else { return nil }
        guard let again = CachedList.encode(list, key: key) else { return "not kept again" }
        guard let second = CachedList.decode(again, key: key),
            CachedList.encode(second, key: key) == again
        else { return "not the same when it is written and read" }
        do {
            _ = try Compiler.compile([SourceList(list)], suffixes: nil)
        } catch {
            // More of something than an image holds: said, not suffered.
            return nil
        }
        return nil
    }
}
