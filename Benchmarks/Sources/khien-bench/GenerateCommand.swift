import ArgumentParser
import Foundation

/// Scales a list of real domains: new names from the labels and endings of real ones.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Print distinct domain names made of the labels of real ones.")

    @Option(help: "Real domain names, one a line; - for standard input.")
    var names = "-"

    @Option(help: "How many names to print; the real ones come first.")
    var count: Int

    @Option(help: "The same seed gives the same names.")
    var seed: UInt64 = 1

    func run() throws {
        let lines = try Lines(path: names).distinct()
        var seen: Set<String> = []
        seen.reserveCapacity(count)
        var firsts: [Substring] = []
        var rests: [Substring] = []
        var output: [UInt8] = []
        func add(_ name: String) {
            guard seen.count < count, seen.insert(name).inserted else { return }
            output += name.utf8
            output.append(0x0A)
        }
        for index in 0..<lines.count {
            let name = lines.text(index)
            guard let dot = name.firstIndex(of: ".") else { continue }
            add(name)
            firsts.append(name[..<dot])
            rests.append(name[name.index(after: dot)...])
        }
        guard !firsts.isEmpty else { throw ValidationError("no names were given") }
        var generator = SplitMix(seed: seed)
        while seen.count < count {
            // The first half of a real label and the second half of another keep the lengths and
            // letters of real names; the rest of a real name keeps their depth.
            let head = firsts.pick(&generator)
            let tail = firsts.pick(&generator)
            let label = head.prefix((head.count + 1) / 2) + tail.suffix((tail.count + 1) / 2)
            if label.utf8.count > 63 { continue }
            add("\(label).\(rests.pick(&generator))")
            if output.count > 1 << 20 {
                try FileHandle.standardOutput.write(contentsOf: Data(output))
                output.removeAll(keepingCapacity: true)
            }
        }
        try FileHandle.standardOutput.write(contentsOf: Data(output))
    }
}

extension [Substring] {
    fileprivate func pick(_ generator: inout SplitMix) -> Substring {
        self[Int(generator.next() % UInt64(count))]
    }
}
