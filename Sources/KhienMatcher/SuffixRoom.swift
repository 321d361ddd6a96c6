import KhienImage

/// One suffix: its hash, where it begins in the text, and what the table's bucket said of it.
struct Suffix {
    var hash: UInt64 = 0
    var start: Int32 = 0
    var answer = BucketAnswer.none
}

/// Room for the suffixes of a host, made once. (An array asks at each use whether it is shared, and an
/// inline array is copied whole at each call.)
@safe
struct SuffixRoom: ~Copyable {
    private let base: UnsafeMutablePointer<Suffix>
    private let count: Int

    init(count: Int) {
        precondition(count >= 0)
        self.count = count
        unsafe base = .allocate(capacity: count)
        // SAFETY: exactly the memory that the line above allocated.
        unsafe base.initialize(repeating: Suffix(), count: count)
    }

    deinit {
        // SAFETY: allocated in `init`, owned by this value alone, and plain numbers.
        unsafe base.deallocate()
    }

    /// Traps outside of `0..<count`.
    subscript(index: Int) -> Suffix {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: checked in the line above; all of it is initialised.
            return unsafe base[index]
        }
        @inline(__always) set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // SAFETY: checked in the line above.
            unsafe base[index] = newValue
        }
    }
}
