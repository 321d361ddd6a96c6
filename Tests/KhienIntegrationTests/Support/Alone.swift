import KhienTestKit
import Testing

/// Tests of this target start daemons, block threads and look at the clock: one at a time.
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
