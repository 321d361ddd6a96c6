import Foundation

/// Runs a program to its end and keeps what it wrote.
enum Command {
    struct Result: Sendable {
        /// The exit status; minus the signal's number where one ended the program.
        var status: Int32
        var output: [UInt8]
        var errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
        /// All that it wrote, for messages.
        var everything: String {
            "status \(status)\n\(text.prefix(4_000))\n\(errors.prefix(4_000))"
        }
    }

    /// - Parameter seconds: the program is killed after that, and the call fails.
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [],
        environment: [String: String] = [:], seconds: Double = 60
    ) throws -> Result {
        let folder = try TemporaryFolder()
        try folder.write("in", input)
        let child = try ChildProcess(
            program, arguments, input: folder.file("in"), output: folder.file("out"),
            errors: folder.file("err"), environment: environment)
        guard let status = child.wait(seconds: seconds) else {
            child.kill()
            let errors = String(decoding: try folder.read("err").suffix(2_000), as: UTF8.self)
            throw Failure(
                "\(program) \(arguments.joined(separator: " ")): not done after \(seconds) s;"
                    + " stderr: \(errors)")
        }
        return Result(
            status: status, output: try folder.read("out"),
            errors: String(decoding: try folder.read("err"), as: UTF8.self))
    }

    static func khien(
        _ arguments: String..., input: String = "", seconds: Double = 60
    ) throws -> Result {
        try run(Programs.khien, arguments, input: Array(input.utf8), seconds: seconds)
    }

    /// curl without any settings of the user's own.
    static func curl(_ arguments: [String], seconds: Double = 60) throws -> Result {
        let program = try Programs.require(Programs.curl, "curl")
        return try run(
            program, ["-q", "--silent", "--show-error", "--max-time", "\(seconds)"] + arguments,
            seconds: seconds + 5)
    }
}
