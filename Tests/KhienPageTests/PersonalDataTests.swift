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

    private static func isFound(
        _ value: String, type: String = "text/plain; charset=utf-8"
    ) throws -> Bool {
        let step = try reader().read(Array(value.utf8), type: type)
        if case .condemned = step { return true }
        return false
    }

    @Test(arguments: [
        "0912345678", "0912 345 678", "091 234 5678", "0912 34 56 78", "0912.34.56.78",
        "09 1234 5678", "0912_345_678", "0912-345-678", "+84 912 345 678", "0084912345678",
        "(+84) 912-345-678", "(84)912345678", "+84 (0)912 345 678", "024 3825 1234",
        "(+84) 24 3825 1234", "079203001234", "079 203 001 234", "(091) 234 5678",
        "(091)2345678", "(024) 3825 1234",
        // Other groups that people write.
        "0912 345678", "091.2345678", "091 2345 678", "091 234 56 78", "098 76 54 321",
        "(0912)345678", "(0236) 3822 123", "0243 825 1234", "0236.3822123", "02438251234",
        "024 38 25 12 34", "84912345678", "84 912 345 678", "+84 91 234 5678", "+84.912.345.678",
        "(+84)0912345678", "+842438251234", "0912 34 5678", "09.12.34.56.78",
        "84 912345678", "84-912345678", "84 2438251234",
        // A dot or a hyphen, then a space.
        "0912.345 678", "0912-345 678", "091.234 5678", "+84 912.345 678",
        // Other signs, one kind throughout.
        "0912/345/678", "0912,345,678", "0912 - 345 - 678", "0912*345*678", "0912~345~678",
        "0012 0401 2345", "0012-0401-2345", "001 2040 12345", "001_204_012_345",
        "001 204012345", "001.204.012.345",
        // Beside words and other numbers.
        "tel0912345678", "sđt0912345678", "số0912345678", "📞0912345678", "0912345678.",
        "0912345678,0987654321", "lớp 10 0912 345 678", "0912345678 10 tuổi",
    ])
    func numbersOfPeople(number: String) throws {
        #expect(try Self.isFound("Số của em: \(number) nhé"))
    }

    @Test(arguments: [
        "12345678", "091234567", "09123456789", "0012345678", "4111 1111 1111 1111",
        "2026-11-28 09:15:30", "079 903 001 23", "1.234.567.890 đồng", "978-604-1-00001-7",
        // Dates, times and short numbers in a row.
        "05.08.2024 08.15", "09-12-2024 10:00", "09/12/2024 10/12/2024", "08-12-2024 10-30-00",
        "08 2024 1530", "0812 2024 1530", "02 12 2024 1530", "09:12:34.5678",
        "0730 0815 0900 0945 1030", "03 25 36 47 58",
        // Decimals, hashes, numbers of books and of cards.
        "0.912345678", "0.387654321", "84.912345678", "0.84912345678", "1234567890.0987654321",
        "1,0912345678", "5f0912345678ab", "0912345678abc", "84912345678901",
        "550e8400-e29b-41d4-a716-0912345678ab", "ISBN 0-596-52068-9", "4111 0912 1111 1111",
        "4111 0011 2222 3333",
        // A digit too few or too many, two kinds of signs.
        "0912 345 67", "0912 345 6789", "0912-345.678", "0912.345 6789", "091.234 2024",
        "0815 120.000", "0912 345.678", "84912.345 678",
        // Of numbers with the code of the country.
        "84 91234567", "84 9123456789", "184 912345678", "2.84 912345678", "84, 912345678",
        "84 512345678",
        "09.12.34.56.78.90",
    ])
    func otherNumbers(number: String) throws {
        #expect(try !Self.isFound("Số: \(number) nhé"))
    }

    private static let form = "application/x-www-form-urlencoded"

    /// Fields of a form and elements of JSON, which are parted by a space each: a number in groups that
    /// people write is one there as well, what merely has as many digits is none.
    @Test(arguments: [
        (form, "day=09&month=12&year=2010&class=10", false),
        (form, "from=09-12-2024&to=10-12-2024", false), (form, "date=09-12-2024+10%3A00", false),
        (form, "q1=03&q2=25&q3=364758", false), (form, "r=0.387654321", false),
        (form, #"a={"x":"\u0030912345678"}"#, true), (form, #"a=\u0030912345678"#, false),
        (form, "tel1=0912&tel2=345&tel3=678", true), (form, "p=%2B84912345678", true),
        ("application/json", #"{"grades":[0,8,8,9,7,10,9,8,9]}"#, false),
        ("application/json", "[[0,9],[12,34],[56,78]]", false),
        ("application/json", #"{"r":0.387654321}"#, false),
        ("application/json", "[84,912345678]", false),
        ("application/json", "[ 84 , 912345678 ]", false),
        ("application/json", #"{"a":84,"912345678":0}"#, false),
        ("application/json", #"{"t":84912345678}"#, true),
        ("application/json", #"[1,84912345678,2]"#, true),
        ("application/json", #"{"t":"84 912345678"}"#, true),
        (form, "code=84&tel=912345678", true), (form, "tel=84+912345678", true),
        ("application/json", #"["09","12","2010","08","30"]"#, false),
        ("application/json", #"["0912","345","678"]"#, true),
    ])
    func fieldsAndElements(type: String, body: String, isNumber: Bool) throws {
        #expect(try Self.isFound(body, type: type) == isNumber)
    }

    @Test func partsOfAForm() throws {
        let body =
            ["03", "25", "364758"].enumerated().map { index, value in
                "--b\r\nContent-Disposition: form-data; name=\"q\(index)\"\r\n\r\n\(value)\r\n"
            }.joined() + "--b--\r\n"
        #expect(try !Self.isFound(body, type: "multipart/form-data; boundary=b"))
    }

    /// Where a child lives or goes to school, as children type it.
    @Test(arguments: [
        "số nhà 12 đường Lê Lợi quận 1", "so nha 12 duong Le Loi quan 1",
        "12 đường Lê Lợi, phường Bến Nghé, quận 1", "12/3b phố Huế, phường Ngô Thì Nhậm",
        "nhà em ở số 12 đường Lê Lợi phường 3 quận 1", "nha em o phuong 3",
        "em học trường Nguyễn Du", "em hoc truong Nguyen Du", "em học lớp 6A",
        "em hoc lop 6a truong THCS Nguyen Du", "lop 6a truong THCS Nguyen Du",
        "Lớp 6A trường THCS Nguyễn Du", "SỐ NHÀ 12, THÔN ĐÔNG, XÃ AN BÌNH",
        "em sống ở phường Bến Nghé", "địa chỉ nhà em: ngõ 5 phố Huế, phường 3", "(số nhà 5,ấp 3)",
        "hẻm 12 phường 3", "3 pho Hue, phuong 4",
        // Names that begin like words that are none.
        "12 đường Cao Thắng, phường 4", "12 duong Thang Long, phuong 4",
        "12 đường Kinh Dương Vương, phường 13", "5 đường Phan Chu Trinh, phường Hội Hợp",
        "12 đường Trung Kính, quận Cầu Giấy", "xã Giao Hải, huyện Giao Thủy", "thôn 3, xã Viên An",
    ])
    func placesOfPeople(text: String) throws {
        #expect(try Self.isFound(text))
    }

    @Test(arguments: [
        "em học trường nào cũng được", "đường Lê Lợi ở đâu", "quận 1 có gì vui",
        "phương pháp học tập lớp 6", "mạng xã hội", "xã hội học là gì", "giá 12 triệu đồng",
        "bài tập toán lớp 6", "trường THCS tốt nhất", "thời tiết huyện Sóc Sơn hôm nay",
        "bus 12 phố cổ", "phường là đơn vị hành chính của quận",
        "Bài 12 đường tròn ngoại tiếp tam giác ở phường hội",
        "bai 12 duong tron va phuong hoi", "12 đường thẳng song song, phường chèo",
        "5 đường cao và 3 đường trung tuyến; quận 1", "ấp trứng, xã giao",
        "trường tiểu học là gì, lớp 5a có", "3 pho mát, 2 pho tượng. lớp 4a",
        "xã viên hợp tác xã nông nghiệp và quận công", "em sống ở đời, nhà em ở đâu",
        // Within words.
        "nhấp chuột vào phường 3", "thấp hơn, gấp đôi, lớp 5a", "them 2 bai, chuyen 3 lop 4a",
        "câu chuyện cổ tích thêm 2 bài lớp 3b", "nông thôn mới và xã hội",
    ])
    func otherTexts(text: String) throws {
        #expect(try !Self.isFound(text))
    }
}
