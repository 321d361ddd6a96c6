import KhienFuzz
import Testing

/// The changes that the image target makes reach the checks behind the checksums.
@Suite struct ImagePatchTests {
    @Test func anImageWithoutChangesOpens() { #expect(ImageInvariants.opens([])) }

    @Test func changesAreRefusedAndAccepted() {
        var opened = 0
        var refused = 0
        for section in UInt8(0)..<15 {
            for offset in stride(from: UInt8(0), to: 60, by: 4) {
                // One byte is set to 3.
                let change: [UInt8] = [section, 0, offset, 0, 3, 0, 0, 0]
                if ImageInvariants.opens(change) { opened += 1 } else { refused += 1 }
            }
        }
        #expect(opened > 25 && refused > 25, "\(opened) opened, \(refused) refused")
    }
}
