/// The pages that are shown where the operator has none of their own.
///
/// One frame, one style sheet, and the words of each page. No script, nothing from elsewhere; the
/// colours keep a contrast of 4.5 to 1 and more in light and dark (WCAG 2.2, 1.4.3); the order of
/// the elements is the order to read them in.
enum BuiltInTemplates {
    /// The page named `block.vi.html` and so on.
    static func text(_ page: TemplateSet.Page, _ language: Language) -> String {
        let words = PageWords.words(language)
        let isWarning = page != .block
        let title = title(page, words)
        let lead = lead(page, words)
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>\(style)</style>
            </head>
            <body\(isWarning ? " class=\"warn\"" : "")>
            <main>
            <header>
            \(shield(isWarning: isWarning))
            {{#site}}<p class="site">{{site}}</p>{{/site}}
            <h1>\(title)</h1>
            <p class="host">{{host}}</p>
            <p class="lead">\(lead)</p>
            </header>
            <section aria-labelledby="why">
            <h2 id="why">\(words.whyTitle)</h2>
            <p>{{why}}</p>
            {{#order-number}}<p>\(words.orderText)</p>
            <dl>
            <dt>\(words.orderNumber)</dt><dd>{{order-number}}</dd>
            {{#order-authority}}<dt>\(words.orderAuthority)</dt>\
            <dd>{{order-authority}}</dd>{{/order-authority}}
            {{#order-basis}}<dt>\(words.orderBasis)</dt><dd>{{order-basis}}</dd>{{/order-basis}}
            {{#order-date}}<dt>\(words.orderDate)</dt><dd>{{order-date}}</dd>{{/order-date}}
            </dl>{{/order-number}}
            </section>
            <section aria-labelledby="next">
            <h2 id="next">\(page.isOfForms ? words.formNextTitle : words.nextTitle)</h2>
            <ul>
            <li>\(back(page, words))</li>
            \(isWarning ? "<li>\(ask(page, words))</li>" : contact(words))
            </ul>
            \(isWarning ? continuation(page, words) : "")
            </section>
            <section class="call" aria-labelledby="call">
            <h2 id="call">\(words.callTitle)</h2>
            <p><a class="number" href="{{hotline-link}}">\
            <span aria-hidden="true">☎</span> {{hotline}}</a></p>
            <p>\(words.callText)</p>
            </section>
            </main>
            <footer>
            <p>\(words.referenceText) <b class="code">{{reference}}</b></p>
            </footer>
            </body>
            </html>

            """
    }

    /// Whom to tell of a mistake: the order's own contact, else the operator's.
    private static func contact(_ words: PageWords) -> String {
        """
        {{#order-contact}}<li>\(words.mistake) \
        {{#order-contact-link}}<a href="{{order-contact-link}}">{{order-contact}}</a>\
        {{/order-contact-link}}\
        {{^order-contact-link}}<b>{{order-contact}}</b>{{/order-contact-link}} \
        \(words.withReference)</li>{{/order-contact}}
        {{^order-contact}}{{#contact}}<li>\(words.mistake) \
        {{#contact-link}}<a href="{{contact-link}}">{{contact}}</a>{{/contact-link}}\
        {{^contact-link}}<b>{{contact}}</b>{{/contact-link}} \
        \(words.withReference)</li>{{/contact}}{{/order-contact}}
        """
    }

    private static func title(_ page: TemplateSet.Page, _ words: PageWords) -> String {
        switch page {
        case .block: words.blockTitle
        case .warn: words.warnTitle
        case .form: words.formTitle
        case .message: words.messageTitle
        }
    }

    private static func lead(_ page: TemplateSet.Page, _ words: PageWords) -> String {
        switch page {
        case .block: words.blockLead
        case .warn: words.warnLead
        case .form: words.formLead
        case .message: words.messageLead
        }
    }

    private static func back(_ page: TemplateSet.Page, _ words: PageWords) -> String {
        switch page {
        case .block, .warn: words.goBack
        case .form: words.formBack
        case .message: words.messageBack
        }
    }

    private static func ask(_ page: TemplateSet.Page, _ words: PageWords) -> String {
        switch page {
        case .block, .warn: words.askFirst
        case .form: words.formAsk
        case .message: words.messageAsk
        }
    }

    private static func continuation(_ page: TemplateSet.Page, _ words: PageWords) -> String {
        let text =
            switch page {
            case .block, .warn: words.continueText
            case .form: words.formContinue
            case .message: words.messageContinue
            }
        let note = page.isOfForms ? words.formNote : words.continueNote
        return """
            <p><a class="button" rel="nofollow" href="{{continue-link}}">\(text)</a></p>\
            <p class="note">\(note)</p>
            """
    }

    private static func shield(isWarning: Bool) -> String {
        let sign =
            isWarning
            ? "<path class=\"sign\" d=\"M32 19v17\"/>"
                + "<circle class=\"dot\" cx=\"32\" cy=\"45\" r=\"3\"/>"
            : "<path class=\"sign\" d=\"M22 33l7.5 7.5L43 25\"/>"
        return "<svg viewBox=\"0 0 64 64\" width=\"96\" height=\"96\" aria-hidden=\"true\""
            + " focusable=\"false\">"
            + "<path class=\"back\" d=\"M32 4l22 8v18c0 14-9 24-22 30C19 54 10 44"
            + " 10 30V12z\"/>"
            + "<path class=\"half\" d=\"M32 4l22 8v18c0 14-9 24-22 30z\"/>\(sign)</svg>"
    }

    private static let style = """

        :root{--ground:#e9f2fb;--card:#fff;--ink:#16222e;--soft:#44566a;--line:#d3dfeb;\
        --main:#0b5cad;--pale:#eef5fc;--call:#fff3d1;--callink:#4a3200;--callline:#e6c56a;\
        --left:#0b5cad;--right:#084a8c}
        .warn{--main:#8a5200;--left:#c27a00;--right:#a56600;--ground:#fdf3e3;--pale:#fff6e6;\
        --line:#ecdcc0}
        @media(prefers-color-scheme:dark){:root{--ground:#0e161e;--card:#18232e;--ink:#eaf0f6;\
        --soft:#b4c2d0;--line:#33465a;--main:#8ec5ff;--left:#8ec5ff;--right:#6aaef2;\
        --pale:#1f2d3a;--call:#3a2f12;--callink:#ffe6a6;--callline:#7a6426}.warn{--main:#ffc069;\
        --left:#ffc069;--right:#f0a63f;--ground:#14110b;--card:#211b11;--soft:#cbbfa9;\
        --pale:#302717;--line:#57482c}}
        *{box-sizing:border-box}
        body{margin:0;padding:24px 16px 40px;min-height:100vh;background:var(--ground);\
        color:var(--ink);\
        font:18px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
        overflow-wrap:anywhere}
        main{max-width:640px;margin:0 auto;background:var(--card);border-radius:24px;\
        padding:32px 32px 28px;box-shadow:0 10px 34px rgba(10,40,80,.13)}
        header{text-align:center}
        .back{fill:var(--left)}.half{fill:var(--right)}
        .sign{fill:none;stroke:var(--card);stroke-width:5.5;stroke-linecap:round;\
        stroke-linejoin:round}.dot{fill:var(--card)}
        p{margin:.5em 0}p,li{text-wrap:pretty}
        .site{color:var(--soft);margin:.2em 0 0;font-weight:600}
        h1{font-size:1.75em;line-height:1.25;margin:.35em 0 .45em;text-wrap:balance}
        h2{font-size:1.15em;line-height:1.35;margin:1.5em 0 .3em}
        .host{display:inline-block;max-width:100%;background:var(--pale);\
        border:1px solid var(--line);border-radius:999px;padding:.2em 1em;margin:0;font-weight:600}
        .lead{font-size:1.08em;margin:.9em 0 0;text-wrap:balance}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.35em 1.1em;margin:.8em 0 0;\
        padding:14px 18px;background:var(--pale);border-radius:14px;font-size:.95em}
        dt{color:var(--soft)}dd{margin:0;font-weight:600}
        ul{margin:.4em 0;padding-left:1.25em}li{margin:.35em 0}
        a{color:var(--main);text-underline-offset:.18em}
        a:focus-visible{outline:3px solid var(--main);outline-offset:3px;border-radius:8px}
        .button{display:inline-block;margin-top:.5em;padding:.65em 1.3em;\
        border:2px solid var(--main);border-radius:14px;font-weight:700;line-height:1.4;\
        text-align:center;text-wrap:balance;text-decoration:none}
        .button:hover{background:var(--pale)}
        .note{color:var(--soft);font-size:.92em}
        .call{margin-top:28px;padding:20px 22px;background:var(--call);color:var(--callink);\
        border:1px solid var(--callline);border-radius:18px;text-align:center}
        .call h2{margin:0;text-wrap:balance}.call p{margin:.3em 0 0;text-wrap:balance}
        .number{display:inline-block;color:var(--callink);font-size:2.1em;font-weight:800;\
        line-height:1.25;padding:0 .35em;text-decoration-thickness:3px}
        .call a:focus-visible{outline-color:var(--callink)}
        footer{max-width:640px;margin:18px auto 0;text-align:center;color:var(--soft);\
        font-size:.92em}
        .code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;letter-spacing:.06em;\
        color:var(--ink);white-space:nowrap}
        @media(max-width:480px){body{padding:12px 10px 28px;font-size:17px}\
        main{padding:22px 18px 20px;border-radius:20px}h1{font-size:1.5em}\
        dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6em}dd:last-child{margin:0}}
        @media print{body{background:none}main{box-shadow:none}}

        """
}
