import KhienModel
import KhienText
import Testing

/// Bodies of forms to the names and values in them.
@Suite struct FormReaderTests {
    struct Fields: Equatable {
        var names = ""
        var values = ""
        var charsets = ""
        var sawFile = false
    }

    /// Reads a body in slices of `size`; NUL is shown as `|`.
    static func read(_ kind: FormKind, _ body: [UInt8], size: Int = .max) -> Fields {
        var reader = FormReader(kind)
        var names: [UInt8] = []
        var values: [UInt8] = []
        var charsets: [UInt8] = []
        func take(_ piece: Span<UInt8>, _ part: FormPart) {
            if part == .charset {
                charsets += piece.indices.map { piece[$0] } + [0]
                return
            }
            for index in piece.indices {
                if part == .name { names.append(piece[index]) } else { values.append(piece[index]) }
            }
        }
        var start = 0
        while start < body.count {
            let end = size == .max ? body.count : min(start + size, body.count)
            reader.feed(Array(body[start..<end]).span, take)
            start = end
        }
        reader.finish(take)
        func shown(_ bytes: [UInt8]) -> String {
            String(decoding: bytes.map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self)
        }
        return Fields(
            names: shown(names), values: shown(values), charsets: shown(charsets),
            sawFile: reader.sawFile)
    }

    static func read(_ kind: FormKind, _ body: String) -> Fields { read(kind, Array(body.utf8)) }

    // MARK: urlencoded

    /// URL Standard section 5.1, and what browsers send for Vietnamese.
    static let urlencoded: [(body: String, names: String, values: String)] = [
        ("a=1&b=2", "a|b|", "1|2|"),
        ("q=Tr%C6%B0%E1%BB%9Dng+h%E1%BB%8Dc", "q|", "Trường học|"),
        ("a=b=c", "a|", "b=c|"),
        ("a", "a|", ""),
        ("&&a=&=x&", "a|", "x|"),
        ("a=%zz%4", "a|", "%zz%4|"),
        ("a=%%41%4&b=%", "a|b|", "%A%4|%|"),
        ("a=1%00 2", "a|", "1| 2|"),
        ("a+b%3D=%2B", "a b=|", "+|"),
        ("", "", ""),
        // JSON in a field: its escapes, and none of what is no JSON or ends amid one.
        (#"a={"x":"\u0030912\u1ea1"}"#, "a|", #"{"x":"0912ạ"}|"#),
        (#"a=+[%22%5Cu0030912%22]&b=\u0030"#, "a|b|", #" ["0912"]|\u0030|"#),
        (#"a={\u003&b={\u0022"#, "a|b|", #"{\u003|{\u0022|"#),
        (#"a={%00\u0030"#, "a|", #"{|\u0030|"#),
        (#"a={"x":"\u002B84\u002e9\u003c"}"#, "a|", #"{"x":"+84.9\u003c"}|"#),
        // JSON under this type, as scripts send it.
        (#"{"a":"b%20c=\u0030&d"}"#, "", #"{"a":"b c|\u0030|d"}|"#),
        (#" [1,"x"]"#, "", #"[1,"x"]|"#), ("a{=1", "a{|", "1|"),
    ]

    @Test(arguments: urlencoded)
    func urlencodedFields(body: String, names: String, values: String) {
        let fields = Self.read(.urlencoded, body)
        #expect(fields.names == names)
        #expect(fields.values == values)
        #expect(!fields.sawFile)
    }

    // MARK: multipart

    private static let kind = FormKind.multipart(boundary: Array("b-1".utf8))

    private static func part(_ disposition: String, _ value: String, _ more: String = "") -> String
    {
        "--b-1\r\nContent-Disposition: form-data; \(disposition)\r\n\(more)\r\n\(value)\r\n"
    }

    @Test func multipartFields() {
        let fields = Self.read(
            Self.kind,
            "preamble\r\n" + Self.part("name=\"họ tên\"", "Nguyễn Văn A")
                + Self.part("name=b", "two\r\nlines") + Self.part("name=\"\\\"q\\\"\"", "")
                + "--b-1--\r\nepilogue")
        #expect(fields.names == "họ tên|b|\"q\"|")
        #expect(fields.values == "Nguyễn Văn A\r|two\r\nlines\r|\r|")
        #expect(!fields.sawFile)
    }

    @Test func filesArePassedOverAndSeen() {
        let fields = Self.read(
            Self.kind,
            Self.part(
                "name=f; filename=\"a.png\"", "secret\r\n--b-2\r\nx", "Content-Type: image/png\r\n")
                + Self.part("name=g; filename*=UTF-8''x", "secret")
                + Self.part("name=j; filename=j", "secret", "Content-Type: application/zip\r\n")
                + Self.part("name=t", "seen", "content-type: TEXT/plain; charset=utf-8\r\n")
                + "--b-1--")
        #expect(fields.names == "f|g|j|t|")
        #expect(fields.values == "seen\r|")
        #expect(fields.sawFile)
    }

    /// The charset that a part says it is in comes before its value.
    @Test(arguments: [1, 7, 1_000])
    func charsetsOfParts(size: Int) {
        let body =
            Self.part("name=a", "b", "Content-Type: text/plain; charset=\"windows-1258\"\r\n")
            + Self.part("name=c", "d", "Content-Type: text/plain;charset=\r\n")
            + Self.part("name=e", "f", "Content-Type: text/plain; format=x; CHARSET=big5\r\n")
            + "--b-1--"
        let fields = Self.read(Self.kind, Array(body.utf8), size: size)
        #expect(fields.charsets == "windows-1258|big5|")
        #expect(fields.names == "a|c|e|" && fields.values == "b\r|d\r|f\r|")
    }

    /// The field in which browsers say it.
    @Test(
        arguments: [
            ("_charset_=big5", "big5"), ("a=b&_charset_=koi8-r&c=d", "koi8-r"),
            ("x_charset_=big5", ""), ("_charset_x=big5", ""), ("_charset=big5", ""),
            ("_charset_=&a=big5", ""), ("_charset_&a=big5", ""), ("a=_charset_&big5", ""),
            ("_charset_=\(String(repeating: "x", count: 65))", ""),
        ])
    func charsetField(body: String, wanted: String) {
        for size in [1, 3, 1_000] {
            var (field, found) = (CharsetField(), "")
            var reader = FormReader(.urlencoded)
            func take(_ piece: Span<UInt8>, _ part: FormPart) {
                if part == .name { field.readName(piece) }
                guard part == .value, let label = field.readValue(piece) else { return }
                found += String(decoding: label, as: UTF8.self)
            }
            let bytes = Array(body.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.feed(bytes.span.extracting(start..<min(start + size, bytes.count)), take)
            }
            reader.finish(take)
            #expect(found == wanted, "\(size)")
        }
    }

    /// The file, and what ends it, whatever the slices.
    @Test(arguments: [1, 7, 1_000])
    func bytesOfFilesAreCounted(size: Int) {
        let file = String(repeating: "a\nb\r\n--b-\n", count: 100)
        let body = Array(
            (Self.part("name=f; filename=a", file) + Self.part("name=t", "typed") + "--b-1--").utf8)
        var reader = FormReader(Self.kind)
        for start in stride(from: 0, to: body.count, by: size) {
            let end = min(start + size, body.count)
            reader.feed(Array(body[start..<end]).span) { _, _ in }
        }
        #expect(reader.skippedBytes == file.utf8.count + "\r\n--b-1".utf8.count)
    }

    /// A file that says that it is text, and fields that only look like files: RFC 7578 section 4.2.
    @Test(arguments: [
        ("name=f; filename=\"a.txt\"", "Content-Type: text/plain\r\n", true),
        ("name=f; filename=a; filename*=UTF-8''a", "Content-Type: text/csv\r\n", true),
        ("name=f; filename=\"\"", "", true),
        ("name=f; filename=", "Content-Type: application/octet-stream\r\n", true),
        ("name=f; filename=\"\"", "Content-Type: image/png\r\n", true),
        ("name=f; filename=\"a\"", "", false),
        ("name=f; filename=\"a.txt\"", "Content-Type: application/octet-stream\r\n", false),
        ("name=f; filename=blob", "Content-Type: application/json\r\n", true),
        ("name=f; filename=a", "Content-Type: Application/LD+JSON ; charset=utf-8\r\n", true),
        ("name=f; filename=a", "Content-Type: application/xml\r\n", true),
        ("name=f; filename=a", "Content-Type: image/svg+xml\r\n", true),
        ("name=f; filename=a", "Content-Type: application/jsonx\r\n", false),
        ("name=f; filename=a", "Content-Type: json\r\n", false),
        ("name=f; filename=a", "Content-Type: \r\n", false),
        ("name=f", "Content-Type: image/png\r\n", true),
        ("name=f", "Content-Type: application/json\r\n", true),
        ("name=\"\"", "Content-Type: image/png\r\n", true),
        ("x=f", "Content-Type: image/png\r\n", false),
        ("x=f", "Content-Type: application/json\r\n", true),
        ("x=f", "", true),
    ])
    func textOfFiles(disposition: String, more: String, isRead: Bool) {
        let fields = Self.read(Self.kind, Self.part(disposition, "typed", more) + "--b-1--")
        #expect(fields.values == (isRead ? "typed\r|" : ""))
        #expect(fields.sawFile != isRead)
    }

    @Test func escapesOfJSONAreDecoded() {
        let fields = Self.read(
            Self.kind,
            Self.part("name=a", #"["\u0030912"]"#) + Self.part("name=b", #"\u0030"#) + "--b-1--")
        #expect(fields.values == "[\"0912\"]\r|" + #"\u0030"# + "\r|")
    }

    /// A longer boundary, a dash too few, a boundary in the middle of a line: text.
    @Test func whatLooksLikeABoundaryIsText() {
        let text = "x --b-1\n--b-10\n--b-\n\n--b-1x\n-- b-1\n--b-1 y"
        let fields = Self.read(Self.kind, Self.part("name=a", text) + "--b-1--\r\n")
        #expect(fields.values == text + "\r|")
    }

    @Test func bareLineFeedsAndBlanksAreTaken() {
        let fields = Self.read(
            Self.kind, "--b-1 \t\nContent-Disposition: form-data; name=a\n\nv\n--b-1--  \n")
        #expect(fields.names == "a|")
        #expect(fields.values == "v|")
    }

    /// What ends too early was sent all the same.
    @Test(arguments: [
        ("--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nhal", "hal|"),
        ("--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf\r\n--b", "half\r\n--b|"),
        ("--b-1\r\n\r\nno name\r\n--b-1--", "no name\r|"),
    ])
    func endsTooEarly(body: String, values: String) {
        #expect(Self.read(Self.kind, body).values == values)
    }

    /// The limit and one byte more: a file whose head is too long to be known as one is read.
    @Test(arguments: [0, 1])
    func longHeadIsReadAsText(excess: Int) {
        let line = "Content-Disposition: form-data; name=a; filename=b\r\n"
        // What is kept holds all lines but the empty one.
        let padding = Limits.Text.formHeadBytesMax - line.utf8.count - 6 + excess
        let long = "X: " + String(repeating: "y", count: padding) + "\r\n"
        let fields = Self.read(Self.kind, "--b-1\r\n" + line + long + "\r\nvalue\r\n--b-1--")
        #expect(fields.sawFile == (excess == 0))
        #expect(fields.values == (excess == 0 ? "" : "value\r|"))
    }

    // MARK: every split

    static let bodies: [(kind: FormKind, body: String)] =
        urlencoded.map { (.urlencoded, $0.body) } + [
            (
                kind,
                "x\r\n" + part("name=a", "v\r\n\n--b-\r\n--b-1x") + part("name=b; filename=c", "f")
                    + part("name=d", "") + "--b-1--\r\ny"
            ),
            (
                kind,
                part("name=a", #"{"x":"\u0030\ud83d\ude00\u12"}"#) + part("name=b", #"\u0030"#)
            ), (.whole, part("name=a", "v\0w")),
        ]

    @Test func anySplitGivesTheSame() {
        for (kind, body) in Self.bodies {
            let bytes = Array(body.utf8)
            let whole = Self.read(kind, bytes)
            for size in 1...max(1, bytes.count) {
                #expect(Self.read(kind, bytes, size: size) == whole, "\(body) by \(size)")
            }
        }
    }

    // MARK: kinds

    static let kinds: [(value: String, kind: FormKind?)] = [
        ("application/x-www-form-urlencoded", .urlencoded),
        (" Application/X-WWW-Form-Urlencoded ; charset=utf-8", .urlencoded),
        ("multipart/form-data; boundary=b-1", kind),
        ("multipart/form-data;charset=utf-8 ; Boundary=\"b-1\"; x=y", kind),
        ("multipart/mixed; boundary=b-1 ", kind),
        // Types as servers such as PHP cut them: at `;`, `,` or white space.
        ("application/x-www-form-urlencoded x", .urlencoded),
        ("\tapplication/x-www-form-urlencoded, x", .urlencoded),
        ("application/x-www-form-urlencoded,text/plain", .urlencoded),
        ("multipart/form-data; boundary=b-1, foo", .whole),
        ("multipart/form-data; boundary=b-1,c", .whole),
        ("multipart/form-data x; boundary=b-1", kind),
        ("multipart/form-data, boundary=b-1 ,x", .whole),
        ("multipart/form-data, boundary=b-1", kind),
        ("multipart/form-data; xboundary=c; boundary=b-1", .whole),
        ("multipart/form-data; boundary=\"b-1\" foo", kind),
        ("multipart/form-data; x=\"boundary=c, boundary=d\"; boundary=b-1", .whole),
        ("multipart/form-data; x=\"c; d, e\"; boundary=b-1", kind),
        // No boundary, none that can be, and one that servers read in two ways.
        ("multipart/form-data", .whole),
        ("multipart/form-data; boundary=", .whole),
        ("multipart/form-data; boundary=,b-1", .whole),
        ("multipart/form-data; boundary=\"a\nb\"", .whole),
        ("multipart/form-data; boundary=b-1 foo", .whole),
        ("multipart/form-data; xboundary=b-1", .whole),
        ("text/plain, multipart/form-data; boundary=b-1", nil),
        ("multipart", nil), ("application/json", nil), ("", nil),
        ("application/x-www-form-urlencodedx", nil),
    ]

    @Test(arguments: kinds)
    func kindOfAContentType(value: String, kind: FormKind?) {
        #expect(FormKind(contentType: Array(value.utf8).span) == kind)
    }

    @Test(arguments: [0, 1])
    func boundaryHasALimit(excess: Int) {
        let boundary = String(repeating: "b", count: Limits.Text.formBoundaryBytesMax + excess)
        let value = Array("multipart/form-data; boundary=\(boundary)".utf8)
        #expect((FormKind(contentType: value.span) == .whole) == (excess == 1))
    }

    // MARK: boundaries that never come

    /// A multipart of which nothing was read.
    @Test(arguments: [
        ("a=0912345678", true), ("--b-2\r\n\r\nx\r\n--b-2--", true), ("x --b-1\r\n", true),
        ("--b-1x", true), ("", false), ("\r\n \t\r\n", false), ("--b-1", false),
        ("--b-1--\r\nepilogue", false), ("preamble\r\n--b-1\r\n", false),
    ])
    func boundaryThatNeverComes(body: String, isLacking: Bool) {
        for size in [1, 3, 1_000] {
            var reader = FormReader(Self.kind)
            let bytes = Array(body.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                let end = min(start + size, bytes.count)
                reader.feed(Array(bytes[start..<end]).span) { _, _ in }
            }
            reader.finish { _, _ in }
            #expect(reader.lacksBoundary == isLacking, "\(body) by \(size)")
        }
    }

    /// Without a usable boundary all of the body is one value.
    @Test func wholeBodyIsAValue() {
        let body = "--b\r\nContent-Type: image/png\r\n\r\n\0typed"
        #expect(
            Self.read(.whole, body)
                == Fields(values: "--b\r\nContent-Type: image/png\r\n\r\n|typed|"))
        #expect(Self.read(.whole, "") == Fields())
    }
}
