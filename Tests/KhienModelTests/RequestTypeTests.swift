import KhienModel
import Testing

@Suite struct RequestTypeTests {
    @Test(arguments: RequestType.allCases)
    func namesAreRead(type: RequestType) {
        #expect(RequestType(name: type.name) == type)
    }

    /// The types of requests as browsers' tools and traces name them.
    @Test(
        arguments: [
            ("document", RequestType.document), ("stylesheet", .stylesheet), ("image", .image),
            ("media", .media), ("font", .font), ("script", .script), ("texttrack", .media),
            ("xhr", .xmlhttprequest), ("fetch", .xmlhttprequest), ("eventsource", .xmlhttprequest),
            ("websocket", .websocket), ("manifest", .other), ("web_manifest", .other),
            ("track", .media), ("main_frame", .document), ("sub_frame", .subdocument),
            ("iframe", .subdocument), ("beacon", .ping), ("imageset", .image),
        ])
    func usualSpellings(name: String, type: RequestType) {
        #expect(RequestType(name: name) == type)
    }

    @Test(arguments: ["", "Document", "script ", "~script", "everything"])
    func othersAreNone(name: String) {
        #expect(RequestType(name: name) == nil)
    }
}
