//! The headers of an outgoing request, in order: the format's own and its signatures, then what the
//! target sets, removes and renames, and what it passes on from the delivery.

use super::passthrough::proves;
use crate::config::HeaderRules;
use crate::forge::Forge;
use http::{HeaderName, HeaderValue, header};
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

/// Applies a target's rules to the format's headers and its signatures.
///
/// `came` are the headers of the delivery as it came, which are only passed on where the target
/// names them, and never when they are a forge's own, HTTP's, or prove something.
pub fn apply(
    rules: &HeaderRules,
    headers: &mut Headers,
    came: &[(String, String)],
    forges: &[Arc<Forge>],
) {
    for (name, value) in &rules.set {
        put(headers, name.clone(), value.clone());
    }
    headers.retain(|(name, _)| !rules.remove.contains(name));
    for (from, to) in &rules.rename {
        if let Some(at) = headers.iter().position(|(name, _)| name == from) {
            let (_, value) = headers.remove(at);
            headers.retain(|(name, _)| name != to);
            headers.insert(at.min(headers.len()), (to.clone(), value));
        }
    }
    for (name, value) in came.iter().filter_map(|(name, value)| header(name, value)) {
        if rules.pass.contains(&name) && may_pass(&name, forges) {
            put(headers, name, value);
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
    use crate::yaml;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn forges() -> Vec<Arc<Forge>> {
        let text = "title: A\nprecedence: 1\nown_headers: ['X-A-*']\n";
        vec![Arc::new(yaml::from_node(&yaml::load(text, "a").unwrap()).unwrap())]
    }

    fn name(text: &'static str) -> HeaderName {
        HeaderName::from_static(text)
    }

    #[test]
    fn rules_apply_in_their_order() {
        let rules = HeaderRules {
            set: vec![(name("x-team"), HeaderValue::from_static("core"))],
            remove: vec![name("user-agent")],
            rename: vec![(name("x-b-event"), name("x-event"))],
            pass: vec![name("x-request")],
        };
        let own = pairs(&[("User-Agent", "b/1"), ("X-B-Event", "push")]);
        let came = pairs(&[("X-Request", "7"), ("X-Other", "8")]);
        let mut built = parse(&own).unwrap();
        apply(&rules, &mut built, &came, &forges());
        let built: Vec<_> = built.iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
        assert_eq!(built, [("x-event", "push"), ("x-team", "core"), ("x-request", "7")]);
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
        let pass = never.iter().map(|text| name(text)).collect();
        let rules = HeaderRules { pass, ..HeaderRules::default() };
        let mut built = Headers::new();
        apply(&rules, &mut built, &came, &forges());
        assert_eq!(built, []);
    }
}
