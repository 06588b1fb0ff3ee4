//! What each template that ships costs, beside the floor of the same delivery's translation.

use super::case::Case;
use super::clock::{Step, medians};
use super::payloads;
use forgeway::event::{Event, Kind, Source};
use forgeway::mapping::Mappings;
use forgeway::template::{Given, Rendering, TemplateError, Templates};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::hint::black_box;
use std::path::Path;

/// A delivery, and the kind of event that is rendered of it.
struct Rendered<'a> {
    case: Case<'a>,
    event: Event,
    headers: Vec<(String, String)>,
}

impl<'a> Rendered<'a> {
    fn new(case: Case<'a>, kind: Kind) -> Self {
        let mut events = case.normalize().into_iter();
        let mut event = events.rfind(|event| event.kind == Some(kind)).expect("its event");
        // As a gateway fills it in.
        event.source = Some(Source {
            name: Some("bench".into()),
            forge: Some(case.forge.into()),
            delivery_id: Some("72d3162e-cc78-11e3-81ab-4c9367dc0958".into()),
            event: Some(case.name.into()),
            ..Source::default()
        });
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = case.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
        let headers = headers.collect();
        Self { case, event, headers }
    }

    fn render(
        &self,
        templates: &Templates,
        name: &str,
        vars: &Map<String, Value>,
    ) -> Result<Rendering, TemplateError> {
        let given = Given {
            event: &self.event,
            raw: &self.case.body,
            headers: &self.headers,
            target: "bench",
            vars,
            id: "0198c0de-0000-7000-8000-00000000cafe",
            now: Timestamp::UNIX_EPOCH,
        };
        templates.render(name, &given)
    }
}

/// What the examples of a template say for `vars`, which some cannot do without.
fn vars(template: &str) -> Map<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template);
    let cases = std::fs::read_dir(folder.join("examples")).into_iter().flatten().flatten();
    let mut files: Vec<_> = cases.map(|case| case.path().join("vars.json")).collect();
    files.sort();
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let mut all = Map::new();
    texts.for_each(|text| all.extend(serde_json::from_str::<Map<_, _>>(&text).expect("vars")));
    all
}

/// Renders a push, a pull request and a comment by each template, and prints what that took.
pub(super) fn run(mappings: &Mappings, measuring: bool) {
    let templates = Templates::embedded();
    let event = |word| ("x-github-event", word);
    let comment = mappings.example("github", "comment_on_pull_request").expect("an example").body;
    let merge = ("x-gitlab-event", "Merge Request Hook");
    let (there, back) = (("github", "gitlab"), ("gitlab", "github"));
    let deliveries = [
        Rendered::new(
            Case::new(mappings, "push", there, event("push"), payloads::push(3)),
            Kind::Push,
        ),
        Rendered::new(
            Case::new(mappings, "pull request", back, merge, payloads::merge_request()),
            Kind::PullRequest,
        ),
        Rendered::new(
            Case::new(mappings, "comment", there, event("issue_comment"), comment),
            Kind::Comment,
        ),
    ];
    let names: Vec<_> = templates.names().map(|name| (name.to_owned(), vars(name))).collect();
    let mut columns = Vec::new();
    for delivery in &deliveries {
        let output = delivery.case.output();
        let mut steps: Vec<Step<'_>> =
            vec![("the floor", Box::new(|| delivery.case.floor(&output)))];
        let mut rows = vec![Some(0)];
        for (name, vars) in &names {
            let said = delivery.render(&templates, name, vars);
            let says = matches!(said, Ok(Rendering::Request(_)));
            match said {
                Ok(Rendering::Request(_)) => {}
                Ok(Rendering::Skipped(why)) => {
                    println!("{name}, {}: skipped: {why}", delivery.case.name)
                }
                Err(error) => println!("{name}, {}: {error}", delivery.case.name),
            }
            rows.push(says.then_some(steps.len()));
            if says {
                let render = || drop(black_box(delivery.render(&templates, name, vars)));
                steps.push((name.as_str(), Box::new(render)));
            }
        }
        let medians = if measuring { medians(&steps, delivery.case.repeats()) } else { Vec::new() };
        columns.push((rows, medians));
    }
    if !measuring {
        return;
    }
    let heads: Vec<_> = deliveries
        .iter()
        .map(|delivery| format!("{} of {} bytes", delivery.case.name, delivery.case.body.len()))
        .collect();
    println!("\n| us, and of the floor | {} |\n|---|---|---|---|", heads.join(" | "));
    let names = ["the floor"].into_iter().chain(names.iter().map(|(name, _)| name.as_str()));
    for (row, name) in names.enumerate() {
        let cells = columns.iter().map(|(rows, medians)| match rows[row] {
            Some(at) => format!("{:.0} ({:.2})", medians[at], medians[at] / medians[0]),
            None => "-".to_owned(),
        });
        println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
