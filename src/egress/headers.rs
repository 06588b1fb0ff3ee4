//! The headers of an outgoing request: the format's own, what the steps of the target and of the routes
//! pass on, remove, rename and set, and the signatures.

use super::passthrough::proves;
use crate::config::{HeaderRules, HeaderStep, HeaderText, Placed};
use crate::forge::Forge;
use crate::yaml::Mark;
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

/// The headers of a request, and how each came to be what it is.
#[derive(Debug, Default)]
pub struct Rewritten<'s> {
    /// What is sent, in order.
    pub sent: Vec<Line<'s>>,
    /// What was left out or replaced, each with the place of the step that did it.
    pub left_out: Vec<(Line<'s>, &'s Mark)>,
}

/// A header.
#[derive(Debug)]
pub struct Line<'s> {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: HeaderValue,
    /// Who wrote it.
    pub writer: Writer<'s>,
    /// The names it had before, each with the place of the step that changed it.
    pub renamed: Vec<(&'s HeaderName, &'s Mark)>,
}

/// Who wrote a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer<'s> {
    /// The format.
    Format,
    /// The sender of the delivery: it was passed on by the step at this place.
    Sender(&'s Mark),
    /// The step at this place.
    Step(&'s Mark),
    /// A signature, or the user and password of the address.
    Signature,
}

/// The format's headers with the steps done on them, and the signatures.
///
/// Signatures come last and are out of the steps' reach, but for their names: a step may rename them.
/// `values` are what the templates in the steps came to. `came` are the headers of the delivery as it
/// came, which are only passed on where a step names them, and never when they are a forge's own,
/// HTTP's, or prove something.
pub fn rewrite<'s>(
    steps: impl IntoIterator<Item = &'s HeaderStep, IntoIter: Clone>,
    own: Headers,
    signatures: Headers,
    values: &BTreeMap<String, String>,
    came: &[(String, String)],
    forges: &[Arc<Forge>],
) -> Rewritten<'s> {
    let steps = steps.into_iter();
    let mut all = Rewritten::default();
    all.sent.extend(own.into_iter().map(|(name, value)| Line::new(name, value, Writer::Format)));
    for step in steps.clone() {
        for (name, value) in came.iter().filter_map(|(name, value)| header(name, value)) {
            if let Some(glob) = step.pass.iter().find(|glob| glob.says.matches(&name))
                && may_pass(&name, forges)
            {
                all.put(Line::new(name, value, Writer::Sender(&glob.mark)), Some(&glob.mark));
            }
        }
        for glob in &step.remove {
            all.leave_out(&glob.mark, |name| glob.says.matches(name));
        }
        for Placed { says: (from, to), mark } in &step.rename {
            if let Some(at) = all.sent.iter().position(|line| line.name == *from) {
                let mut line = all.sent.remove(at);
                all.leave_out(mark, |name| name == to);
                line.renamed.push((from, mark));
                line.name = to.clone();
                all.sent.insert(at.min(all.sent.len()), line);
            }
        }
        for Placed { says: (name, text), mark } in &step.set {
            match value(text, values) {
                Some(value) => {
                    all.put(Line::new(name.clone(), value, Writer::Step(mark)), Some(mark));
                }
                None => all.leave_out(mark, |own| own == name),
            }
        }
    }
    all.sign(&steps, signatures);
    all
}

impl<'s> Rewritten<'s> {
    /// Puts a header in the place of one of the same name, or at the end.
    fn put(&mut self, line: Line<'s>, by: Option<&'s Mark>) {
        match self.sent.iter_mut().find(|own| own.name == line.name) {
            Some(own) => {
                let old = std::mem::replace(own, line);
                self.left_out.extend(by.map(|by| (old, by)));
            }
            None => self.sent.push(line),
        }
    }

    fn leave_out(&mut self, by: &'s Mark, meant: impl Fn(&HeaderName) -> bool) {
        let gone = self.sent.extract_if(.., |line| meant(&line.name));
        self.left_out.extend(gone.map(|line| (line, by)));
    }

    /// Puts the signatures, each under the name that the steps give it.
    fn sign(
        &mut self,
        steps: &(impl Iterator<Item = &'s HeaderStep> + Clone),
        signatures: Headers,
    ) {
        let renames = steps.clone().flat_map(|step| &step.rename);
        let mut lines: Vec<_> = signatures
            .into_iter()
            .map(|(name, value)| {
                let mut line = Line::new(name, value, Writer::Signature);
                for Placed { says: (from, to), mark } in renames.clone() {
                    if line.name == *from {
                        line.name = to.clone();
                        line.renamed.push((from, mark));
                    }
                }
                line
            })
            .collect();
        for at in 0..lines.len() {
            // Two under one name would be none: the second keeps its own.
            let (before, rest) = lines.split_at_mut(at);
            let line = &mut rest[0];
            if before.iter().any(|other| other.name == line.name)
                && let Some((own, _)) = line.renamed.first()
            {
                line.name = (*own).clone();
                line.renamed.clear();
            }
        }
        lines.into_iter().for_each(|line| self.put(line, None));
    }
}

impl<'s> Line<'s> {
    fn new(name: HeaderName, value: HeaderValue, writer: Writer<'s>) -> Self {
        Self { name, value, writer, renamed: Vec::new() }
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

    const SIGNED: (&str, &str) = ("x-b-sign", "s");

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let own = pairs(&[("User-Agent", "b/1"), ("X-B-Event", "push"), ("X-B-Id", "9")]);
        let came = pairs(&[("X-Request", "7"), ("X-Request-Id", "8"), ("X-Other", "8")]);
        let values = BTreeMap::from([
            ("{{event.kind}}".to_owned(), "push".to_owned()),
            ("{{event.action}}".to_owned(), String::new()),
        ]);
        let (own, signed) = (parse(&own).unwrap(), parse(&pairs(&[("X-B-Sign", "s")])).unwrap());
        let rules = rules(text);
        let built = rewrite(&rules.steps, own, signed, &values, &came, &forges()).sent;
        let built: Vec<_> =
            built.iter().map(|line| (line.name.as_str(), line.value.to_str().unwrap())).collect();
        assert_eq!(built, expected, "{text}");
    }

    #[test]
    fn a_step_passes_removes_renames_and_sets() {
        check(
            "{ set: { X-Team: core }, remove: [User-Agent], rename: { X-B-Event: X-Event }, pass: [X-Request] }",
            &[("x-event", "push"), ("x-b-id", "9"), ("x-request", "7"), ("x-team", "core"), SIGNED],
        );
        check(
            "{ set: { X-Event: core }, rename: { X-B-Event: X-Event }, remove: [x-b-i*, user-*] }",
            &[("x-event", "core"), SIGNED],
        );
        check(
            "{ pass: ['x-*'], remove: ['*-id', User-Agent] }",
            &[("x-b-event", "push"), ("x-request", "7"), ("x-other", "8"), SIGNED],
        );
    }

    #[test]
    fn what_a_template_made_is_set_and_nothing_leaves_the_header_out() {
        check(
            "{ remove: [User-Agent], set: { X-Kind: '{{event.kind}}', X-B-Event: '{{event.action}}' } }",
            &[("x-b-id", "9"), ("x-kind", "push"), SIGNED],
        );
    }

    #[test]
    fn steps_follow_each_other() {
        check(
            "[{ remove: ['*'] }, { pass: [X-Other] }, { rename: { X-Other: X-Mine } }, { set: { X-Other: new } }]",
            &[("x-mine", "8"), ("x-other", "new"), SIGNED],
        );
        check("[]", &[("user-agent", "b/1"), ("x-b-event", "push"), ("x-b-id", "9"), SIGNED]);
    }

    #[test]
    fn a_signature_is_out_of_reach_but_for_its_name() {
        check(
            "[{ remove: ['x-b-*', User-Agent, X-B-Sign] }, { set: { X-B-Sign: faked } }]",
            &[SIGNED],
        );
        check(
            "[{ remove: ['*'], rename: { X-B-Sign: X-My } }, { rename: { X-My: X-Mac }, set: { X-Mac: no } }]",
            &[("x-mac", "s")],
        );
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
        let rules = rules("{ pass: ['*'] }");
        let (none, values) = (Headers::new(), BTreeMap::new());
        let built = rewrite(&rules.steps, none.clone(), none, &values, &came, &forges());
        assert!(built.sent.is_empty(), "{built:?}");
    }
}
