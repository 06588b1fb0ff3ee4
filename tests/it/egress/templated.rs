//! What a template's requests are on the wire, and what their answers mean.

use super::{Setup, target};
use crate::receiver::{Receiver, Reply};
use forgeway::egress::{EgressError, Verdict};
use serde_json::Value;

#[tokio::test]
async fn a_template_says_method_address_headers_and_body() {
    let receiver = Receiver::start(vec![Reply::status(503, ""), Reply::status(200, "")]).await;
    let rest = "format: chat, vars: { room: 'a&b' }, \
                sign: { scheme: standard_webhooks, secret: whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI= }";
    let setup = Setup::new("github", "push_branch", &target(&receiver, rest)).await;
    setup.send().await;
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);
    let [first, second] = &receiver.requests()[..] else { panic!("two requests") };
    let line = first.head.lines().next().unwrap();
    let Some(line) = line.strip_prefix("PUT /hook/hooks/") else { panic!("{line}") };
    assert!(line.ends_with("?token=a%2Fb&x=&room=a%26b HTTP/1.1"), "{line}");
    assert_eq!(second.head.lines().next(), first.head.lines().next());
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(Some(body["id"].as_str().unwrap()), first.header("Webhook-Id"));
    assert_eq!(first.header("X-Kind"), Some("push"));
    assert_eq!(first.body, second.body);
    assert!(first.header("Webhook-Signature").unwrap().starts_with("v1,"));
    assert!(!first.head.to_lowercase().contains("x-github"), "{}", first.head);
}

#[tokio::test]
async fn an_answer_of_200_is_not_always_a_yes() {
    let said = |body: &str| {
        let length = body.len();
        Reply::Text(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    };
    let busy = said(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#);
    let refused = said(r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#);
    let receiver = Receiver::start(vec![busy, said(r#"{"errcode":0,"errmsg":"ok"}"#)]).await;
    let setup = Setup::new("github", "push_branch", &target(&receiver, "format: wecom")).await;
    assert_eq!(setup.send().await.verdict, Verdict::Retry { after: None });
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);
    let receiver = Receiver::start(vec![refused]).await;
    let setup = Setup::new("github", "push_branch", &target(&receiver, "format: wecom")).await;
    let reason = "the target answered 200, and `errcode` 93000: invalid webhook url".to_owned();
    assert_eq!(setup.send().await.verdict, Verdict::Dead { reason });
    let receiver = Receiver::start(vec![Reply::status(303, "Location: /queue/item/7/\r\n")]).await;
    let rest = "format: jenkins-build, vars: { job: site }";
    let setup = Setup::new("github", "push_branch", &target(&receiver, rest)).await;
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);
}

#[tokio::test]
async fn what_a_template_cannot_say_is_not_sent() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    for (format, expected) in [
        ("fails", "fails/default.hbs:1:8: there is no `event.issue.number` here"),
        ("broken", "the template `broken` cannot be used: "),
    ] {
        let rest = format!("format: {format}");
        let setup = Setup::new("github", "push_branch", &target(&receiver, &rest)).await;
        match setup.send_all().await.remove(0) {
            Err(EgressError::Failed { stage: "render", reason }) => {
                assert!(reason.contains(expected), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
    let setup = Setup::new("github", "issue_closed", &target(&receiver, "format: chat")).await;
    match setup.send_all().await.remove(0) {
        Err(EgressError::Skipped { reason }) => assert!(
            reason.contains("has neither issue.closed.hbs, issue.hbs nor default.hbs"),
            "{reason}"
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!(receiver.requests().len(), 0);
}
