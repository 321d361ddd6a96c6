/// A complete HTTP response, but for the version and the connection's own fields.
public struct Answer: Sendable, Hashable {
    public var status: Int
    public var reasonPhrase: String
    /// In the order to be sent; `Content-Length` is among them. ASCII.
    public var fields: [Field]
    /// Empty for HEAD; `Content-Length` then is what GET would have got.
    public var body: [UInt8]

    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The value of the first field of this name, without regard to case.
    public func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
