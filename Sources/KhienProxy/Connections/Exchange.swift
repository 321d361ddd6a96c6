import KhienHTTP
import KhienModel
import NIOCore

/// One request of a client and what has become of it so far.
struct Exchange {
    var method = HTTPMethod.other
    var isConnect = false
    var wantsUpgrade = false
    /// The request's `Authorization` is NTLM or Negotiate, which authenticate a whole connection.
    var authenticatesConnection = false
    /// The client speaks HTTP/1.1 (HTTP/1.0 otherwise).
    var clientIsModern = true
    /// The client's connection may carry another request afterwards.
    var keepsAlive = false
    /// The head as it came, from its first byte, as long as a page about the request may be needed:
    /// until the request is sent, or, where bodies are read, until the response passes.
    var original = ByteBuffer()
    /// Responses were to be read when the request was sent, so `original` was kept.
    var mayReadResponse = false
    /// Body bytes were written to the origin since the last flush.
    var upstreamNeedsFlush = false
    /// The rewritten head, kept until a byte of the response has come: it may have to be sent
    /// again.
    var head = ByteBuffer()
    /// Body bytes that came together with the head; checked already.
    var firstBody = ByteBuffer()
    /// The request may be sent a second time: idempotent and without a body.
    var isRepeatable = false
    var wasRepeated = false
    var requestIsRead = false
    /// The final response's head has come.
    var responseHasCome = false
    /// What the client gets of the response is over when its connection is.
    var endsWithConnection = false
    /// Bytes of the final response have been given to the client.
    var responseHasBegun = false
    /// The request's body while an inspector reads it.
    var form: BodyReading?
    /// A part of it was given to the origin's connection before it was judged as a whole.
    var formHasLeft = false
    /// The response's body while an inspector reads it.
    var reading: BodyReading?
    /// What is being judged now.
    var subject = BlockSubject.request
    var port: UInt16 = 80
    /// The client has leave to pass over warnings for this request; nil: not asked yet.
    var mayContinue: Bool?
}
