import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Tells systemd about the daemon's state, as `sd_notify(3)` does: datagrams to the socket that
/// `NOTIFY_SOCKET` names. Without one, every call does nothing.
///
/// Source: systemd's sd_notify(3), sections "Well-known assignments" and "Notes"; the protocol is
/// stable and meant to be spoken without libsystemd.
public struct SystemNotifier: Sendable {
    /// The socket's address; a leading `@` stands for the abstract namespace. Nil: nobody listens.
    private let path: String?
    /// How often the watchdog must hear from the daemon: half of `WATCHDOG_USEC`, as
    /// sd_watchdog_enabled(3) recommends; nil where no watchdog runs.
    public let watchdogInterval: Duration?

    /// - Parameter environment: the process's own, or a test's.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let path = environment["NOTIFY_SOCKET"] ?? ""
        self.path = path.hasPrefix("/") || path.hasPrefix("@") ? path : nil
        let ownsWatchdog = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        if let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text),
            microseconds > 0, ownsWatchdog
        {
            watchdogInterval = .microseconds(microseconds / 2)
        } else {
            watchdogInterval = nil
        }
    }

    public func ready(status: String) {
        send("READY=1\nSTATUS=\(Self.line(status))\nMAINPID=\(getpid())")
    }

    /// A reload begins; it ends with `ready`. Newer systemd (253, `Type=notify-reload`) needs the
    /// monotonic time to tell this message from an older one.
    public func reloading() {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=Reloading the lists")
    }

    public func stopping() { send("STOPPING=1\nSTATUS=Finishing what is open") }

    public func status(_ text: String) { send("STATUS=\(Self.line(text))") }

    public func watchdog() { send("WATCHDOG=1") }

    private static func line(_ text: String) -> String { text.replacing("\n", with: " ") }

    /// One datagram; a failure is not worth more than a lost message, which systemd's own time-outs
    /// handle.
    private func send(_ message: String) {
        guard let path else { return }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard var address = UnixAddress(path: path) else { return }
        let bytes = Array(message.utf8)
        // SAFETY: the address and the bytes live for the call.
        _ = unsafe address.withPointer { pointer, length in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sendto(
                    descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL),
                    pointer, length)
            }
        }
    }
}

/// The address of a Unix socket; `@name` is in Linux's abstract namespace.
struct UnixAddress {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// - Returns: nil where the path is empty or too long for the system (107 bytes).
    init?(path: String) {
        var bytes = Array(path.utf8)
        let capacity = 107
        guard !bytes.isEmpty, bytes.count <= capacity, !bytes.contains(0) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        let offset = MemoryLayout<sockaddr_un>.size - capacity - 1
        length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
        // SAFETY: at most 107 bytes into a field of 108 that is zero.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    /// Calls `body` with the address as the socket calls want it.
    mutating func withPointer<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let length = length
        // SAFETY: `sockaddr_un` may be read as `sockaddr` (POSIX); the pointer stays in the call.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, length)
            }
        }
    }
}
