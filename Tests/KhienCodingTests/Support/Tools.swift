import Foundation

/// Runs the real programs that tests take as judges, and reads the shared data.
enum Tools {
    /// What tests say when a program is not here.
    static let comment = "LEFT OUT: gzip, brotli, zstd, iconv or python3 is not installed"

    static let arePresent = ["gzip", "brotli", "zstd", "iconv", "python3"].allSatisfy { name in
        ["/usr/bin", "/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
            || (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
            }
    }

    struct Failed: Error { let command: [String] }

    /// The output of a program that reads `input` from a file as its standard input.
    static func run(_ command: [String], _ input: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "khien-coding-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return [UInt8](data)
    }

    static func python(_ program: String, _ input: [UInt8] = []) throws -> [UInt8] {
        let output = try run(["python3", "-c", program], input)
        guard !output.isEmpty || input.isEmpty else { throw Failed(command: [program]) }
        return output
    }
}

/// The folder of real data beside the repository.
enum TestData {
    static let comment: String = "LEFT OUT: the folder ../shared/data is not here"

    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The files of a packed folder of `texts` whose names end with one of `endings`.
    static func texts(_ name: String, _ endings: [String]) throws -> [[UInt8]] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "khien-texts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = Self.folder.appending(path: "texts/\(name).tar.zst").path
        let tar = try Tools.run(["zstd", "-dcq", archive], [])
        _ = try Tools.run(["tar", "x", "-C", folder.path], tar)
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var result: [(String, [UInt8])] = []
        while let file = files?.nextObject() as? URL {
            guard endings.contains(where: { file.path.hasSuffix($0) }) else { continue }
            result.append((file.path, [UInt8](try Data(contentsOf: file))))
        }
        return result.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// A generator of random numbers with a seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
