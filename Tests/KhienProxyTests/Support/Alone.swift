import KhienTestKit
import Testing

/// Tests of this target block threads and look at the clock, so they run one at a time: on a
/// machine with two cores they would starve each other otherwise.
struct Alone: TestTrait, SuiteTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // Asked for the suite, for the test function and for each of its cases: only cases are run.
        guard testCase != nil else { return try await function() }
        try await Turn.shared.take { try await function() }
    }
}

extension Trait where Self == Alone {
    static var alone: Alone { Alone() }
}
