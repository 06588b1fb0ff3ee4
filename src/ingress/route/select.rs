//! One route, compiled: whether it takes an event.

use super::globs::{BadGlob, globs};
use super::refusal::Refusal;
use crate::config::{self, Target};
use crate::event::{Event, Kind, RefType};
use crate::ingress::bundle::Bundling;
use globset::GlobSet;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) place: Arc<str>,
    from: Vec<String>,
    events: Option<GlobSet>,
    repositories: Option<GlobSet>,
    branches: Option<GlobSet>,
    tags: Option<GlobSet>,
    /// Places in the list of targets.
    pub(super) to: Vec<usize>,
}

impl Compiled {
    pub(super) fn refuses(&self, source: &str, event: &Event) -> Option<Refusal> {
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

pub(super) fn compile(
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
