import KhienModel
import Testing

/// Runs of bytes that are copied and moved at once.
@Suite struct EightBytesTests {
    /// At every place that fits, and at no other byte.
    @Test func copies() {
        for count in 0...9 {
            for place in 0...(16 - count) {
                var bytes = [UInt8](0..<16)
                let source = [UInt8](repeating: 0xFF, count: count)
                var span = bytes.mutableSpan
                span.copy(source.span, at: place)
                var expected = [UInt8](0..<16)
                for index in place..<place + count { expected[index] = 0xFF }
                #expect(bytes == expected, "\(count) at \(place)")
            }
        }
    }

    /// Forwards and backwards, over itself.
    @Test func moves() {
        for start in 0...16 {
            for end in start...16 {
                for place in 0...(16 - (end - start)) {
                    var bytes = [UInt8](0..<16)
                    var span = bytes.mutableSpan
                    span.move(start..<end, to: place)
                    var expected = [UInt8](0..<16)
                    for index in 0..<end - start { expected[place + index] = UInt8(start + index) }
                    #expect(bytes == expected, "\(start)..<\(end) to \(place)")
                }
            }
        }
    }
}
