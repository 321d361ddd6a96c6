import Glibc
import KhienModel

/// Checks the chain of a log: one file, or a folder with all its files. Reads each file once, a line
/// at a time.
public struct EventLogVerifier {
    private var report = VerificationReport()
    /// The chain up to here; nil before the first record.
    private var chain: Chain?
    private var fileState = FileState()

    private struct FileState {
        var name = ""
        var first: UInt64?
        var isClosed = false
        var isNewest = false
    }

    private init() {}

    /// - Parameter path: a log file or the folder of a log.
    public static func verify(path: String) -> VerificationReport {
        var verifier = EventLogVerifier()
        let files: [String]
        do throws(PosixFile.Failure) {
            files = try EventLogFiles.paths(path)
        } catch {
            verifier.find(.unreadable, path, 0, 0, error.description)
            return verifier.report
        }
        for (index, file) in files.enumerated() {
            verifier.fileState = FileState(name: file, isNewest: index == files.count - 1)
            verifier.readFile()
            if verifier.report.finding != nil { break }
        }
        if files.isEmpty {
            verifier.note(path, 0, "log.empty", "there is no log file here")
        }
        return verifier.report
    }

    private mutating func readFile() {
        report.files += 1
        do throws(PosixFile.Failure) {
            var reader = try LineReader(path: fileState.name)
            while report.finding == nil, let line = try reader.next() {
                switch line {
                case .whole(let bytes): check(bytes, &reader)
                case .torn(let count): checkTorn(count, reader.number)
                case .tooLong:
                    find(.altered, fileState.name, reader.number, 0, "the line is too long")
                }
            }
            if reader.number == 0 { note(fileState.name, 0, "log.empty", "the file is empty") }
        } catch {
            find(.unreadable, fileState.name, 0, 0, error.description)
        }
    }

    private mutating func checkTorn(_ byteCount: Int, _ line: Int) {
        if fileState.isNewest {
            find(
                .torn, fileState.name, line, 1,
                "the last line is torn after \(byteCount) bytes; all records before it are whole")
        } else {
            find(
                .missing, fileState.name, line, 1,
                "the file ends inside a line, and a newer file follows")
        }
    }

    private mutating func check(_ bytes: ArraySlice<UInt8>, _ reader: inout LineReader) {
        let line: ChainedLine
        do throws(ChainedLine.Fault) {
            line = try ChainedLine(bytes)
        } catch {
            find(.altered, fileState.name, reader.number, error.column, error.message)
            return
        }
        let kind = RecordKind(line: bytes)
        if let chain {
            checkOrder(line, chain, &reader)
        } else {
            checkBeginning(line, kind)
        }
        if report.finding == nil { checkFrame(line, kind, reader.number) }
        guard report.finding == nil else { return }
        accept(line, kind, reader.number)
    }

    /// The first record of all: where the chain begins.
    private mutating func checkBeginning(_ line: ChainedLine, _ kind: RecordKind?) {
        if line.sequence == 1 {
            guard line.previous.elementsEqual(Chain.origin) else {
                find(.altered, fileState.name, 1, 1, "the first record does not start the chain")
                return
            }
        } else if kind == .open {
            note(
                fileState.name, 1, "log.begins-later",
                "the log begins at record \(line.sequence); older files are not here")
        }
    }

    /// Whether `line` is the one that continues `chain`, and if not, what happened.
    private mutating func checkOrder(
        _ line: ChainedLine, _ chain: Chain, _ reader: inout LineReader
    ) {
        let place = (fileState.name, reader.number)
        if line.sequence == chain.next {
            guard !line.previous.elementsEqual(chain.head) else { return }
            find(
                .altered, place.0, place.1, 1,
                "record \(line.sequence) does not continue the record before it: one of the two"
                    + " was replaced")
        } else if line.sequence > chain.next {
            if follows(chain.next, &reader) {
                find(
                    .reordered, place.0, place.1, 1,
                    "record \(line.sequence) stands before record \(chain.next)")
            } else {
                find(
                    .missing, place.0, place.1, 1,
                    "records \(chain.next) to \(line.sequence - 1) are missing")
            }
        } else {
            find(
                .duplicate, place.0, place.1, 1,
                "record \(line.sequence) stands again; expected record \(chain.next)")
        }
    }

    /// Whether the record `sequence` stands later in the file.
    private func follows(_ sequence: UInt64, _ reader: inout LineReader) -> Bool {
        let wanted = Chain.sequenceKey + Array("\(sequence),".utf8)
        do throws(PosixFile.Failure) {
            while case .whole(let bytes)? = try reader.next() {
                if bytes.starts(with: wanted) { return true }
            }
        } catch {
            return false
        }
        return false
    }

    /// A file begins with `open` and ends with `close`.
    private mutating func checkFrame(_ line: ChainedLine, _ kind: RecordKind?, _ number: Int) {
        if fileState.isClosed {
            find(
                .altered, fileState.name, number, 1,
                "a record stands after the one that closed the file")
        } else if (kind == .open) != (number == 1) {
            find(
                number == 1 ? .missing : .altered, fileState.name, number, 1,
                number == 1
                    ? "the file does not begin with its `open` record"
                    : "an `open` record stands inside a file")
        }
    }

    private mutating func accept(_ line: ChainedLine, _ kind: RecordKind?, _ number: Int) {
        chain = Chain(next: line.sequence + 1, head: Array(line.hash))
        report.records += 1
        if kind == .event { report.events += 1 }
        report.firstSequence = report.firstSequence ?? line.sequence
        report.lastSequence = line.sequence
        report.head = String(decoding: line.hash, as: UTF8.self)
        fileState.isClosed = kind == .close
        switch kind {
        case .torn:
            note(
                fileState.name, number, "log.was-torn",
                "a torn line was put aside here; no event in it was confirmed")
        case .gap:
            note(
                fileState.name, number, "log.gap",
                "events could not be written before this; the record says how many")
        case nil:
            note(
                fileState.name, number, "log.unknown-record",
                "a record of a kind that this version does not know")
        default: break
        }
    }

    private mutating func find(
        _ kind: VerificationReport.Finding.Kind, _ file: String, _ line: Int, _ column: Int,
        _ message: String
    ) {
        report.finding = VerificationReport.Finding(
            kind: kind, location: SourceLocation(file: file, line: line, column: column),
            message: message)
    }

    /// Notes are bounded: a log with a thousand gaps says so by its counts.
    private mutating func note(_ file: String, _ line: Int, _ code: String, _ message: String) {
        guard report.notes.count < 100 else { return }
        report.notes.append(
            Diagnostic(.note, code, at: SourceLocation(file: file, line: line), message))
    }
}
