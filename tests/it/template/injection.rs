//! Whatever a title says, the body is well-formed and says the same.

use super::{demo, rendered};
use forgeway::template::{Rendering, Request, Templates};
use proptest::prelude::*;
use std::sync::LazyLock;

static JSON: LazyLock<Templates> = LazyLock::new(|| {
    demo(&[
        ("template.yaml", "headers: { X-Title: '{{event.issue.title}}' }\n"),
        (
            "default.hbs",
            "{ \"title\": \"{{event.issue.title}}\", \"body\": {{json event.issue.body}},\n \
         \"both\": \"<{{event.actor.login}}> {{event.issue.title}}\" }",
        ),
    ])
});

static FORM: LazyLock<Templates> = LazyLock::new(|| {
    demo(&[
        (
            "template.yaml",
            "content_type: application/x-www-form-urlencoded\nquery: { t: '{{event.issue.title}}' }\n",
        ),
        (
            "default.hbs",
            "title={{event.issue.title}}\n&body={{url_encode event.issue.body}}\n&end=1\n",
        ),
    ])
});

static XML: LazyLock<Templates> = LazyLock::new(|| {
    demo(&[
        ("template.yaml", "content_type: application/xml\n"),
        (
            "default.hbs",
            "<?xml version=\"1.0\"?>\n<issue title=\"{{event.issue.title}}\">{{event.issue.body}}</issue>\n",
        ),
    ])
});

static TEXT: LazyLock<Templates> = LazyLock::new(|| {
    demo(&[
        ("template.yaml", "content_type: text/plain\n"),
        ("default.hbs", "[{{event.issue.title}}]"),
    ])
});

static PATH: LazyLock<Templates> = LazyLock::new(|| {
    demo(&[("template.yaml", "path: /x/{{event.issue.title}}/y\n"), ("default.hbs", "{}")])
});

fn request(templates: &Templates, text: &str) -> Request {
    match rendered(templates, text) {
        Ok(Rendering::Request(request)) => *request,
        other => panic!("{text:?} gives {other:?}"),
    }
}

/// What XML says instead of a text that it cannot hold.
fn in_xml(text: &str) -> String {
    let held = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if held(c) { c } else { '\u{fffd}' }).collect()
}

/// Renders a text in every syntax and reads it back.
fn check(text: &str) {
    let json = request(&JSON, text);
    let body: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!(body["title"], text);
    assert_eq!(body["body"], text);
    assert_eq!(body["both"], format!("<{text}> {text}"));
    assert_eq!(body.as_object().unwrap().len(), 3);
    let header = json.headers.iter().find(|(name, _)| name == "X-Title");
    assert!(header.is_none_or(|(_, value)| value.bytes().all(|b| (b' '..=b'~').contains(&b))));

    let form = request(&FORM, text);
    let pairs: Vec<_> = form_urlencoded::parse(&form.body).into_owned().collect();
    let said = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(pairs, [said("title", text), said("body", text), said("end", "1")]);
    let query: Vec<_> = form_urlencoded::parse(form.query.as_bytes()).into_owned().collect();
    // A parameter that says nothing is left out.
    let wanted: Vec<_> =
        Some(said("t", text)).filter(|(_, text)| !text.is_empty()).into_iter().collect();
    assert_eq!(query, wanted);

    let xml = String::from_utf8(request(&XML, text).body).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("title").unwrap(), in_xml(text));
    assert_eq!(root.text().unwrap_or_default(), in_xml(text));

    let plain = String::from_utf8(request(&TEXT, text).body).unwrap();
    assert_eq!(plain, format!("[{text}]"));

    // What would lead elsewhere is refused; anything else is one part of the path.
    match rendered(&PATH, text) {
        Ok(Rendering::Request(request)) => assert_eq!(request.path.split('/').count(), 4),
        other => assert!(matches!(text, "." | ".."), "{text:?} gives {other:?}"),
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for text in [
        "\"",
        "\\",
        "\\\"",
        "'",
        "`",
        "\n",
        "\r\n",
        "\t",
        "\u{0}",
        "\u{1}\u{7f}\u{85}",
        "\u{feff}",
        "{{",
        "}}",
        "{{event.raw}}",
        "{{{json raw}}}",
        "{{> head}}",
        "{{#each}}",
        "</script>",
        "<!--",
        "]]>",
        "&amp;",
        "&#0;",
        "%00",
        "%",
        "a=b&c=d",
        "+",
        "?",
        "#",
        "..",
        ".",
        "/../",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "\u{202e}txt.exe",
        "\u{200f}עברית",
        "\u{2028}\u{2029}",
        "\u{fffe}\u{ffff}",
        "é\u{301}",
        "\", \"admin\": true, \"x\": \"",
        "</issue><issue>",
        "",
        " ",
    ] {
        check(text);
        check(&format!("before {text} after"));
    }
}

#[test]
fn a_hundred_thousand_characters_are_a_text_too() {
    let text: String = "\"é<&\n{{".chars().cycle().take(100_000).collect();
    let templates = demo(&[
        ("template.yaml", "limits: { body: 4MiB }"),
        ("default.hbs", "{ \"title\": \"{{event.issue.title}}\" }"),
    ]);
    let Ok(Rendering::Request(request)) = rendered(&templates, &text) else {
        panic!("it could not be rendered");
    };
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["title"].as_str(), Some(text.as_str()));
}

/// Letters that mean something somewhere, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        3 => prop::sample::select(vec!['"', '\\', '{', '}', '<', '>', '&', '%', '\'', '\n', '\r', '\0', '=', ';']),
        1 => any::<char>(),
    ];
    prop::collection::vec(letter, 0..24).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_said_as_it_is(text in hostile()) {
        check(&text);
    }
}
