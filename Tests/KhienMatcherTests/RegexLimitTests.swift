import KhienModel
import KhienRegex
import Testing

/// Limits of one expression and of one attempt, at the limit and one past it.
@Suite struct RegexLimitTests {
    private static func outcome(_ pattern: String, _ subject: [UInt8]) throws -> String {
        let program = try RegexProgram(Array(pattern.utf8).span, isCaseless: false)
        let scratch = try #require(RegexScratch())
        return switch scratch.match(program, subject.span) {
        case .match: "match"
        case .noMatch: "no match"
        case .gaveUp: "gave up"
        }
    }

    @Test(arguments: [(0, true), (1, false)]) func bytesOfAPattern(more: Int, isTaken: Bool) {
        let pattern = [UInt8](
            repeating: UInt8(ascii: "x"), count: Limits.Regex.patternBytesMax + more)
        do throws(RegexError) {
            _ = try RegexProgram(pattern.span, isCaseless: false)
            #expect(isTaken)
        } catch {
            #expect(!isTaken && error.message.contains("\(Limits.Regex.patternBytesMax)"))
        }
    }

    /// A class of many copies: PCRE2 says how large it is, the limit what is taken.
    @Test func sizeOfACompiledPattern() throws {
        func takes(_ copies: Int) throws -> Bool {
            do throws(RegexError) {
                _ = try RegexProgram(
                    Array("(?:[a-c]{1,\(copies)}d){8}".utf8).span, isCaseless: false)
                return true
            } catch {
                try #require(error.message.contains("\(Limits.Regex.compiledBytesMax)"))
                return false
            }
        }
        #expect(try takes(1))
        #expect(throws: RegexError.self) {
            try RegexProgram(
                Array("(?:(?:abcdefgh|ijklmnop){1,100}){1,100}".utf8).span, isCaseless: false)
        }
    }

    /// Steps grow with the subject: there is a length that is judged, and one byte more that is not.
    @Test func stepsOfAnAttempt() throws {
        func isJudged(_ count: Int) throws -> Bool {
            let subject = [UInt8](repeating: UInt8(ascii: "a"), count: count) + Array("!b".utf8)
            return try Self.outcome("^(?:a|a)*b", subject) == "no match"
        }
        #expect(try isJudged(4))
        var count = 4
        while try isJudged(count), count < 64 { count += 1 }
        // Every letter doubles the ways; some twenty are too many.
        #expect(count < 32, "\(count)")
        for more in 0..<4 { #expect(try !isJudged(count + more)) }
        // What gives up is neither: nothing is said to match, nothing not to.
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 40) + Array("!b".utf8)
        #expect(try Self.outcome("^(?:a|a)*b", subject) == "gave up")
        #expect(try Self.outcome("^(?:a|a)*!", subject) == "match")
    }

    /// What stands behind the limit of a subject is not seen, whatever it is.
    @Test(arguments: [(0, "match"), (1, "no match")])
    func bytesOfASubject(more: Int, expected: String) throws {
        let before = [UInt8](
            repeating: UInt8(ascii: "x"), count: Limits.Regex.subjectBytesMax - 3 + more)
        #expect(try Self.outcome("abc", before + Array("abc".utf8)) == expected)
        let set = RegexSet([try RegexProgram(Array("abc".utf8).span, isCaseless: false)])
        let scratch = try #require(RegexScratch())
        let subject = before + Array("abc".utf8)
        switch scratch.find(set, 0, subject.span, from: 0) {
        case .found(let range):
            #expect(expected == "match" && range.upperBound == Limits.Regex.subjectBytesMax)
        case .notFound: #expect(expected == "no match")
        case .gaveUp: Issue.record("gave up")
        }
    }

    /// Measuring ends at its own limit.
    @Test func stepsOfMeasuring() throws {
        let meter = try #require(RegexCost())
        let most = Int(Limits.Regex.costStepsMax)
        #expect(meter.measure(Array("(a+)+$".utf8).span, isCaseless: false) == most)
        let little = meter.measure(Array("^https?://ads\\.".utf8).span, isCaseless: false)
        #expect(little > 0 && little < Limits.Regex.costStepsTold)
    }
}
