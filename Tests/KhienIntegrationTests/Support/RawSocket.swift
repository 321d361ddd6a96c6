import Glibc
import KhienTestKit

/// A blocking TCP connection on loopback. Every wait has an end.
final class RawSocket: @unchecked Sendable {
    // SAFETY (Sendable): used by one thread at a time; handed over, never shared.
    private let descriptor: Int32
    /// Received and not taken yet.
    private var unread: [UInt8] = []
    private(set) var sawEnd = false

    init(descriptor: Int32, seconds: Int = 20) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    /// Connects to 127.0.0.1.
    ///
    /// - Parameter client: the address to connect from; nil: the system's choice.
    convenience init(
        port: UInt16, from client: String? = nil, receiveBufferBytes: Int32? = nil,
        seconds: Int = 20
    ) throws {
        self.init(
            descriptor: try LoopbackSocket.connect(
                port: port, from: client, receiveBufferBytes: receiveBufferBytes),
            seconds: seconds)
    }

    deinit { Glibc.close(descriptor) }

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

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Reads once; false at the end, at a reset or after the time.
    @discardableResult
    func receiveOnce(bytesMax: Int = 65_536) -> Bool {
        if sawEnd { return false }
        let chunk = [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, bytesMax, 0))
        }
        sawEnd = chunk.isEmpty
        unread += chunk
        return !chunk.isEmpty
    }

    /// Whether bytes or an end are here.
    var hasInput: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return !unread.isEmpty || poll(&watched, 1, 0) > 0
    }

    /// Takes `count` bytes, or as many as come.
    func take(_ count: Int) -> [UInt8] {
        while unread.count < count, receiveOnce() {}
        let part = Array(unread.prefix(count))
        unread.removeFirst(part.count)
        return part
    }

    /// Takes everything up to and with the end of a head; nil where it does not come.
    func takeHead() -> String? {
        var searched = 0
        while true {
            var index = searched
            while index + 4 <= unread.count {
                if unread[index] == 13, unread[index + 1] == 10, unread[index + 2] == 13,
                    unread[index + 3] == 10
                {
                    return String(decoding: take(index + 4), as: UTF8.self)
                }
                index += 1
            }
            searched = max(0, unread.count - 3)
            if !receiveOnce() { return nil }
        }
    }

    /// Takes the line before a chunk; nil where it does not come.
    func takeChunkSize() -> Int? {
        var line: [UInt8] = []
        while line.last != 0x0A {
            let byte = take(1)
            guard byte.count == 1, line.count < 100 else { return nil }
            line += byte
        }
        let digits = String(decoding: line, as: UTF8.self).prefix { $0.isHexDigit }
        return Int(digits, radix: 16)
    }

    /// Takes everything up to the end.
    func takeAll() -> [UInt8] {
        while receiveOnce() {}
        return take(unread.count)
    }

    /// A response with `Content-Length`, whole; nil where it does not come whole.
    func takeResponse(isHead: Bool = false) -> Response? {
        guard let head = takeHead() else { return nil }
        var response = Response(head: head)
        if isHead { return response }
        guard let length = response.field("content-length").flatMap({ Int($0) }) else {
            return response
        }
        response.body = take(length)
        return response.body.count == length ? response : nil
    }
}

/// A response as it came.
struct Response: Sendable {
    var head: String
    var body: [UInt8] = []

    var status: Int {
        let words = head.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The first field of this name (lower case).
    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            if line[..<colon].lowercased() == name {
                return String(line[line.index(after: colon)...].drop { $0 == " " })
            }
        }
        return nil
    }
}

extension sockaddr_in {
    /// 127.0.0.1.
    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Waits until `condition` holds.
func eventually(seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}
