/// The words of the built-in pages in one language. Short sentences; nobody is blamed.
struct PageWords {
    let blockTitle, blockLead, warnTitle, warnLead: String
    let whyTitle, orderText, orderNumber, orderAuthority, orderBasis, orderDate: String
    let nextTitle, goBack, askFirst, mistake, withReference: String
    let continueText, continueNote: String
    /// Of what someone sends, for a child.
    let formNextTitle, formNote: String
    let formTitle, formLead, formBack, formAsk, formContinue: String
    let messageTitle, messageLead, messageBack, messageAsk, messageContinue: String
    let callTitle, callText, referenceText: String

    static func words(_ language: Language) -> PageWords { language == .vi ? vietnamese : english }

    private static let vietnamese = PageWords(
        blockTitle: "Trang này không mở được ở đây",
        blockLead: "Bạn không làm gì sai cả. Trang được chặn để bạn an toàn hơn khi lên mạng.",
        warnTitle: "Khoan đã, hãy cẩn thận!",
        warnLead: "Trang bạn sắp mở có thể không tốt cho bạn. Hãy đọc trước khi đi tiếp nhé.",
        whyTitle: "Vì sao?",
        orderText: "Việc chặn thực hiện theo quyết định của cơ quan có thẩm quyền:",
        orderNumber: "Quyết định số", orderAuthority: "Cơ quan ban hành",
        orderBasis: "Căn cứ pháp lý", orderDate: "Ngày ban hành",
        nextTitle: "Bạn có thể làm gì?",
        goBack: "Bấm nút quay lại của trình duyệt và xem một trang khác.",
        askFirst: "Nếu chưa chắc, hãy hỏi thầy cô hoặc bố mẹ trước.",
        mistake: "Nếu bạn nghĩ đây là nhầm lẫn, hãy liên hệ:",
        withReference: "và đọc mã ở cuối trang.",
        continueText: "Tôi đã hiểu và vẫn muốn mở trang",
        continueNote: "Lựa chọn này có hiệu lực trong {{continue-minutes}} phút và được ghi lại.",
        formNextTitle: "Em có thể làm gì?",
        formNote: "Sau khi bấm, em điền và gửi lại một lần nữa. Lựa chọn này có hiệu lực trong"
            + " {{continue-minutes}} phút và được ghi lại; nội dung em viết thì không.",
        formTitle: "Khoan đã! Em sắp gửi thông tin cá nhân",
        formLead:
            "{{^part-sent}}Thông tin chưa được gửi đi.{{/part-sent}}"
            + "{{#part-sent}}Phần đầu đã được gửi đi, phần còn lại đã được giữ lại.{{/part-sent}}"
            + " Người lạ có thể dùng số điện thoại, địa chỉ, tên trường"
            + " hay số căn cước để tìm hoặc lừa em.",
        formBack: "Bấm nút quay lại của trình duyệt rồi xóa phần thông tin riêng của em.",
        formAsk: "Nếu chưa chắc, hãy hỏi thầy cô hoặc bố mẹ trước khi gửi.",
        formContinue: "Em đã hiểu và vẫn muốn gửi",
        messageTitle: "Khoan đã! Em đọc lại trước khi gửi nhé",
        messageLead:
            "{{^part-sent}}Nội dung chưa được gửi đi.{{/part-sent}}"
            + "{{#part-sent}}Phần đầu đã được gửi đi, phần còn lại đã được giữ lại.{{/part-sent}}"
            + " Không ai trách em. Em chỉ cần dừng lại một chút và đọc lại, vì lời đã gửi thì khó"
            + " lấy lại.",
        messageBack: "Bấm nút quay lại của trình duyệt rồi sửa hoặc bỏ những lời đó.",
        messageAsk: "Nếu có chuyện làm em buồn hay sợ, hãy nói với thầy cô hoặc bố mẹ.",
        messageContinue: "Em đã đọc lại và vẫn muốn gửi",
        callTitle: "Cần người lắng nghe? Hãy gọi",
        callText: "Tổng đài quốc gia bảo vệ trẻ em. Miễn phí, ngày cũng như đêm.",
        referenceText: "Mã tra cứu:")

    private static let english = PageWords(
        blockTitle: "This page cannot be opened here",
        blockLead: "You did nothing wrong. The page is blocked to keep you safer online.",
        warnTitle: "Wait a moment, take care!",
        warnLead: "The page you are about to open may not be good for you. Please read this first.",
        whyTitle: "Why?",
        orderText: "It is blocked by an order of the competent authority:",
        orderNumber: "Order number", orderAuthority: "Authority",
        orderBasis: "Legal basis", orderDate: "Issued",
        nextTitle: "What can you do?",
        goBack: "Use your browser’s back button and look at another page.",
        askFirst: "If you are not sure, ask a teacher or your parents first.",
        mistake: "If you think this is a mistake, please contact:",
        withReference: "and give the code at the end of this page.",
        continueText: "I understand and still want to open it",
        continueNote: "This choice holds for {{continue-minutes}} minutes and is recorded.",
        formNextTitle: "What can you do?",
        formNote: "Afterwards please fill it in and send it once more. This choice holds for"
            + " {{continue-minutes}} minutes and is recorded; what you wrote is not.",
        formTitle: "Wait! You are about to send personal details",
        formLead: "{{^part-sent}}Nothing has been sent yet.{{/part-sent}}"
            + "{{#part-sent}}The first part has been sent; the rest was stopped.{{/part-sent}}"
            + " Strangers can use a telephone number, an address, the"
            + " name of your school or an ID number to find you or to trick you.",
        formBack: "Use your browser’s back button and take your personal details out.",
        formAsk: "If you are not sure, ask a teacher or your parents before you send it.",
        formContinue: "I understand and still want to send it",
        messageTitle: "Wait! Please read it again before you send it",
        messageLead: "{{^part-sent}}Nothing has been sent yet.{{/part-sent}}"
            + "{{#part-sent}}The first part has been sent; the rest was stopped.{{/part-sent}}"
            + " Nobody is blaming you. Just stop for a moment and read it again: what has been sent"
            + " is hard to take back.",
        messageBack: "Use your browser’s back button and change those words or leave them out.",
        messageAsk: "If something makes you sad or afraid, tell a teacher or your parents.",
        messageContinue: "I have read it again and still want to send it",
        callTitle: "Need someone to listen? Call",
        callText: "Vietnam’s national child protection hotline. Free of charge, day and night.",
        referenceText: "Reference:")
}
