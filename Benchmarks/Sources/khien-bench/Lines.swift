import ArgumentParser
import Foundation

/// The lines of a file, in one run of memory in their order, so that reading them costs as little
/// as it can.
struct Lines {
    private(set) var bytes: [UInt8] = []
    /// Where each line begins; one more closes the last.
    private(set) var starts: [Int] = [0]

    init() {}

    /// Reads a file; `-` is standard input. Empty lines are left out.
    init(path: String) throws {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            do {
                handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            } catch {
                throw ValidationError("\(path) cannot be read: \(error.localizedDescription)")
            }
        }
        let data = [UInt8](try handle.readToEnd() ?? Data())
        var start = 0
        while start < data.count {
            let end = data[start...].firstIndex(of: 0x0A) ?? data.count
            if end > start { append(data[start..<end]) }
            start = end + 1
        }
    }

    var count: Int { starts.count - 1 }

    func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    mutating func append(_ line: some Collection<UInt8>) {
        bytes.append(contentsOf: line)
        starts.append(bytes.count)
    }

    func prefix(_ count: Int) -> Lines {
        if count >= self.count { return self }
        var result = Lines()
        result.starts = Array(starts[...count])
        result.bytes = Array(bytes[..<starts[count]])
        return result
    }

    /// The lines in a random order that depends on the seed alone.
    func shuffled(seed: UInt64) -> Lines {
        var generator = SplitMix(seed: seed)
        var order = Array(0..<count)
        order.shuffle(using: &generator)
        var result = Lines()
        for index in order { result.append(bytes[range(index)]) }
        return result
    }

    /// The lines without those that were there before.
    func distinct() -> Lines {
        var seen: Set<ArraySlice<UInt8>> = []
        var result = Lines()
        for index in 0..<count where seen.insert(bytes[range(index)]).inserted {
            result.append(bytes[range(index)])
        }
        return result
    }
}

/// A small generator with a seed, the same on every machine. Source: Steele, Lea, Flood,
/// "Fast splittable pseudorandom number generators", 2014.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
