/// What the Connection and Proxy-Connection fields of one head say.
///
/// Source: RFC 9110 section 7.6.1.
struct ConnectionFields {
    var closes = false
    var keepsAlive = false
    var upgrades = false
    private var optionCount = 0

    /// Reads one field. Its elements are tokens; empty ones are ignored but counted.
    mutating func add(
        _ value: ByteRange, in bytes: Span<UInt8>, fields: inout FieldTable, limits: HTTPLimits,
        fault: HTTPError.Fault
    ) throws(HTTPError) {
        var list = ElementList(value)
        while let option = list.next(in: bytes) {
            optionCount += 1
            if optionCount > limits.connectionOptionsMax {
                throw HTTPError(
                    .tooManyConnectionOptions, fault: fault, at: Int(option.start),
                    limit: limits.connectionOptionsMax)
            }
            if option.isEmpty { continue }
            for index in option.range where !bytes[index].isToken {
                throw HTTPError(.invalidConnection, fault: fault, at: index)
            }
            switch KnownToken.identify(bytes, at: Int(option.start), count: option.count) {
            case .close: closes = true
            case .keepAlive: keepsAlive = true
            case .upgrade: upgrades = true
            case .te: break
            default: fields.markNominated(option, in: bytes)
            }
        }
    }
}
