import KhienModel

/// The reading of one body. Used on one event loop; let go of when the body is over, was condemned
/// or cleared, or its connection ended.
///
/// ```
///   feed ... feed, pause, feed ... complete, finish    each answers with an InspectionState
///         condemned(monitor), or condemned(warn) that the client may pass over: resume, then on
/// ```
public protocol BodyInspection: AnyObject {
    /// The next bytes of the body: transfer coding removed, content codings as sent. At most one
    /// read of the connection (`Limits.Proxy.readBytesMax`), never empty.
    func feed(_ bytes: Span<UInt8>) -> InspectionState

    /// Nothing came for `delayMax`: decide about what is there, so that it can go on. Whatever the
    /// answer but `condemned` and `unreadable`, everything held passes, unless reading it is behind
    /// now: then it is asked once more when it is not.
    func pause() -> InspectionState

    /// The body is whole: what was put off until now is read, for a turn. `finish` follows when no more
    /// is to be read.
    func complete() -> InspectionState

    /// The body is whole. `undecided` means the same as `cleared` here.
    func finish() -> InspectionState

    /// What `condemned` said was recorded and does not hold the body back (`monitor`, or a warning
    /// that the client may pass over). Asked in place of going on at once; what is `condemned` after
    /// it is another judgement, a stricter one, or of a form a warning about something else.
    func resume() -> InspectionState

    /// Whether what was fed has not all been read: one turn of the event loop reads so much only.
    /// `catchUp` is asked in later turns until all is read, and `pause` and `finish` are not asked
    /// before; nothing more of the body leaves and little more of it is taken in meanwhile.
    var isBehind: Bool { get }

    /// Reads on in what was fed, for another turn.
    func catchUp() -> InspectionState

    /// What was passed over inside a body that is read otherwise (`file`); nil: nothing. Asked once,
    /// at the end, and counted.
    var skipped: BlindSpot? { get }

    /// The body was not read, as it is one that was read and cleared before. Asked once, at the end, and
    /// counted.
    var isKnown: Bool { get }
}

extension BodyInspection {
    public var skipped: BlindSpot? { nil }

    public var isKnown: Bool { false }

    /// Nothing is put off.
    public func complete() -> InspectionState { .undecided(released: 0) }

    /// All is read at once.
    public var isBehind: Bool { false }

    public func catchUp() -> InspectionState { .undecided(released: 0) }

    /// Nothing stricter is looked for.
    public func resume() -> InspectionState { .cleared }
}

/// What is known about a body so far.
public enum InspectionState {
    /// So many bytes of the body, counted from its start, may be passed on by now. The number never
    /// falls.
    case undecided(released: Int)
    /// Nothing more to read: all of it may pass.
    case cleared
    /// It is not let through as it is: `block` or `warn`; or it passes and is recorded: `monitor`.
    case condemned(Judgement)
    /// It cannot be read, or not further: the failure policy decides.
    case unreadable(BlindSpot)
}
