//! Which targets want which events.
//!
//! Routes are globs, compiled once. `*` stops at a slash and `**` does not, as in the forges' own
//! filters. However many routes match, an event goes to a target once; and a delivery that is passed
//! through as it came goes to a target once, however many of its events matched.

use super::bundle::{Bundle, Bundling};
use crate::config::{self, Config, Target};
use crate::event::{Event, Kind, RefType};
use crate::mapping::Mappings;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::fmt;
use std::sync::Arc;

/// A glob that cannot be compiled. The configuration's check finds it first.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{place}: `{glob}` is no glob: {reason}")]
pub struct BadGlob {
    place: String,
    glob: String,
    reason: String,
}

/// All routes, compiled.
#[derive(Debug, Clone)]
pub struct Routes {
    routes: Vec<Compiled>,
    targets: Vec<(Arc<Target>, Bundling)>,
}

/// What is to be sent because of one delivery.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What goes where, in the order of the events.
    pub planned: Vec<Planned>,
    /// Why routes did not take events.
    pub refused: Vec<Refused>,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The target's name.
    pub target: String,
    /// The places of the events within their delivery: one, or all that go in one piece.
    pub events: Vec<u32>,
}

/// A route that did not take an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The place of the event within its delivery.
    pub event: u32,
    /// Where the route stands in the configuration.
    pub route: Arc<str>,
    /// Why.
    pub why: Refusal,
}

/// Why a route does not take an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It takes from other sources.
    Source,
    /// It asks for other events.
    Event(String),
    /// It does not ask for pings, which are only sent where a route does.
    Ping,
    /// It does not ask for pings, and the event did not happen: the forge only tries the hook out.
    Test,
    /// It asks for other repositories.
    Repository(String),
    /// It asks for repositories, and the event names none.
    NoRepository,
    /// It asks for other branches or tags.
    Ref(String),
    /// It asks for branches or tags, and the event names none.
    NoRef,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source => f.write_str("takes from other sources"),
            Self::Event(key) => write!(f, "does not ask for {key}"),
            Self::Ping => f.write_str("does not ask for ping by name"),
            Self::Test => f.write_str("does not ask for ping by name, and this is a test"),
            Self::Repository(path) => write!(f, "does not ask for the repository {path}"),
            Self::NoRepository => f.write_str("asks for a repository, and the event names none"),
            Self::Ref(name) => write!(f, "does not ask for {name}"),
            Self::NoRef => f.write_str("asks for a branch or tag, and the event names none"),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: the route at {} {}", self.event, self.route, self.why)
    }
}

#[derive(Debug, Clone)]
struct Compiled {
    place: Arc<str>,
    from: Vec<String>,
    events: Option<GlobSet>,
    repositories: Option<GlobSet>,
    branches: Option<GlobSet>,
    tags: Option<GlobSet>,
    /// Places in the list of targets.
    to: Vec<usize>,
}

impl Routes {
    /// Compiles the routes of a configuration.
    ///
    /// # Errors
    /// A glob that is none.
    pub fn new(config: &Config, mappings: &Mappings) -> Result<Self, BadGlob> {
        let targets = config.targets.iter().cloned().map(Arc::new);
        let targets: Vec<_> = targets
            .map(|target| {
                let bundling = Bundling::of(&target, mappings);
                (target, bundling)
            })
            .collect();
        let routes = config.routes.iter().map(|route| compile(route, &targets));
        Ok(Self { routes: routes.collect::<Result<_, _>>()?, targets })
    }

    /// What is to be sent because of these events. `format` is the format that the delivery came in.
    pub fn plan(&self, source: &str, format: &str, events: &[Event]) -> Plan {
        let mut plan = Plan::default();
        // What each target is sent more events with, and its place in the plan.
        let mut open: Vec<(usize, Bundle, usize)> = Vec::new();
        for (at, event) in (0u32..).zip(events) {
            for wanted in self.wanted_by(source, event, at, &mut plan.refused) {
                let (target, bundling) = &self.targets[wanted];
                let bundle = bundling.bundle(target, format, event);
                let found = |of: &&(usize, Bundle, usize)| of.0 == wanted && bundle == Some(of.1);
                if let Some((.., place)) = open.iter().find(found) {
                    plan.planned[*place].events.push(at);
                    continue;
                }
                open.extend(bundle.map(|bundle| (wanted, bundle, plan.planned.len())));
                plan.planned.push(Planned { target: target.name.clone(), events: vec![at] });
            }
        }
        plan
    }

    /// The targets that want an event, each once, in the order of the configuration.
    fn wanted_by(
        &self,
        source: &str,
        event: &Event,
        at: u32,
        refused: &mut Vec<Refused>,
    ) -> Vec<usize> {
        let mut wanted = Vec::new();
        for route in &self.routes {
            match route.refuses(source, event) {
                None => wanted.extend(&route.to),
                Some(why) => refused.push(Refused { event: at, route: route.place.clone(), why }),
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

impl Compiled {
    fn refuses(&self, source: &str, event: &Event) -> Option<Refusal> {
        if !self.from.is_empty() && !self.from.iter().any(|from| from == source) {
            return Some(Refusal::Source);
        }
        let kind = event.kind_or_other();
        let is_test = event.source.as_ref().is_some_and(|source| source.test == Some(true));
        let for_tests = |globs: &GlobSet| globs.is_match(Kind::Ping.as_str());
        if is_test && !self.events.as_ref().is_some_and(for_tests) {
            return Some(Refusal::Test);
        }
        match &self.events {
            None if kind == Kind::Ping => return Some(Refusal::Ping),
            Some(globs) if !globs.is_match(kind.as_str()) => {
                let key = event.key();
                if !globs.is_match(&key) {
                    return Some(Refusal::Event(key));
                }
            }
            None | Some(_) => {}
        }
        self.refuses_repository(event).or_else(|| self.refuses_ref(event))
    }

    fn refuses_repository(&self, event: &Event) -> Option<Refusal> {
        let globs = self.repositories.as_ref()?;
        let path = event.repository.as_ref().and_then(|repository| repository.full_path.as_deref());
        match path {
            None => Some(Refusal::NoRepository),
            Some(path) if globs.is_match(path) => None,
            Some(path) => Some(Refusal::Repository(path.to_owned())),
        }
    }

    /// A route that names branches and tags takes either.
    fn refuses_ref(&self, event: &Event) -> Option<Refusal> {
        if self.branches.is_none() && self.tags.is_none() {
            return None;
        }
        let Some((what, name)) = ref_of(event) else { return Some(Refusal::NoRef) };
        let (globs, word) = match what {
            RefType::Branch => (&self.branches, "branch"),
            RefType::Tag => (&self.tags, "tag"),
            RefType::Other => return Some(Refusal::NoRef),
        };
        match globs {
            Some(globs) if globs.is_match(name) => None,
            _ => Some(Refusal::Ref(format!("the {word} {name}"))),
        }
    }
}

/// The ref that an event is about: what moved, what runs on it, or where a pull request should go.
fn ref_of(event: &Event) -> Option<(RefType, &str)> {
    let own = match event.kind_or_other() {
        Kind::Push => event.push.as_ref().and_then(|push| push.r#ref.as_ref()),
        Kind::Ref => event.r#ref.as_ref(),
        Kind::Pipeline => event.pipeline.as_ref().and_then(|run| run.r#ref.as_ref()),
        Kind::Job => event.job.as_ref().and_then(|job| job.r#ref.as_ref()),
        Kind::Check => event.check.as_ref().and_then(|check| check.r#ref.as_ref()),
        Kind::Status => event.status.as_ref().and_then(|status| status.r#ref.as_ref()),
        Kind::Deployment => event.deployment.as_ref().and_then(|it| it.r#ref.as_ref()),
        Kind::Trigger => event.trigger.as_ref().and_then(|trigger| trigger.r#ref.as_ref()),
        Kind::Release => return Some((RefType::Tag, event.release.as_ref()?.tag.as_deref()?)),
        Kind::MergeQueue => {
            return Some((RefType::Branch, event.merge_queue.as_ref()?.base_ref.as_deref()?));
        }
        _ => {
            let base = event.pull_request.as_ref()?.base.as_ref()?;
            return Some((RefType::Branch, base.r#ref.as_deref()?));
        }
    }?;
    Some((own.r#type?, own.name.as_deref()?))
}

fn compile(
    route: &config::Route,
    targets: &[(Arc<Target>, Bundling)],
) -> Result<Compiled, BadGlob> {
    let globs = |list: &[String], any_case: bool| globs(list, any_case, &route.place);
    // A name that the configuration does not have was refused when it was read.
    let place = |name: &String| targets.iter().position(|target| target.0.name == *name);
    Ok(Compiled {
        place: route.place.as_str().into(),
        from: route.from.clone(),
        events: globs(&route.events, false)?,
        // Forges find a repository whatever the case of its path.
        repositories: globs(&route.repositories, true)?,
        branches: globs(&route.branches, false)?,
        tags: globs(&route.tags, false)?,
        to: route.to.iter().filter_map(place).collect(),
    })
}

/// An empty list was left out: it asks nothing.
fn globs(list: &[String], any_case: bool, place: &str) -> Result<Option<GlobSet>, BadGlob> {
    let bad = |glob: &str, reason: &globset::Error| BadGlob {
        place: place.to_owned(),
        glob: glob.to_owned(),
        reason: reason.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for glob in list {
        let compiled =
            GlobBuilder::new(glob).literal_separator(true).case_insensitive(any_case).build();
        set.add(compiled.map_err(|error| bad(glob, &error))?);
    }
    let set = set.build().map_err(|error| bad(&list.join(", "), &error))?;
    Ok((!list.is_empty()).then_some(set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Process, Vocabulary};
    use std::sync::LazyLock;

    /// Routes to three targets: `t` and `u` want some format, `p` wants the delivery as it came.
    fn routes(lines: &str) -> (Routes, String) {
        static MAPPINGS: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().unwrap());
        static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::of(&MAPPINGS));
        let words = &*WORDS;
        let format = words.forges.iter().find(|words| words.signs.is_some()).unwrap();
        let format = format.forge.name.clone();
        let text = format!(
            "sources:\n  a: {{ forge: {format}, verify: none }}\n  b: {{ forge: {format}, verify: none }}\n\
             targets:\n  t: {{ url: 'https://t.example', format: {format} }}\n  \
             u: {{ url: 'https://u.example', format: {format}, passthrough: false }}\n  \
             p: {{ url: 'https://p.example', format: passthrough }}\nroutes:\n{lines}"
        );
        let config = Config::parse(&text, "f.yaml", &Process, words);
        let config = config.unwrap_or_else(|faults| panic!("{faults}"));
        (Routes::new(&config, &MAPPINGS).unwrap(), format)
    }

    fn events(list: &[&str]) -> Vec<Event> {
        list.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    const PUSH: &str = r#"{"kind":"push","action":"updated","repository":{"full_path":"Acme/site"},
        "push":{"ref":{"type":"branch","name":"release/1"}}}"#;
    const TAG: &str = r#"{"kind":"push","action":"created","repository":{"full_path":"acme/sub/x"},
        "push":{"ref":{"type":"tag","name":"v1"}}}"#;
    const PULL: &str = r#"{"kind":"pull_request","action":"opened","repository":{"full_path":"acme/site"},
        "pull_request":{"number":1,"base":{"ref":"main"}}}"#;
    const PING: &str = r#"{"kind":"ping","action":"received"}"#;

    /// What goes where, as `target:events`.
    #[track_caller]
    fn check(lines: &str, format: &str, list: &[&str], expected: &[&str]) {
        let (routes, _) = routes(lines);
        let plan = routes.plan("a", format, &events(list));
        let shown = |planned: &Planned| format!("{}:{:?}", planned.target, planned.events);
        let shown: Vec<_> = plan.planned.iter().map(shown).collect();
        assert_eq!(shown, expected, "{:?}", plan.refused);
    }

    #[test]
    fn an_event_goes_to_a_target_once() {
        let lines = "  - to: [t, u]\n  - { events: [push], to: [u, t] }\n";
        check(lines, "other", &[PUSH, PULL], &["t:[0]", "u:[0]", "t:[1]", "u:[1]"]);
    }

    #[test]
    fn what_passes_through_goes_once_a_delivery() {
        let (_, format) = routes("  - to: [t]\n");
        let lines = "  - { events: ['push', 'pull_request.*'], to: [t, u, p] }\n";
        let expected = ["t:[0, 1]", "u:[0]", "p:[0, 1]", "u:[1]"];
        check(lines, &format, &[PUSH, PULL, PING], &expected);
        check(lines, "other", &[PUSH, PULL], &["t:[0]", "u:[0]", "p:[0, 1]", "t:[1]", "u:[1]"]);
    }

    #[test]
    fn routes_ask_for_sources_events_repositories_and_refs() {
        for (lines, expected) in [
            ("{ from: [b], to: [t] }", vec![]),
            ("{ to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]"]),
            ("{ events: ['*'], to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]", "t:[3]"]),
            ("{ events: [ping], to: [t] }", vec!["t:[3]"]),
            ("{ events: [push.created, pull_request], to: [t] }", vec!["t:[1]", "t:[2]"]),
            ("{ repositories: ['acme/*'], to: [t] }", vec!["t:[0]", "t:[2]"]),
            ("{ repositories: ['acme/**'], to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]"]),
            ("{ branches: [main, 'release/*'], to: [t] }", vec!["t:[0]", "t:[2]"]),
            ("{ branches: ['*'], to: [t] }", vec!["t:[2]"]),
            ("{ tags: ['v*'], to: [t] }", vec!["t:[1]"]),
            ("{ tags: ['v*'], branches: [main], to: [t] }", vec!["t:[1]", "t:[2]"]),
        ] {
            check(&format!("  - {lines}\n"), "other", &[PUSH, TAG, PULL, PING], &expected);
        }
    }

    #[test]
    fn what_did_not_happen_goes_only_where_pings_are_asked_for() {
        let test = PUSH.replacen('{', r#"{"source":{"test":true},"#, 1);
        for (lines, expected) in [
            ("{ to: [t] }", vec![]),
            ("{ events: [push], to: [t] }", vec![]),
            ("{ events: [ping], to: [t] }", vec![]),
            ("{ events: [ping, push], to: [t] }", vec!["t:[0]"]),
            ("{ events: ['*'], to: [t] }", vec!["t:[0]"]),
        ] {
            check(&format!("  - {lines}\n"), "other", &[&test], &expected);
        }
        let (routes, _) = routes("  - { events: [push], to: [t] }\n");
        let why = routes.plan("a", "other", &events(&[&test])).refused[0].to_string();
        assert!(why.ends_with("does not ask for ping by name, and this is a test"), "{why}");
    }

    #[test]
    fn a_route_says_why_not() {
        let (routes, _) = routes("  - { branches: [main], to: [t] }\n");
        let plan = routes.plan("a", "other", &events(&[PUSH, PING]));
        let why: Vec<_> = plan.refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            why,
            [
                "event 0: the route at f.yaml:9:5 does not ask for the branch release/1",
                "event 1: the route at f.yaml:9:5 does not ask for ping by name",
            ]
        );
    }
}
