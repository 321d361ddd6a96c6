import KhienModel

/// The room that text is folded in, some 60 KiB, 90 where texts have signs beyond ASCII and marks. One serves any
/// number of pipelines with the same views and joints, one after the other: what belongs to a text is with its
/// pipeline.
public final class FoldingRoom {
    var folder: CanonicalFolder
    /// The marks of the letters that are being handed out.
    public let marks: MarkRoom

    /// - Parameters:
    ///   - views: the views that are given.
    ///   - joints: where the joined view looks at separators between words.
    public init(views: TextViews = .all, joints: WordJoints = .all) {
        let folder = CanonicalFolder(views: views, joints: joints)
        marks = folder.markRoom
        self.folder = folder
    }
}

@available(*, unavailable)
extension FoldingRoom: Sendable {}
