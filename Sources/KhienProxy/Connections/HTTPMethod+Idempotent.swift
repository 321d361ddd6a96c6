import KhienHTTP

extension HTTPMethod {
    /// Whether asking twice means the same as asking once, so that a request may be sent again when
    /// it is not known whether it arrived.
    ///
    /// Source: RFC 9110, section 9.2.2.
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }
}
