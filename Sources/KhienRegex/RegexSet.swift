/// Compiled regular expressions under numbers, for matching without counting references: a program
/// taken out of an array is retained and released at each attempt, by all event loops on one counter.
@safe
public final class RegexSet: @unchecked Sendable {
    // SAFETY (Sendable): immutable after `init`; the codes are read-only, see `RegexProgram`.
    let codes: UnsafeMutableBufferPointer<RegexCode>
    /// Owns the codes.
    private let programs: [RegexProgram]

    public init(_ programs: [RegexProgram]) {
        self.programs = programs
        let codes = UnsafeMutableBufferPointer<RegexCode>.allocate(capacity: programs.count)
        for (index, program) in programs.enumerated() {
            // SAFETY: `index` is below the capacity; the memory is initialised here, once.
            unsafe codes.initializeElement(at: index, to: program.code)
        }
        unsafe self.codes = unsafe codes
    }

    public var count: Int { programs.count }

    /// For the few attempts that need more than the code.
    subscript(_ index: Int) -> RegexProgram { programs[index] }

    deinit {
        // SAFETY: allocated in `init` and never handed out; pointers need no deinitialisation.
        unsafe codes.deallocate()
    }
}
