/// Categories in plain words, for people of any age. A category that is not known is shown by its
/// name.
enum CategoryText {
    /// Sentences that say why, in Vietnamese and English.
    private static let known: [(names: Set<String>, vi: String, en: String)] = [
        (
            ["gambling"], "Trang này có cờ bạc hoặc cá cược ăn tiền.",
            "This page is about gambling or betting for money."
        ),
        (
            ["adult", "porn", "pornography", "mixed_adult", "sexuality"],
            "Trang này có nội dung dành cho người lớn, không phù hợp với trẻ em.",
            "This page is for adults only and not for children."
        ),
        (
            ["phishing", "scam", "fraud", "fake"],
            "Trang này có thể lừa bạn để lấy mật khẩu, tiền hoặc thông tin riêng.",
            "This page may try to trick you out of your password, money or private details."
        ),
        (
            ["malware", "virus", "ransomware", "cryptojacking", "spyware"],
            "Trang này có thể làm hỏng máy hoặc lấy trộm dữ liệu của bạn.",
            "This page may harm your device or steal your data."
        ),
        (
            ["drugs", "drogue", "alcohol", "tobacco"],
            "Trang này nói về chất gây nghiện có hại cho sức khỏe.",
            "This page is about drugs that harm your health."
        ),
        (
            ["violence", "agressif", "weapons", "gore"],
            "Trang này có cảnh bạo lực có thể làm bạn sợ hoặc tổn thương.",
            "This page shows violence that may frighten or hurt you."
        ),
        (
            ["self-harm", "suicide"],
            "Trang này nói về việc tự làm đau bản thân. Bạn không đơn độc: hãy nói chuyện với"
                + " người bạn tin tưởng.",
            "This page is about hurting oneself. You are not alone: talk to someone you trust."
        ),
        (
            ["child-abuse", "csam"],
            "Trang này làm hại trẻ em. Pháp luật cấm nội dung như vậy.",
            "This page harms children. The law forbids such content."
        ),
        (
            ["bullying", "hate"], "Trang này có lời lẽ bắt nạt hoặc xúc phạm người khác.",
            "This page bullies or insults people."
        ),
        (
            personal,
            "Trong nội dung sắp gửi có vẻ có thông tin riêng như số điện thoại, số căn cước, địa chỉ"
                + " hoặc tên trường.",
            "What is about to be sent seems to contain personal details: a telephone or ID number,"
                + " an address, the name of a school."
        ),
        (
            ["child-safety", "grooming"], "Trang này có nội dung không an toàn cho trẻ em.",
            "This page is not safe for children."
        ),
        (
            ["games", "game"], "Trang trò chơi này không được mở ở đây.",
            "This games page is not open here."
        ),
        (
            ["social", "social_networks", "facebook", "tiktok", "youtube", "chat"],
            "Mạng xã hội này không được mở ở đây.", "This social network is not open here."
        ),
        (
            ["ads", "publicite", "tracking", "tracker"],
            "Địa chỉ này phát quảng cáo hoặc theo dõi người dùng.",
            "This address shows advertising or tracks people."
        ),
        (
            ["piracy", "warez"], "Trang này phát tán nội dung vi phạm bản quyền.",
            "This page spreads content against its makers' rights."
        ),
        (
            ["redirector", "proxy", "vpn"],
            "Trang này dùng để đi vòng qua bộ lọc bảo vệ bạn.",
            "This page is a way around the filter that protects you."
        ),
    ]

    static func why(_ category: String, _ language: Language) -> String {
        let name = category.lowercased()
        if let found = known.first(where: { $0.names.contains(name) }) {
            return language == .vi ? found.vi : found.en
        }
        guard !name.isEmpty else {
            return language == .vi
                ? "Trang này nằm trong một danh sách bị chặn." : "This page is on a block list."
        }
        return language == .vi
            ? "Trang này thuộc nhóm “\(category)”." : "This page is in the group “\(category)”."
    }

    /// The same of what a child is about to send; these sentences say `em`.
    private static let knownOfForms: [(names: Set<String>, vi: String, en: String)] = [
        (
            ["bullying", "hate"],
            "Trong nội dung em sắp gửi có những lời có thể làm người khác buồn hoặc sợ.",
            "What you are about to send has words that may hurt or frighten somebody."
        ),
        (
            ["self-harm", "suicide"],
            "Những lời em sắp gửi cho thấy có thể em đang rất buồn. Em không đơn độc: hãy nói chuyện"
                + " với người em tin tưởng.",
            "What you are about to send sounds as if you feel very sad. You are not alone: talk to"
                + " someone you trust."
        ),
        (
            ["child-safety", "grooming"],
            "Trong nội dung em sắp gửi có những lời không an toàn cho trẻ em. Nếu ai đó xin ảnh hay"
                + " dặn em giữ bí mật, em không có lỗi: hãy kể với người lớn mà em tin tưởng.",
            "What you are about to send has words that are not safe for children. If somebody asks"
                + " you for pictures or to keep a secret, it is not your fault: tell an adult you"
                + " trust."
        ),
        (
            ["gambling"], "Nội dung em sắp gửi nói về cờ bạc hoặc cá cược ăn tiền.",
            "What you are about to send is about gambling or betting for money."
        ),
        (
            ["adult", "porn", "pornography", "mixed_adult", "sexuality"],
            "Nội dung em sắp gửi dành cho người lớn, không phù hợp với trẻ em.",
            "What you are about to send is for adults and not for children."
        ),
    ]

    /// The names of what is private.
    private static let personal: Set<String> = ["personal-data", "personal", "privacy"]

    /// Whether the category is of personal data.
    static func isPersonal(_ category: String) -> Bool { personal.contains(category.lowercased()) }

    /// Why something is not sent yet.
    static func whyNotSent(_ category: String, _ language: Language) -> String {
        let name = category.lowercased()
        if isPersonal(name) { return why(name, language) }
        if let found = knownOfForms.first(where: { $0.names.contains(name) }) {
            return language == .vi ? found.vi : found.en
        }
        guard !name.isEmpty else {
            return language == .vi
                ? "Trong nội dung em sắp gửi có những từ cần cẩn thận."
                : "What you are about to send has words to be careful with."
        }
        return language == .vi
            ? "Nội dung em sắp gửi thuộc nhóm “\(category)”."
            : "What you are about to send is in the group “\(category)”."
    }
}
