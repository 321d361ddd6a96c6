/// Why a request could not be carried out: what happened, whose fault it is, and the status that
/// the client gets.
public struct ProxyFault: Error, Hashable, Sendable {
    public var kind: Kind
    /// The status that the client gets.
    public var status: UInt16

    public init(_ kind: Kind, status: UInt16? = nil) {
        self.kind = kind
        self.status = status ?? kind.status
    }

    /// Whose fault a failure is.
    public enum Party: Sendable {
        case client
        case origin
        case configuration
        case ourselves
    }

    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The request's head or body is not HTTP; the parser's status says how.
        case requestMalformed
        /// `GET /` instead of `GET http://host/`.
        case notForProxy
        /// An absolute URL whose scheme is not `http`.
        case schemeUnsupported
        /// The head took too long.
        case headTimeout
        /// CONNECT to a port that is not allowed.
        case portRefused
        /// A private, loopback or otherwise special address.
        case destinationRefused
        /// The proxy's own address.
        case loop
        case nameNotFound
        case nameUnavailable
        case connectFailed
        case connectTimeout
        /// The origin closed before it had answered.
        case originClosed
        /// The origin's answer is not HTTP.
        case originMalformed
        case originTimeout
        /// Too much at one time.
        case overloaded
        /// The proxy is being stopped.
        case stopping
    }
}

extension ProxyFault.Kind {
    /// The status that the client gets unless a parser knows better.
    public var status: UInt16 {
        switch self {
        case .requestMalformed, .notForProxy: 400
        case .schemeUnsupported: 501
        case .headTimeout: 408
        case .portRefused, .destinationRefused: 403
        case .loop: 508
        case .nameNotFound, .connectFailed, .originClosed, .originMalformed: 502
        case .nameUnavailable, .connectTimeout, .originTimeout: 504
        case .overloaded, .stopping: 503
        }
    }

    public var party: ProxyFault.Party {
        switch self {
        case .requestMalformed, .notForProxy, .schemeUnsupported, .headTimeout: .client
        case .portRefused, .destinationRefused, .loop: .configuration
        case .nameNotFound, .nameUnavailable, .connectFailed, .connectTimeout: .origin
        case .originClosed, .originMalformed, .originTimeout: .origin
        case .overloaded, .stopping: .ourselves
        }
    }

    /// The error type in `Proxy-Status`.
    ///
    /// Source: RFC 9209, section 2.3.
    public var proxyStatusError: String {
        switch self {
        case .requestMalformed, .notForProxy, .schemeUnsupported, .headTimeout:
            "http_request_error"
        case .portRefused: "http_request_denied"
        case .destinationRefused: "destination_ip_prohibited"
        case .loop: "proxy_loop_detected"
        case .nameNotFound: "dns_error"
        case .nameUnavailable: "dns_timeout"
        case .connectFailed: "connection_refused"
        case .connectTimeout: "connection_timeout"
        case .originClosed: "connection_terminated"
        case .originMalformed: "http_protocol_error"
        case .originTimeout: "http_response_timeout"
        case .overloaded, .stopping: "connection_limit_reached"
        }
    }

    /// One sentence for the user, in Vietnamese and in English.
    public var sentences: (vietnamese: String, english: String) {
        switch self {
        case .requestMalformed:
            ("Yêu cầu không đúng chuẩn HTTP.", "The request is not valid HTTP.")
        case .notForProxy:
            (
                "Đây là một máy chủ proxy; hãy gửi địa chỉ đầy đủ (http://...).",
                "This is a proxy; ask it for a whole address (http://...)."
            )
        case .schemeUnsupported:
            (
                "Proxy chỉ nhận http:// ở đây; với https hãy dùng CONNECT.",
                "The proxy takes only http:// here; use CONNECT for https."
            )
        case .headTimeout:
            ("Yêu cầu đến quá chậm.", "The request took too long to arrive.")
        case .portRefused:
            ("Cổng này không được phép.", "This port is not allowed.")
        case .destinationRefused:
            (
                "Địa chỉ đích nằm trong mạng nội bộ và không được phép.",
                "The destination is a private or special address and is not allowed."
            )
        case .loop:
            ("Proxy không thể tự nối tới chính nó.", "The proxy does not connect to itself.")
        case .nameNotFound:
            ("Không tìm thấy tên máy chủ này.", "The server's name was not found.")
        case .nameUnavailable:
            ("Máy chủ tên miền không trả lời.", "The name servers did not answer.")
        case .connectFailed:
            ("Không kết nối được tới máy chủ.", "The server could not be connected to.")
        case .connectTimeout:
            ("Kết nối tới máy chủ mất quá lâu.", "Connecting to the server took too long.")
        case .originClosed:
            (
                "Máy chủ đóng kết nối trước khi trả lời.",
                "The server closed the connection before it answered."
            )
        case .originMalformed:
            ("Máy chủ trả lời không đúng chuẩn HTTP.", "The server's answer is not valid HTTP.")
        case .originTimeout:
            ("Máy chủ trả lời quá chậm.", "The server took too long to answer.")
        case .overloaded:
            ("Proxy đang quá tải.", "The proxy is overloaded.")
        case .stopping:
            ("Proxy đang dừng.", "The proxy is stopping.")
        }
    }
}
