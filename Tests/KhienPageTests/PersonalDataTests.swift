import Foundation
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// The shipped list of personal data, on numbers as people write them. None is a real one.
@Suite struct PersonalDataTests {
    private static func reader() throws -> PageReader {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "blocklists/phrases/personal-data.yaml")
        let list = CompiledImage.list(
            try String(contentsOf: path, encoding: .utf8), format: .phrases,
            name: "personal-data.yaml", category: "personal-data")
        return try PageBench([list]).reader(.forms)
    }

    private static func isFound(_ value: String) throws -> Bool {
        let step = try reader().read(Array(value.utf8), type: "text/plain; charset=utf-8")
        if case .condemned = step { return true }
        return false
    }

    @Test(arguments: [
        "0912345678", "0912 345 678", "091 234 5678", "0912 34 56 78", "0912.34.56.78",
        "09 1234 5678", "0912_345_678", "0912-345-678", "+84 912 345 678", "0084912345678",
        "(+84) 912-345-678", "(84)912345678", "+84 (0)912 345 678", "024 3825 1234",
        "(+84) 24 3825 1234", "079203001234", "079 203 001 234", "(091) 234 5678",
        "(091)2345678", "(024) 3825 1234",
    ])
    func numbersOfPeople(number: String) throws {
        #expect(try Self.isFound("Số của em: \(number) nhé"))
    }

    @Test(arguments: [
        "12345678", "091234567", "09123456789", "0012345678", "4111 1111 1111 1111",
        "2026-11-28 09:15:30", "079 903 001 23", "1.234.567.890 đồng", "978-604-1-00001-7",
    ])
    func otherNumbers(number: String) throws {
        #expect(try !Self.isFound("Số: \(number) nhé"))
    }

    /// Where a child lives or goes to school, as children type it.
    @Test(arguments: [
        "số nhà 12 đường Lê Lợi quận 1", "so nha 12 duong Le Loi quan 1",
        "12 đường Lê Lợi, phường Bến Nghé, quận 1", "12/3b phố Huế, phường Ngô Thì Nhậm",
        "nhà em ở số 12 đường Lê Lợi phường 3 quận 1", "nha em o phuong 3",
        "em học trường Nguyễn Du", "em hoc truong Nguyen Du", "em học lớp 6A",
        "em hoc lop 6a truong THCS Nguyen Du", "lop 6a truong THCS Nguyen Du",
        "Lớp 6A trường THCS Nguyễn Du", "SỐ NHÀ 12, THÔN ĐÔNG, XÃ AN BÌNH",
    ])
    func placesOfPeople(text: String) throws {
        #expect(try Self.isFound(text))
    }

    @Test(arguments: [
        "em học trường nào cũng được", "đường Lê Lợi ở đâu", "quận 1 có gì vui",
        "phương pháp học tập lớp 6", "mạng xã hội", "xã hội học là gì", "giá 12 triệu đồng",
        "bài tập toán lớp 6", "trường THCS tốt nhất", "thời tiết huyện Sóc Sơn hôm nay",
        "bus 12 phố cổ", "phường là đơn vị hành chính của quận",
    ])
    func otherTexts(text: String) throws {
        #expect(try !Self.isFound(text))
    }
}
