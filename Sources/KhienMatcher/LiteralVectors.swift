import CIntrinsics

/// Vectors of the processor that the scanner's first steps have words for.
enum LiteralVectors: Int, CaseIterable, Comparable {
    /// What Swift is compiled for.
    case none
    case avx2
    /// F, BW and VL.
    case avx512

    /// The widest that this processor and operating system have.
    static let widest = LiteralVectors(rawValue: Int(khien_vectors())) ?? .none

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
