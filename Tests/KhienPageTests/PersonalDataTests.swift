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

    /// Where this child can be found: I or my and a place with a name or a number, an address, a school
    /// and a class; and numbers with words glued on.
    @Test(arguments: [
        "tớ học trường Nguyễn Du lớp 7A", "em tên An học trường Kim Đồng lớp 4B",
        "học trường Lê Lợi, lớp 5A", "hoc truong Nguyen Du lop 7A",
        "mình học ở trường Lê Quý Đôn lớp 8a2", "xa An Binh huyen Cao Lanh",
        "thon Dong xa An Binh", "thon Dong, xa An Binh, huyen Cao Lanh", "xóm 3 thôn Đông",
        "tổ dân phố 5, phường Yên Hòa", "phuong 5 quan 3", "phường 5 quận 3", "P.5, Q.3",
        "P.5, Q.3, TP.HCM", "phường 5, q3", "45 Lê Lợi, P. Bến Nghé, Q.1", "ngõ 12 phố Huế",
        "số nhà 12 ngõ 5", "hẻm 45 đường Lê Lợi", "ấp 3 xã Tân Phú", "bản Lác, xã Chiềng Châu",
        "khu phố 2 phường Tân Định", "em ở số nhà 12", "nhà tớ ở số 12 đường Lê Lợi",
        "nhà con ở phường 3", "nhà tớ ở phường 3", "nhà mình ở phường 3", "nhà cháu ở phường 3",
        "nha con o phuong 3", "địa chỉ: 12 đường Lê Lợi, quận 1", "Địa chỉ của em là phường 3",
        "my phone is 0912345678", "my address is 12 Main St",
        "I am 10 and I go to Kim Dong school",
        "I live at 12 Main street, my school is Hope School", "0912345678em", "0912345678zalo",
        "mobile0912345678", "cccd001204012345", "điện thoại0912345678", "001204 012345",
        "001-204-012345", "con học lớp 7a1 trường tiểu học Kim Đồng",
        "cháu tên An, 10 tuổi, học lớp 4B, trường Tiểu học Lê Văn Tám, phường 5",
        "mình ở 45/2 đường Trần Phú, phường 4",
        "nhà mình ở thôn Đông, xã An Bình, huyện Cao Lãnh", "xã An Bình huyện Sóc Sơn",
        "Số 5 ngõ 12 phố Huế, quận Hai Bà Trưng, Hà Nội", "em học trường tiểu học Kim Đồng",
        "trường em là THCS Nguyễn Du", "em sống ở xã An Bình", "xã A Dơi, huyện Hướng Hóa",
        "em ở huyện A Lưới", "nhà em ở phường Bến Nghé",
        "em học trường Nguyễn Du, trường em là THCS", "nhà em ở thôn Đông, em học lớp 7A",
        "địa chỉ nhà em: xã Yên Hòa", "Nhà tớ ở ngõ 5", "con ở ấp 3",
        "my home address is 45 Le Loi", "I go to Nguyen Du secondary school",
        "My school is Kim Dong primary school", "sđt 0912345678nhé", "zalo0912 345 678",
    ])
    func whereAChildIsFound(text: String) throws {
        #expect(try Self.isFound(text))
    }

    /// Homework, poems and sums that speak of places and schools in general, and numbers of books and
    /// firms.
    @Test(arguments: [
        "Một ô tô đi từ huyện A đến xã B với vận tốc 40km/h",
        "Bài 3: Xã A có 3000 dân, huyện B có 5000 dân", "Đây thôn Vĩ Dạ - Hàn Mặc Tử, lớp 11A",
        "36 phố phường Hà Nội", "huyện đảo Trường Sa và xã đảo Song Tử Tây",
        "lịch sử huyện đảo Trường Sa và xã đảo Song Tử Tây", "Nhà em ở gần trường. Em học lớp 5.",
        "My school is big. I live at the foot of a hill", "ISBN 0521880688",
        "ISBN-10: 0387310738", "Tìm số 0900123456 (mã số thuế)", "mã số thuế 0900123456",
        "Mã số thuế: 0900123456", "MST: 0900123456", "Ngày 03/09/2024 giờ 09:30",
        "0324 5678 9012", "kỳ thi 0912-2024", "12 đường thẳng và 5 phường", "12 phố phường",
        "thôn Vĩ Dạ", "Sao anh không về chơi thôn Vĩ, xã hội", "quận Cam, huyện đảo",
        "Bài văn: tả con đường từ nhà em ở đến trường", "Em tả ngôi nhà em ở nông thôn",
        "Trường em là ngôi trường đẹp", "em học lớp 5",
        "Trường em là một ngôi trường nhỏ ở xã nghèo", "Em học trường làng, nhà em ở cạnh sông",
        "Quê em ở thôn Đoài, xã nghèo ven sông", "Ở phường Khanh, Tú Xương đỗ tú tài",
        "I live at home and my school is near", "0 1 2 3 4 5 6 7 8 9 10 11 12",
        "bảng: 0912 0913 0914 0915", "SĐT tổng đài 19001234", "Thủ đô 0123",
        "6,02.10^23 0,0912345678", "KTX khu A phòng 512",
        "Bài thơ về con đường quê hương, xã hội ngày nay và đời sống ở phường hội thời xưa, quận công",
        "Cho 3 điểm A B C. 2 đường thẳng song song. Số nhà toán học", "học trường đời lớp 1",
        "trong lớp 6A có 40 học sinh, lớp 6B có 38 học sinh. Tính tỉ số",
        "lớp 6A trồng 20 cây, lớp 6b trồng 30 cây, lớp 6c",
        "trường THCS Nguyễn Du có 3 lớp 7A, 7B, 7C tham gia",
        "Quận 1 và Quận 3 đông dân. Phường Bến Nghé thuộc quận 1. Hỏi diện tích",
        "Xã An Bình cách huyện Sóc Sơn 30 km, hỏi ô tô đi hết bao lâu",
        "I go to school at 7 o'clock. My address is easy to remember",
        "phuong phap quan sat, phuong tien quan trong",
        "Nhà xa trung tâm huyện Sóc Sơn nên em đi xe đạp", "nha xa trung tam huyen Soc Son",
        "I go to high school. I go to bed after school.",
        "Một ô tô đi từ xã A đến huyện B, rồi từ huyện B sang tỉnh C",
        "Em sống ở quê, nhà em ở cạnh nhà ông bà", "081224 103000", "0812 24103000",
        "em ở nhà, mẹ em ở phường", "Mã sản phẩm VN0912345678X",
        "Tổng cộng phường 1, phường 2 và phường 3",
        "Thành phố Hồ Chí Minh có phường Bến Nghé, phường Đa Kao và quận 3",
        "Em hãy tả con đường từ nhà đến trường. Con đường ấy ở phường 3",
        "Bài thơ Hai Bà Trưng, phố cổ, 36 phố phường, thôn Đoài ngồi nhớ thôn Đông",
        "Tính tổng số học sinh của hai lớp 5A và 5B trường em",
        "Cửa hàng ở số 5 bán 12 cái bánh. Hỏi còn lại bao nhiêu?", "Tôi ở đây. Con ở đâu?",
        "Chúng em ở tổ 3 lớp trưởng là Lan", "Em muốn học trường chuyên",
        "Em thích học trường đại học Bách khoa",
        "We live in a big city. My school is near my house.", "I live in 3 worlds",
        "I live in Vietnam. I go to a small school.",
        "My school is a good school. My school is in the city.", "Xã hội huyện ủy quận ủy",
        "Nguyễn Trãi quê ở làng Chi Ngại, huyện Phượng Sơn", "Lão Hạc sống ở một làng quê nghèo",
        "Ai về thăm huyện Đông Anh, ghé xem phong cảnh Loa Thành",
        "https://x.test/a?id=0012040123456789", "mã đơn 240912345678", "thấp 3 xã hội",
        "em ở phòng học lớp 5", "Em ở nhà một mình, con ở trường",
        "My school is near a river. I live in Hanoi.",
        "I go to school by bus. I attend a school club", "Cây đa đầu làng, xã viên hợp tác xã",
        "Trận Điện Biên Phủ, tỉnh Điện Biên", "Khởi nghĩa ở huyện Lam Sơn và phủ Thanh Hóa",
        "đảng bộ xã và huyện", "phường 1 và phường 2 có bao nhiêu dân", "a0912345678b",
        "sha1 0912345678emc",
    ])
    func placesInGeneral(text: String) throws {
        #expect(try !Self.isFound(text))
    }
}
