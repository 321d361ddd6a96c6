import KhienModel
import Testing

@Suite struct OrderTests {
    @Test(arguments: [
        (Int64(99), false), (100, true), (199, true), (200, false),
    ])
    func forceBeginsAtEffectiveAndEndsAtExpiry(now: Int64, inForce: Bool) {
        let order = Order(
            number: "1/QD", effective: UnixTime(seconds: 100), expires: UnixTime(seconds: 200))
        #expect(order.isInForce(at: UnixTime(seconds: now)) == inForce)
    }

    @Test func anOrderWithoutDatesIsAlwaysInForce() {
        #expect(Order(number: "1").isInForce(at: UnixTime(seconds: Int64.min)))
    }
}
