import Glibc
import NIOCore

extension NIOBSDSocket.Option {
    /// `SO_REUSEPORT`: several listeners share a port and the kernel spreads connections over them.
    static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)
    /// `TCP_INFO`: what the kernel knows of a connection.
    static let connectionState = NIOBSDSocket.Option(rawValue: TCP_INFO)
}

/// The first bytes of the kernel's `struct tcp_info`; an older kernel fills fewer and leaves zeros.
///
/// | offset | size | field |
/// | --- | --- | --- |
/// | 120 | 8 | `tcpi_bytes_acked`: bytes that the peer has acknowledged, since the beginning |
///
/// Source: linux/tcp.h; glibc's own structure ends before that field.
struct ConnectionState: Sendable {
    private let words: InlineArray<16, UInt64>

    var bytesAcknowledged: UInt64 { words[15] }
}

extension Channel {
    /// Bytes written that the kernel has not taken yet.
    var bytesWaiting: Int {
        do {
            return try syncOptions?.getOption(.bufferedWritableBytes) ?? 0
        } catch {
            // Closed meanwhile: nothing waits any more.
            return 0
        }
    }
}

extension IOError {
    /// The process or the system has no more of something; it is not the peer's doing.
    var isShortage: Bool {
        switch errnoCode {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: true
        default: false
        }
    }
}
