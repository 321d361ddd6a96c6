import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Asks a running daemon over its control socket; blocking, for the tool.
public enum ControlClient {
    /// Sends `request` and reads the answer to its end.
    ///
    /// - Parameter timeout: the longest silence, seconds; a reload may take minutes.
    /// - Throws: `ServiceError` where nobody answers.
    public static func ask(
        _ request: ControlRequest, path: String, timeout: Int = 900
    ) throws(ServiceError) -> [UInt8] {
        let descriptor = try connect(path: path)
        defer { close(descriptor) }
        // SAFETY: each call below reads or writes a value or array that lives for the call.
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var line = ControlCoding.encode(request).filter { $0 != UInt8(ascii: "\n") }
        line.append(UInt8(ascii: "\n"))
        let sent = unsafe line.withUnsafeBytes { buffer in
            unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == line.count else { throw failure(path, "cannot be written to") }
        return try readAll(descriptor, path)
    }

    /// Whether somebody accepts connections at `path`.
    static func isAnswered(path: String) -> Bool {
        do throws(ServiceError) {
            close(try connect(path: path))
            return true
        } catch {
            return false
        }
    }

    private static func connect(path: String) throws(ServiceError) -> Int32 {
        guard var address = UnixAddress(path: path) else {
            throw ServiceError(
                "control.path", file: path, "is not a socket path of 1 to 107 bytes")
        }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(path, "no socket") }
        let result = unsafe address.withPointer { pointer, length in
            unsafe Glibc.connect(descriptor, pointer, length)
        }
        guard result == 0 else {
            let error = failure(path, "no daemon answers there")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func readAll(
        _ descriptor: Int32, _ path: String
    ) throws(ServiceError) -> [UInt8] {
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "no answer") }
            if count == 0 { return answer }
            answer += part[..<count]
        }
    }

    private static func failure(_ path: String, _ what: String) -> ServiceError {
        let reason = unsafe String(cString: strerror(errno))
        return ServiceError("control.unreachable", file: path, "\(what): \(reason)")
    }
}
