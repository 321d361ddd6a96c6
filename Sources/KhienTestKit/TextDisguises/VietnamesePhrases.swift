/// Everyday Vietnamese phrases for tests of recall: every vowel with every tone, two to four
/// syllables, nothing that a list would really hold.
public enum VietnamesePhrases {
    public static let all: [String] =
        text.split(whereSeparator: { $0 == "," || $0.isNewline }).map {
            $0.split(separator: " ").joined(separator: " ")
        }.filter { !$0.isEmpty }

    private static let text = """
        đánh bạc ăn tiền, cá độ bóng đá, xóc đĩa trực tuyến, nổ hũ đổi thưởng, lô đề ba miền
        ghi số đề, tài xỉu online, vay nặng lãi, thuốc lá điện tử, rượu ngoại nhập
        bóng cười, trốn học đi chơi, bắt nạt bạn bè, đe dọa học sinh, nói xấu bạn cùng lớp
        tẩy chay trên mạng, lừa đảo qua điện thoại, mật khẩu ngân hàng, số căn cước công dân
        địa chỉ nhà riêng, trường tiểu học, lớp học buổi chiều, quê hương đất nước, dòng sông quê mẹ
        cánh đồng lúa chín, hạt gạo trắng ngần, bữa cơm gia đình, ông bà nội ngoại, chị em sinh đôi
        khăn quàng đỏ, trống trường vang lên, bảng đen phấn trắng, quyển vở mới, bút chì màu
        tiếng trống khai giảng, kỳ thi học kỳ, điểm mười đầu tiên, thầy cô giáo cũ, sân trường rợp bóng
        cây phượng vĩ, hoa đào ngày tết, bánh chưng xanh, mâm ngũ quả, pháo hoa giao thừa
        múa lân sư tử, rước đèn ông sao, trung thu phá cỗ, bánh dẻo nhân đậu, chú cuội cung trăng
        truyện cổ tích, cô tấm dịu hiền, thánh gióng nhổ tre, sự tích hồ gươm, trâu vàng hồ tây
        con rồng cháu tiên, vua hùng dựng nước, trống đồng ngọc lũ, thành cổ loa, nỏ thần kim quy
        sóng biển rì rào, bãi cát dài trắng, thuyền thúng đánh cá, mẻ lưới đầy tôm, ngọn hải đăng
        đảo xa tiền tiêu, quần đảo trường sa, chiến sĩ biên phòng, cột mốc chủ quyền, lá cờ tổ quốc
        núi rừng tây bắc, thửa ruộng bậc thang, chợ phiên vùng cao, khèn mèo gọi bạn, váy hoa sặc sỡ
        mùa hoa ban nở, bếp lửa nhà sàn, cơm lam nướng ống, thắng cố chảo lớn, rượu cần ché sành
        phố cổ hà nội, phở bò tái nạm, bún chả than hoa, chả cá lã vọng, cà phê trứng béo
        kem tràng tiền, cầu long biên, gánh hàng rong, tiếng rao đêm, ngõ nhỏ phố nhỏ
        cố đô huế, sông hương núi ngự, nhã nhạc cung đình, bún bò giò heo, chè hẻm ngọt bùi
        phố cổ hội an, đèn lồng rực rỡ, mì quảng tôm thịt, cao lầu lá dong, rừng dừa bảy mẫu
        chợ nổi cái răng, ghe xuồng tấp nập, trái cây miệt vườn, sầu riêng chín cây, măng cụt lái thiêu
        hủ tiếu gõ khuya, bánh xèo giòn rụm, lẩu mắm miền tây, cá lóc nướng trui, canh chua bông điên điển
        đờn ca tài tử, vọng cổ sáu câu, cải lương tuồng cổ, hò đối đáp, lý ngựa ô
        quan họ bắc ninh, chèo sân đình, ca trù thính phòng, hát xẩm chợ đồng xuân, múa rối nước
        đàn bầu một dây, sáo trúc véo von, đàn tranh thánh thót, đàn nguyệt réo rắt, trống cơm vỗ nhịp
        áo dài tha thướt, nón bài thơ, khăn mỏ quạ, áo tứ thân, guốc mộc lóc cóc
        tre xanh làng quê, giếng nước gốc đa, cổng làng rêu phong, đình chùa miếu mạo, lũy tre đầu ngõ
        đàn cò trắng muốt, con nghé tập cày, gà gáy sáng sớm, vịt bầu bơi lội, chuồn chuồn cắn rốn
        thả diều triền đê, đánh khăng đánh đáo, ô ăn quan, bịt mắt bắt dê, rồng rắn lên mây
        nhảy dây chơi chuyền, kéo co đấu vật, đua thuyền ngo, chọi trâu đồ sơn, hội lim đầu xuân
        mưa phùn gió bấc, nắng vàng rực rỡ, sương mù buổi sớm, bão số chín, lũ quét sạt lở
        hạn hán kéo dài, xâm nhập mặn, triều cường ngập úng, gió mùa đông bắc, cầu vồng bảy sắc
        khám chữa bệnh, tiêm phòng sởi, thuốc nam thuốc bắc, bác sĩ gia đình, bảo hiểm y tế
        xe buýt tuyến mới, tàu hỏa bắc nam, máy bay cất cánh, đường cao tốc, cầu vượt dạ cầu
        bưu điện thành phố, thư viện quốc gia, bảo tàng dân tộc, rạp xiếc trung ương, vườn bách thú
        lập trình máy tính, trí tuệ nhân tạo, dữ liệu mở, an ninh mạng, chữ ký số
        năng lượng mặt trời, xe đạp điện, tiết kiệm nước, phân loại rác, trồng cây gây rừng
        nghề gốm bát tràng, lụa vạn phúc, tranh đông hồ, chiếu cói nga sơn, nón chuông làng chuông
        hòa bình hữu nghị, thủy thủ tàu viễn dương, khỏe mạnh dẻo dai, tòa nhà cao tầng, hóa học hữu cơ
        lũy thừa bậc hai, quỹ khuyến học, ngoằn ngoèo khúc khuỷu, toán học vui, vật lý thiên văn, sinh vật biển, ngữ pháp tiếng việt
        """
}
