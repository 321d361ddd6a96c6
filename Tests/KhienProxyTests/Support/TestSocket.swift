import Glibc
import KhienTestKit

/// A blocking TCP socket on loopback for tests. Every wait ends after `timeoutSeconds`.
final class TestSocket: @unchecked Sendable {
    private let descriptor: Int32
    /// Received and not taken yet.
    private(set) var unread: [UInt8] = []
    private(set) var sawEnd = false
    private(set) var sawReset = false

    static let timeoutSeconds = 20

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    /// Connects to 127.0.0.1.
    ///
    /// - Parameter client: the address to connect from; nil: the system's choice.
    convenience init(
        port: UInt16, from client: String? = nil, receiveBufferBytes: Int32? = nil
    ) throws {
        self.init(
            descriptor: try LoopbackSocket.connect(
                port: port, from: client, receiveBufferBytes: receiveBufferBytes))
    }

    deinit { Glibc.close(descriptor) }

    // MARK: sending

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes so that the peer gets RST.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Sends RST at once, and nothing before it: the end of this side cannot be taken for an end.
    func abort() {
        var address = sockaddr()
        address.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    // MARK: receiving

    /// Reads once; false at the end of input, at a reset or after the timeout.
    @discardableResult
    func receiveOnce(max: Int = 65_536) -> Bool {
        if sawEnd { return false }
        var chunk = [UInt8](repeating: 0, count: max)
        let count = recv(descriptor, &chunk, max, 0)
        if count > 0 {
            unread.append(contentsOf: chunk[..<count])
            return true
        }
        if count == 0 { sawEnd = true }
        if count < 0 && errno == ECONNRESET {
            sawReset = true
            sawEnd = true
        }
        return false
    }

    /// Takes exactly `count` bytes, or as many as come before the end.
    func take(_ count: Int) -> [UInt8] {
        while unread.count < count, receiveOnce() {}
        let part = Array(unread.prefix(count))
        unread.removeFirst(part.count)
        return part
    }

    /// Takes everything up to and with `mark`; everything there is where it does not come.
    func take(through mark: String) -> String {
        let mark = Array(mark.utf8)
        var searched = 0
        while true {
            if unread.count >= mark.count {
                for start in searched...(unread.count - mark.count)
                where unread[start..<start + mark.count].elementsEqual(mark) {
                    return String(decoding: take(start + mark.count), as: UTF8.self)
                }
                searched = unread.count - mark.count + 1
            }
            if !receiveOnce() { return String(decoding: take(unread.count), as: UTF8.self) }
        }
    }

    /// Takes everything up to the end of input.
    func takeAll() -> [UInt8] {
        while receiveOnce() {}
        return take(unread.count)
    }

    func takeAllText() -> String { String(decoding: takeAll(), as: UTF8.self) }

    /// Counts and forgets everything up to the end of input.
    func drain(upTo limit: Int = .max) -> Int {
        var total = unread.count
        unread = []
        while total < limit, receiveOnce(max: min(65_536, limit - total)) {
            total += unread.count
            unread = []
        }
        return total
    }

    /// Whether something (bytes or the end) arrives within the time.
    func hasInput(withinMilliseconds time: Int32) -> Bool {
        if !unread.isEmpty { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, time) > 0
    }

    /// Reads a response with `Content-Length` (or none): head and body.
    func takeResponse(isHead: Bool = false) -> (head: String, body: String) {
        let head = take(through: "\r\n\r\n")
        let lines = head.lowercased().split(separator: "\r\n")
        let length = lines.first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).filter(\.isNumber)) }
        let body = isHead ? [] : take(length ?? 0)
        return (head, String(decoding: body, as: UTF8.self))
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension sockaddr_in {
    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Sleeps the calling thread.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

/// Waits until `condition` holds, at most ten seconds.
func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<1_000 {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}
