import KhienAnswer
import KhienModel

let testKey = ContinueKey(bytes: [UInt8](repeating: 7, count: 32)) ?? ContinueKey()
/// 2026-11-23T12:00:00Z
let noon = UnixTime(seconds: 1_795_435_200)

let testOptions = AnswerOptions(
    site: "Trường THPT mẫu", contact: "admin@school.test", url: "https://filter.school.test/")

let testOrder = Order(
    number: "12/QĐ-STTTT", authority: "Sở Thông tin và Truyền thông mẫu",
    legalBasis: "Nghị định 147/2024/NĐ-CP", issued: UnixTime(seconds: 1_790_000_000),
    category: "gambling", contact: "khieunai@authority.test")

func makeJudgement(
    _ verdict: Action = .block, category: String = "gambling", order: Order? = nil,
    authority: Authority = .operator
) -> Judgement {
    Judgement(
        verdict: verdict,
        reason: Reason(
            rule: RuleID(0xAB), kind: .domain, target: "casino.test", list: "gambling", line: 1,
            category: category, action: verdict, authority: authority, layer: .host, view: .exact,
            order: order))
}

func makeRequest(
    method: String = "GET", isForm: Bool = false, partHasLeft: Bool = false,
    host: String = "casino.test",
    path: String = "/play?table=1",
    accept: String? = "text/html", language: String? = nil, destination: String? = nil,
    client: [UInt8] = [10, 0, 0, 1], reference: String = "7KQ2-M9XD"
) -> AnswerRequest {
    AnswerRequest(
        method: method, isForm: isForm, partHasLeft: partHasLeft, host: host, path: path,
        accept: accept,
        acceptLanguage: language,
        fetchDestination: destination, client: client, now: noon, reference: reference)
}

func makeRenderer(_ options: AnswerOptions = testOptions) -> AnswerRenderer {
    AnswerRenderer(options: options, key: testKey)
}

extension Answer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
