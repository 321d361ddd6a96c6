/// A set of known field names: one bit each.
public struct HeaderSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt64

    public init(arrayLiteral elements: HeaderID...) {
        bits = 0
        for element in elements { insert(element) }
    }

    /// `other` is no member of any set.
    @inline(__always)
    public func contains(_ id: HeaderID) -> Bool { (bits &>> UInt64(id.rawValue)) & 1 != 0 }

    public mutating func insert(_ id: HeaderID) {
        if id != .other { bits |= 1 &<< UInt64(id.rawValue) }
    }
}

extension HeaderID {
    /// Fields that concern one connection, or that this proxy writes anew.
    ///
    /// Source: RFC 9110 sections 7.6.1, 10.1.4 (TE), 7.8 (Upgrade), 11.7 (Proxy-...);
    /// RFC 9113 section 3.1 and RFC 7540 section 3.2.1 (HTTP2-Settings must not be forwarded).
    @inline(__always)
    var isHopByHop: Bool {
        switch self {
        case .connection, .proxyConnection, .keepAlive, .proxyAuthenticate, .proxyAuthorization,
            .te, .transferEncoding, .upgrade, .http2Settings:
            true
        default: false
        }
    }

    /// Fields that must not stand behind a body: they frame or route the message, modify the
    /// request, authenticate, or say how the content is to be processed.
    ///
    /// Source: RFC 9110 section 6.5.1; the list is that of RFC 7230 section 4.1.2.
    var isForbiddenInTrailer: Bool {
        switch self {
        case .contentLength, .transferEncoding, .trailer, .connection, .proxyConnection,
            .keepAlive, .upgrade, .te, .http2Settings, .host, .via, .forwarded, .xForwardedFor,
            .xForwardedHost, .xForwardedProto,
            .cacheControl, .expect, .maxForwards, .pragma, .range, .ifMatch, .ifNoneMatch,
            .ifModifiedSince, .ifUnmodifiedSince, .ifRange,
            .authorization, .proxyAuthorization, .proxyAuthenticate, .wwwAuthenticate, .cookie,
            .setCookie,
            .age, .expires, .date, .location, .retryAfter, .vary, .warning,
            .contentEncoding, .contentType, .contentRange:
            true
        default: false
        }
    }
}
