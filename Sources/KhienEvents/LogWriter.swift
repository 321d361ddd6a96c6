import Glibc
import KhienModel

/// The writer's side of the log: files, chain and failures. Used by one thread at a time.
///
/// The disk is the truth: after any failure the file is cut back to its last whole record and let
/// go; the next attempt opens it again and takes the chain from what it finds.
final class LogWriter {
    private let options: EventLogOptions
    private var encoder: RecordEncoder
    /// The chain as it stands in the file; the encoder's runs ahead while a batch is written.
    private var confirmed = Chain()
    private var folderLock: PosixFile?
    private var current: OpenFile?
    private var notes: [String] = []
    private var retry = Backoff()
    private var lastSync = ContinuousClock.now
    private var isDirty = false

    private struct OpenFile {
        let file: PosixFile
        let name: LogFileName
        /// The sequence number of its first record.
        let first: UInt64
        /// Where the last whole record ends.
        var byteCount: Int
    }

    /// What became of a batch.
    struct Result {
        var outcomes: [AppendOutcome] = []
        var failure: PosixFile.Failure?
        var gapIsWritten = false
        var notes: [String] = []
        var file: String?
        var sequence: UInt64 = 0
        var head = ""
        /// The file that is to be forced to the disk now.
        var syncDue: PosixFile?
    }

    init(_ options: EventLogOptions) {
        self.options = options
        encoder = RecordEncoder(node: options.node, redactor: Redactor(options.redaction))
    }

    /// Writes `batch`, after a record of what was `lost` before. An empty batch opens, rotates and
    /// retries.
    func write(_ batch: ArraySlice<PendingEvent>, lost: LostEvents) -> Result {
        var result = Result()
        if retry.isWaiting {
            let failure = EventLogFailure(
                code: .waiting, systemCode: retry.failure?.code ?? 0,
                description: "\(retry.failure?.description ?? "") (waiting to try again)")
            result.outcomes = batch.map { _ in .failed(failure) }
            result.failure = retry.failure
        } else {
            do throws(PosixFile.Failure) {
                try prepareFile()
                try writeRecords(batch, lost, &result)
                retry.succeed()
            } catch {
                fail(error)
                let failure = EventLogFailure(
                    code: .system, systemCode: error.code, description: error.description)
                while result.outcomes.count < batch.count {
                    result.outcomes.append(.failed(failure))
                }
                result.failure = error
            }
        }
        result.notes = notes
        notes = []
        result.file = current?.name.text
        result.sequence = encoder.chain.next - 1
        result.head = String(decoding: encoder.chain.head, as: UTF8.self)
        result.syncDue = syncDue()
        return result
    }

    /// Closes the current file with its closing record, if that can be done.
    func finishFile() {
        do throws(PosixFile.Failure) {
            try closeCurrent()
        } catch {
            fail(error)
        }
    }

    /// Forces the current file to the disk and lets it go without a closing record: the next start
    /// goes on in it.
    func release() {
        if let file = current?.file {
            do throws(PosixFile.Failure) {
                try file.sync()
            } catch {
                options.notify(.note("event log: \(error)"))
            }
        }
        current = nil
        folderLock = nil
    }

    private func fail(_ failure: PosixFile.Failure) {
        current = nil
        encoder.chain = confirmed
        retry.fail(failure)
    }

    private func syncDue() -> PosixFile? {
        guard isDirty, let sync = options.sync, let current,
            ContinuousClock.now - lastSync >= sync
        else { return nil }
        isDirty = false
        lastSync = .now
        return current.file
    }

    // MARK: Records

    private func writeRecords(
        _ batch: ArraySlice<PendingEvent>, _ lost: LostEvents, _ result: inout Result
    ) throws(PosixFile.Failure) {
        var lines: [[UInt8]] = []
        var byteCount = 0
        if lost.count > 0, let since = lost.since {
            lines.append(encoder.gap(options.clock(), count: lost.count, since: since))
        }
        let gapLines = lines.count
        for pending in batch {
            let line = encoder.event(pending.event)
            byteCount += line.count
            lines.append(line)
            if byteCount >= Limits.Events.batchBytesMax {
                try flush(&lines, gapLines: gapLines, &result)
                byteCount = 0
            }
        }
        try flush(&lines, gapLines: gapLines, &result)
    }

    /// Appends `lines` with one write and notes the outcome of each event among them.
    private func flush(
        _ lines: inout [[UInt8]], gapLines: Int, _ result: inout Result
    ) throws(PosixFile.Failure) {
        let firstSequence = encoder.chain.next - UInt64(lines.count)
        let taken = lines
        lines = []
        let (whole, failure) = append(taken)
        for index in 0..<whole {
            if gapLines == 1, !result.gapIsWritten {
                result.gapIsWritten = true
            } else {
                result.outcomes.append(.written(sequence: firstSequence + UInt64(index)))
            }
        }
        if let failure { throw failure }
    }

    /// Appends whole lines to the current file. A line that went only in part is cut off again.
    /// - Returns: how many lines are in the file.
    private func append(_ lines: [[UInt8]]) -> (whole: Int, failure: PosixFile.Failure?) {
        guard let open = current else { return (0, retry.failure) }
        guard !lines.isEmpty else { return (0, nil) }
        let (written, failure) = open.file.append(Array(lines.joined()))
        isDirty = true
        guard let failure else {
            current?.byteCount += written
            confirmed = encoder.chain
            return (lines.count, nil)
        }
        var whole = 0
        var end = 0
        while whole < lines.count, end + lines[whole].count <= written {
            end += lines[whole].count
            whole += 1
        }
        if whole > 0 { confirmed = Chain(after: lines[whole - 1]) ?? confirmed }
        do throws(PosixFile.Failure) {
            try open.file.truncate(to: open.byteCount + end)
        } catch {
            // The next attempt finds the part line at the end and puts it aside.
            notes.append("event log: \(error)")
        }
        return (whole, failure)
    }

    private func appendOwn(_ line: [UInt8]) throws(PosixFile.Failure) {
        if let failure = append([line]).failure { throw failure }
    }

    private func closeCurrent() throws(PosixFile.Failure) {
        guard let open = current else { return }
        try appendOwn(encoder.close(options.clock(), first: open.first))
        try open.file.sync()
        current = nil
    }

    // MARK: Files

    /// Makes sure that the current file is open and of today.
    private func prepareFile() throws(PosixFile.Failure) {
        let today = options.clock().dayText
        if let open = current {
            if try !open.file.status().isLinked {
                notes.append("event log: \(open.name.text) was deleted; a new file is begun")
                current = nil
                try begin(LogFileName(day: today, number: 0), after: open.name)
            } else if open.name.day < today {
                try closeCurrent()
                try begin(LogFileName(day: today, number: 0), after: open.name)
            }
            return
        }
        try PosixFile.makeFolder(options.folder)
        if folderLock == nil {
            let lock = try PosixFile.open(options.folder + "/.lock", O_RDWR | O_CREAT)
            try lock.lock()
            folderLock = lock
        }
        loadKey()
        try resume(today: today)
    }

    private func loadKey() {
        guard encoder.redactor.nodeKey == nil else { return }
        do throws(PosixFile.Failure) {
            encoder.redactor.nodeKey = try NodeKey.load(path: options.keyFile)
        } catch {
            notes.append("event log: keyed hashes are left out: \(error)")
        }
    }

    /// Goes on where the folder's newest file ends.
    private func resume(today: String) throws(PosixFile.Failure) {
        var after: LogFileName?
        var broken: TornTail?
        for name in try LogFileName.all(in: options.folder).reversed() {
            after = after ?? name
            let file = try PosixFile.open(path(name), O_RDWR | O_APPEND)
            guard let tail = try LogTail.read(file) else {
                let size = try file.status().byteCount
                if size > 0, broken == nil {
                    broken = TornTail(file: name.text, byteCount: size)
                }
                continue
            }
            encoder.chain = Chain(next: tail.last + 1, head: tail.head)
            confirmed = encoder.chain
            current = OpenFile(
                file: file, name: name, first: tail.first, byteCount: tail.byteCount)
            let torn = try cutTorn(tail)
            if tail.isClosed {
                current = nil
                broken = broken ?? torn
            } else if let torn {
                try appendOwn(encoder.torn(options.clock(), torn))
            }
            break
        }
        // A newer file without a whole record stands between: it is left as it is.
        if let current, current.name == after, current.name.day >= today { return }
        try closeCurrent()
        let number = after.map { $0.day >= today ? $0.number + 1 : 0 } ?? 0
        let day = after.map { max($0.day, today) } ?? today
        try begin(LogFileName(day: day, number: number), after: after)
        if let broken { try appendOwn(encoder.torn(options.clock(), broken)) }
    }

    /// Puts the bytes after the last whole record into a file of their own and cuts them off.
    private func cutTorn(_ tail: LogTail) throws(PosixFile.Failure) -> TornTail? {
        guard tail.tornBytes > 0, let open = current else { return nil }
        let bytes = try open.file.read(at: tail.byteCount, count: tail.tornBytes)
        var torn = TornTail(file: open.name.text, byteCount: bytes.count)
        torn.hash = String(decoding: Chain.hash(bytes[...]), as: UTF8.self)
        let aside = "torn-\(tail.last + 1)-\(open.name.text)"
        do throws(PosixFile.Failure) {
            let file = try PosixFile.open(
                options.folder + "/" + aside, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640)
            if let failure = file.append(bytes).failure { throw failure }
            torn.aside = aside
        } catch {
            // Its hash is in the record; a full disk must not keep the log from going on.
            notes.append("event log: the torn line is not kept: \(error)")
        }
        try open.file.truncate(to: tail.byteCount)
        notes.append(
            "event log: \(bytes.count) bytes after record \(tail.last) of \(open.name.text) were"
                + " torn; put aside\(torn.aside.map { " as \($0)" } ?? "")")
        return torn
    }

    /// Begins a file; takes the next free number where the name is taken.
    private func begin(
        _ wanted: LogFileName, after previous: LogFileName?
    ) throws(PosixFile.Failure) {
        var name = wanted
        while true {
            do throws(PosixFile.Failure) {
                let file = try PosixFile.open(
                    path(name), O_RDWR | O_APPEND | O_CREAT | O_EXCL, mode: 0o640)
                current = OpenFile(
                    file: file, name: name, first: encoder.chain.next, byteCount: 0)
                break
            } catch {
                guard error.code == EEXIST, name.number + 1 < Limits.Events.filesPerDayMax else {
                    throw error
                }
                name = LogFileName(day: name.day, number: name.number + 1)
            }
        }
        do throws(PosixFile.Failure) {
            try appendOwn(
                encoder.open(options.clock(), file: name.text, previous: previous?.text))
        } catch {
            // Else each attempt on a full disk would leave an empty file.
            PosixFile.remove(path(name))
            throw error
        }
    }

    private func path(_ name: LogFileName) -> String { options.folder + "/" + name.text }
}
