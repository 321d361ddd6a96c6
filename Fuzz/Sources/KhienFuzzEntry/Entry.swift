import Foundation
import KhienFuzz

/// The target that the environment names; a name that is none ends the program.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["KHIEN_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(name: name) else {
        fatalError("KHIEN_FUZZ_TARGET is \"\(name)\"; scripts/fuzz knows the names")
    }
    return target
}()

/// Called by libFuzzer for each input. A complaint ends the process, which is how libFuzzer learns
/// of a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // SAFETY: libFuzzer gives `count` readable bytes, which are copied at once.
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    if let complaint = target.check(input) {
        fatalError("\(target.name): \(complaint)")
    }
    return 0
}
