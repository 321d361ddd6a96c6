/// One step of a library: how much it read and wrote, and how it stands.
struct StageStep {
    var read: Int
    var written: Int
    var state: State

    enum State: Equatable {
        /// The input is used up or the output is full.
        case running
        /// The end mark was read; what follows was left unread.
        case finished
        case failed(ContentError.Code)
    }
}
