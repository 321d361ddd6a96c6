import Foundation
import Testing

/// The programs that these tests run: ours, as they were just built, and the system's.
enum Programs {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// `swift build --build-tests` builds the programs as well.
    static let khiend = root + "/.build/release/khiend"
    static let khien = root + "/.build/release/khien"

    static let nginx = find("nginx")
    static let curl = find("curl")
    static let openssl = find("openssl")
    static let chromium = find("chromium")
    static let brotli = find("brotli")
    static let zstd = find("zstd")
    static let gzip = find("gzip")
    static let iconv = find("iconv")

    private static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/bin"]
        return folders.map { $0 + "/" + name }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Nothing is left out in continuous integration: there, tests fail without these programs.
    static let areThere =
        isContinuousIntegration || (nginx != nil && curl != nil && openssl != nil)

    static let comment: Comment =
        "LEFT OUT: nginx, curl or openssl is not installed (scripts/setup test installs them)"

    static func require(_ program: String?, _ name: String) throws -> String {
        guard let program else { throw Failure("\(name) is not installed: scripts/setup test") }
        return program
    }
}
