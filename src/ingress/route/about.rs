//! What routes ask of an event: its ref, the paths it changed, its labels.

use crate::event::{Commit, Event, Kind, RefType};

/// The ref that an event is about: what moved, what runs on it, or where a pull request should go.
pub(super) fn ref_of(event: &Event) -> Option<(RefType, &str)> {
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

/// The paths that a push changed, as far as it tells them, and whether it tells them all.
pub(super) fn changed(event: &Event) -> (impl Iterator<Item = &str>, bool) {
    let push = event.push.as_deref();
    let commits = push.and_then(|push| push.commits.as_deref());
    let listed = commits.unwrap_or_default();
    let cut = push.is_some_and(|push| {
        let total = push.total_commits.and_then(|total| usize::try_from(total).ok());
        push.truncated == Some(true) || total.is_some_and(|total| total > listed.len())
    });
    let complete = commits.is_some() && !cut && listed.iter().all(tells_files);
    (listed.iter().flat_map(files), complete)
}

fn lists(commit: &Commit) -> [Option<&Vec<String>>; 3] {
    [commit.added.as_ref(), commit.removed.as_ref(), commit.modified.as_ref()]
}

/// A list that is absent was not provided; an empty one names no file.
fn tells_files(commit: &Commit) -> bool {
    lists(commit).iter().any(Option::is_some)
}

fn files(commit: &Commit) -> impl Iterator<Item = &str> {
    lists(commit).into_iter().flatten().flatten().map(String::as_str)
}

/// The labels that the subject of an event carries; `None` when the event does not tell them.
pub(super) fn labels(event: &Event) -> Option<Vec<&str>> {
    let subject = match event.kind_or_other() {
        Kind::Label => None,
        _ => (event.pull_request.as_ref().and_then(|it| it.labels.as_ref()))
            .or_else(|| event.issue.as_ref().and_then(|it| it.labels.as_ref()))
            .or_else(|| event.discussion.as_ref().and_then(|it| it.labels.as_ref())),
    };
    match subject {
        Some(labels) => Some(labels.iter().filter_map(|label| label.name.as_deref()).collect()),
        None => Some(vec![event.label.as_ref()?.name.as_deref()?]),
    }
}
