import KhienFuzz
import Testing

/// What the comparison of image and naive matcher lets pass.
@Suite struct MatchInvariantTests {
    /// Where expressions were given up, the image may find less, but nothing that is not there.
    @Test(
        arguments: [
            (["a", "b"], ["a", "b"], 0, true), (["a"], ["a", "b"], 0, false),
            (["a", "b"], ["a"], 0, false), (["a"], ["a", "b"], 1, true), ([], ["a"], 1, true),
            (["a", "b"], ["a"], 1, false), (["b"], ["a"], 1, false), (["b"], [], 2, false),
        ] as [(Set<String>, Set<String>, Int, Bool)])
    func differences(found: Set<String>, wanted: Set<String>, unjudged: Int, passes: Bool) {
        let complaint = MatchInvariants.complaint(found, wanted) { unjudged }
        #expect((complaint == nil) == passes)
    }
}
