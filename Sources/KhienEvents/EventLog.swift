import Dispatch
import KhienModel
import Synchronization

/// The event log: JSON Lines, hash-chained, a file a day (docs/FORMAT-EVENTS.md).
///
/// Events come from any thread and wait in a bounded queue. One writer takes all that wait, closes
/// the chain over them and writes them with one `write`; so the cost of the system call is shared by
/// as many events as arrive meanwhile. It answers when the data is in the kernel.
public final class EventLog: Sendable {
    private let options: EventLogOptions
    private let queue = DispatchQueue(label: "khien.events", qos: .userInitiated)
    private let syncQueue = DispatchQueue(label: "khien.events.sync", qos: .utility)
    /// Locked only on `queue`: the lock tells the compiler what the queue already grants.
    private let writer: Mutex<LogWriter>
    private let state = Mutex(State())

    private struct State {
        var pending: [PendingEvent] = []
        /// `pending` and those that the writer has taken but not answered.
        var waiting = 0
        var isScheduled = false
        var isClosed = false
        var lost = LostEvents()
        var status = EventLogStatus()
        var syncIsRunning = false
    }

    /// Opens the log. A folder that cannot be written is no error here: the log says so in its
    /// status and to each event, and tries again.
    public init(_ options: EventLogOptions) {
        self.options = options
        PosixFile.ignoreFileSizeSignal()
        writer = Mutex(LogWriter(options))
        queue.sync { drain(isTick: true) }
        scheduleTick()
    }

    /// Hands over an event from any thread; returns at once.
    /// - Parameter then: called once. On the writer's thread, when the event is in the kernel or
    ///   has failed; on the caller's, when the queue is full or the log closed.
    public func append(
        _ event: BlockEvent, then: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        let refusal: EventLogFailure? = state.withLock { state in
            if state.isClosed {
                return EventLogFailure(code: .closed, systemCode: 0, description: "log closed")
            }
            guard state.waiting < Limits.Events.queueEventsMax else {
                state.lost.add(1, at: event.time)
                state.status.lost += 1
                return EventLogFailure(
                    code: .queueFull, systemCode: 0,
                    description: "\(Limits.Events.queueEventsMax) events wait already")
            }
            state.pending.append(PendingEvent(event: event, then: then))
            state.waiting += 1
            if !state.isScheduled {
                state.isScheduled = true
                queue.async { self.drain(isTick: false) }
            }
            return nil
        }
        if let refusal { then(.failed(refusal)) }
    }

    /// Closes the current file with its closing record and begins another: for SIGUSR1, after the
    /// operator moved files away or before they do.
    public func reopen() {
        queue.async {
            self.writer.withLock { $0.finishFile() }
            self.drain(isTick: true)
        }
    }

    /// Writes what waits, forces it to the disk and lets the files go. Events that come later fail.
    /// Blocks until done.
    public func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {
            drain(isTick: false)
            writer.withLock { $0.release() }
        }
        syncQueue.sync {}
    }

    public var status: EventLogStatus {
        state.withLock { state in
            var status = state.status
            status.waiting = state.waiting
            return status
        }
    }

    /// Runs on `queue` until nothing waits.
    private func drain(isTick: Bool) {
        if isTick { writeBatch([]) }
        while true {
            let taken: [PendingEvent] = state.withLock { state in
                let taken = state.pending
                state.pending = []
                if taken.isEmpty { state.isScheduled = false }
                return taken
            }
            if taken.isEmpty { return }
            var start = 0
            while start < taken.count {
                let end = min(start + Limits.Events.batchEventsMax, taken.count)
                writeBatch(taken[start..<end])
                start = end
            }
        }
    }

    /// Writes some events and answers them.
    private func writeBatch(_ batch: ArraySlice<PendingEvent>) {
        let lost = state.withLock { $0.lost }
        let result = writer.withLock { $0.write(batch, lost: lost) }
        let notice: EventLogNotice? = state.withLock { state in
            if result.gapIsWritten { state.lost.subtract(lost) }
            state.waiting -= batch.count
            let failed = UInt64(result.outcomes.reduce(0) { $0 + ($1.isFailure ? 1 : 0) })
            if failed > 0, let first = batch.first {
                state.lost.add(failed, at: first.event.time)
            }
            state.status.lost += failed
            state.status.written += UInt64(batch.count) - failed
            let before = state.status.failure
            state.status.failure = result.failure?.description
            state.status.file = result.file
            state.status.sequence = result.sequence
            state.status.head = result.head
            switch (before, result.failure) {
            case (nil, .some(let failure)): return .failing(failure.description)
            case (.some, nil): return .recovered(lost: lost.count)
            default: return nil
            }
        }
        for (pending, outcome) in zip(batch, result.outcomes) { pending.then(outcome) }
        if let notice { options.notify(notice) }
        for note in result.notes { options.notify(.note(note)) }
        if let file = result.syncDue { startSync(file) }
    }

    /// Forces a file to the disk beside the writer, which must not wait for the disk.
    private func startSync(_ file: PosixFile) {
        let isFree = state.withLock { state in
            if state.syncIsRunning { return false }
            state.syncIsRunning = true
            return true
        }
        guard isFree else { return }
        syncQueue.async {
            var failure: PosixFile.Failure?
            do throws(PosixFile.Failure) {
                try file.sync()
            } catch {
                failure = error
            }
            self.state.withLock { state in
                state.syncIsRunning = false
                if failure != nil { state.status.syncFailures += 1 }
            }
            if let failure { self.options.notify(.note("event log: \(failure)")) }
        }
    }

    /// Once a second or as often as data is to be forced to the disk: rotates at midnight, tries
    /// again after a failure, forces what is left.
    private func scheduleTick() {
        let interval = max(.milliseconds(50), min(options.sync ?? .seconds(1), .seconds(1)))
        let milliseconds = Int(interval.components.attoseconds / 1_000_000_000_000_000)
            + Int(interval.components.seconds) * 1_000
        queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self, !self.state.withLock({ $0.isClosed }) else { return }
            self.drain(isTick: true)
            self.scheduleTick()
        }
    }
}

/// An event that waits, and whom to tell.
struct PendingEvent: Sendable {
    let event: BlockEvent
    let then: @Sendable (AppendOutcome) -> Void
}

/// Events that could not be written and are not yet told of in the log.
struct LostEvents: Sendable {
    private(set) var count: UInt64 = 0
    private(set) var since: EventTime?

    mutating func add(_ more: UInt64, at time: EventTime) {
        count += more
        since = since ?? time
    }

    /// What a gap record told of is no longer to be told.
    mutating func subtract(_ told: LostEvents) {
        count -= told.count
        if count == 0 { since = nil }
    }
}

extension AppendOutcome {
    var isFailure: Bool {
        if case .failed = self { return true }
        return false
    }
}
