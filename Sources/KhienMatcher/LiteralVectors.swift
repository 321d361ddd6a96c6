import CIntrinsics

/// Vectors of the processor that the scanner's first steps have words for.
package enum LiteralVectors: Int, CaseIterable, Comparable {
    /// What Swift is compiled for.
    case none
    case avx2
    /// F, BW, DQ and VL.
    case avx512
    /// And VBMI2.
    case avx512VBMI2

    /// The widest that this processor and operating system have.
    package static let widest = LiteralVectors(rawValue: Int(khien_vectors())) ?? .none

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
