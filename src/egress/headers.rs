//! The headers of an outgoing request, in order: the format's own and its signatures, then what the
//! target sets, removes and renames, and what it passes on from the delivery.

use super::passthrough::proves;
use crate::config::{HeaderRules, HeaderStep, HeaderText};
use crate::forge::Forge;
use http::{HeaderName, HeaderValue, header};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The headers of a request, in the order in which they are sent.
pub type Headers = Vec<(HeaderName, HeaderValue)>;

/// A header that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header `{name}` of the format has a name or value that HTTP does not allow")]
pub struct BadHeader {
    name: String,
}

/// The headers that a format sends.
///
/// # Errors
/// One that cannot be sent.
pub fn parse(own: &[(String, String)]) -> Result<Headers, BadHeader> {
    let bad = |name: &str| BadHeader { name: name.to_owned() };
    own.iter().map(|(name, value)| header(name, value).ok_or_else(|| bad(name))).collect()
}

/// Applies steps to the format's headers and its signatures.
///
/// `values` are what the templates in them came to. `came` are the headers of the delivery as it came, which are only passed on where the target
/// names them, and never when they are a forge's own, HTTP's, or prove something.
pub fn apply<'s>(
    steps: impl IntoIterator<Item = &'s HeaderStep>,
    headers: &mut Headers,
    values: &BTreeMap<String, String>,
    came: &[(String, String)],
    forges: &[Arc<Forge>],
) {
    for step in steps {
        for (name, value) in came.iter().filter_map(|(name, value)| header(name, value)) {
            let wanted = step.pass.iter().any(|glob| glob.says.matches(&name));
            if wanted && may_pass(&name, forges) {
                put(headers, name, value);
            }
        }
        headers.retain(|(name, _)| !step.remove.iter().any(|glob| glob.says.matches(name)));
        for (from, to) in step.rename.iter().map(|rename| &rename.says) {
            if let Some(at) = headers.iter().position(|(name, _)| name == from) {
                let (_, value) = headers.remove(at);
                headers.retain(|(name, _)| name != to);
                headers.insert(at.min(headers.len()), (to.clone(), value));
            }
        }
        for (name, text) in step.set.iter().map(|set| &set.says) {
            match value(text, values) {
                Some(value) => put(headers, name.clone(), value),
                None => headers.retain(|(own, _)| own != name),
            }
        }
    }
}

/// What a header is set to; nothing where a template says nothing.
fn value(text: &HeaderText, values: &BTreeMap<String, String>) -> Option<HeaderValue> {
    match text {
        HeaderText::Fixed(value) => Some(value.clone()),
        HeaderText::Made(template) => {
            let made = values.get(template.text()).filter(|made| !made.is_empty())?;
            HeaderValue::from_str(made).ok()
        }
    }
}

/// Whether a header of the delivery may be passed on at all.
pub fn may_pass(name: &HeaderName, forges: &[Arc<Forge>]) -> bool {
    const NEVER: [HeaderName; 4] =
        [header::AUTHORIZATION, header::COOKIE, header::CONTENT_TYPE, header::CONTENT_ENCODING];
    !HeaderRules::is_by_http(name)
        && !NEVER.contains(name)
        && !name.as_str().starts_with("webhook-")
        && !forges.iter().any(|forge| forge.owns(name) || proves(forge, name))
}

/// Puts a header in the place of one of the same name, or at the end.
pub(super) fn put(headers: &mut Headers, name: HeaderName, value: HeaderValue) {
    match headers.iter_mut().find(|(own, _)| *own == name) {
        Some((_, own)) => *own = value,
        None => headers.push((name, value)),
    }
}

pub(super) fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Process, Vocabulary};
    use crate::yaml;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn forges() -> Vec<Arc<Forge>> {
        let text = "title: A\nprecedence: 1\nown_headers: ['X-A-*']\n";
        vec![Arc::new(yaml::from_node(&yaml::load(text, "a").unwrap()).unwrap())]
    }

    /// The rules as a target says them.
    fn rules(text: &str) -> HeaderRules {
        let text = format!(
            "targets: {{ t: {{ url: 'https://t.example', format: passthrough, headers: {text} }} }}"
        );
        let config = Config::parse(&text, "f.yaml", &Process, &Vocabulary::default());
        config.unwrap_or_else(|faults| panic!("{faults}")).targets[0].headers.clone()
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let own = pairs(&[("User-Agent", "b/1"), ("X-B-Event", "push"), ("X-B-Id", "9")]);
        let came = pairs(&[("X-Request", "7"), ("X-Request-Id", "8"), ("X-Other", "8")]);
        let mut built = parse(&own).unwrap();
        let values = BTreeMap::from([
            ("{{event.kind}}".to_owned(), "push".to_owned()),
            ("{{event.action}}".to_owned(), String::new()),
        ]);
        apply(&rules(text).steps, &mut built, &values, &came, &forges());
        let built: Vec<_> = built.iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
        assert_eq!(built, expected, "{text}");
    }

    #[test]
    fn a_step_passes_removes_renames_and_sets() {
        check(
            "{ set: { X-Team: core }, remove: [User-Agent], rename: { X-B-Event: X-Event }, pass: [X-Request] }",
            &[("x-event", "push"), ("x-b-id", "9"), ("x-request", "7"), ("x-team", "core")],
        );
        check(
            "{ set: { X-Event: core }, rename: { X-B-Event: X-Event }, remove: [x-b-i*, user-*] }",
            &[("x-event", "core")],
        );
        check(
            "{ pass: ['x-*'], remove: ['*-id', User-Agent] }",
            &[("x-b-event", "push"), ("x-request", "7"), ("x-other", "8")],
        );
    }

    #[test]
    fn what_a_template_made_is_set_and_nothing_leaves_the_header_out() {
        check(
            "{ remove: [User-Agent], set: { X-Kind: '{{event.kind}}', X-B-Event: '{{event.action}}' } }",
            &[("x-b-id", "9"), ("x-kind", "push")],
        );
    }

    #[test]
    fn steps_follow_each_other() {
        check(
            "[{ remove: ['*'] }, { pass: [X-Other] }, { rename: { X-Other: X-Mine } }, { set: { X-Other: new } }]",
            &[("x-mine", "8"), ("x-other", "new")],
        );
        check("[]", &[("user-agent", "b/1"), ("x-b-event", "push"), ("x-b-id", "9")]);
    }

    #[test]
    fn what_is_a_forges_own_is_never_passed_on() {
        let never = [
            "x-a-event",
            "authorization",
            "host",
            "content-length",
            "content-type",
            "connection",
            "transfer-encoding",
            "webhook-signature",
            "cookie",
        ];
        let came: Vec<_> = never.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect();
        let mut built = Headers::new();
        let rules = rules("{ pass: ['*'] }");
        apply(&rules.steps, &mut built, &BTreeMap::new(), &came, &forges());
        assert_eq!(built, []);
    }
}
