//! What follows from other fields, filled in once for every forge.

use super::{
    Action, Commit, Event, Kind, PullRequest, Push, Ref, RefType, Repository, RunStatus, State,
};

impl Event {
    /// Fills in what follows from other fields and lists each path in `inferred`.
    ///
    /// Nothing that was sent is changed, and nothing is guessed: every rule here is a consequence.
    pub fn complete(&mut self) {
        let mut inferred = Inferred(Vec::new());
        if let Some(repository) = &mut self.repository {
            complete_repository(repository, "repository", &mut inferred);
        }
        if let Some(reference) = &mut self.r#ref {
            complete_ref(reference, "ref", &mut inferred);
        }
        self.commit.iter_mut().for_each(|commit| complete_title(commit));
        if let Some(push) = &mut self.push {
            complete_push(push, &mut inferred);
            if self.kind == Some(Kind::Push) {
                let action = match (&push.before, &push.after) {
                    (None, Some(_)) => Some(Action::Created),
                    (Some(_), Some(_)) => Some(Action::Updated),
                    (Some(_), None) => Some(Action::Deleted),
                    (None, None) => None,
                };
                inferred.fill(&mut self.action, "action", || action);
            }
        }
        if let Some(pull_request) = &mut self.pull_request {
            complete_pull_request(pull_request, &mut inferred);
        }
        if let Some(fork) = &mut self.fork {
            complete_repository(fork, "fork", &mut inferred);
        }
        self.complete_run(&mut inferred);
        if !inferred.0.is_empty() {
            self.inferred = Some(inferred.0);
        }
    }

    /// What runs on a commit: its ref, and what was done from how far it is.
    fn complete_run(&mut self, inferred: &mut Inferred) {
        let Self { pipeline, job, check, status, deployment, trigger, .. } = self;
        let refs = [
            (pipeline.as_mut().and_then(|it| it.r#ref.as_mut()), "pipeline.ref"),
            (job.as_mut().and_then(|it| it.r#ref.as_mut()), "job.ref"),
            (check.as_mut().and_then(|it| it.r#ref.as_mut()), "check.ref"),
            (status.as_mut().and_then(|it| it.r#ref.as_mut()), "status.ref"),
            (deployment.as_mut().and_then(|it| it.r#ref.as_mut()), "deployment.ref"),
            (trigger.as_mut().and_then(|it| it.r#ref.as_mut()), "trigger.ref"),
        ];
        for (reference, at) in refs {
            if let Some(reference) = reference {
                complete_ref(reference, at, inferred);
            }
        }
        let commits = [
            pipeline.as_mut().and_then(|it| it.commit.as_mut()),
            job.as_mut().and_then(|it| it.commit.as_mut()),
            status.as_mut().and_then(|it| it.commit.as_mut()),
            deployment.as_mut().and_then(|it| it.commit.as_mut()),
        ];
        commits.into_iter().flatten().for_each(|commit| complete_title(commit));
        let run = match self.kind {
            Some(Kind::Pipeline) => pipeline.as_ref().and_then(|it| it.status),
            Some(Kind::Job) => job.as_ref().and_then(|it| it.status),
            Some(Kind::Check) => check.as_ref().and_then(|it| it.status),
            _ => None,
        };
        let action = run.map(|status| match status {
            RunStatus::Queued => Action::Queued,
            RunStatus::Waiting => Action::Updated,
            RunStatus::Running => Action::Started,
            RunStatus::Completed => Action::Completed,
        });
        inferred.fill(&mut self.action, "action", || action);
    }

    /// The first mandatory path of the event's kind that is absent, if any.
    pub fn missing(&self) -> Option<String> {
        use crate::value::FieldType;
        let Some(kind) = self.kind else { return Some("kind".into()) };
        let Some(action) = self.action else { return Some("action".into()) };
        if !kind.actions().contains(&action) {
            return Some(format!("an action that {kind} knows ({action} is none)"));
        }
        let lacks =
            |path: &&&[&str]| path.iter().fold(self.view(), |view, key| view.get(key)).is_absent();
        kind.mandatory().iter().find(lacks).map(|path| path.join("."))
    }
}

/// Notes which fields were filled.
struct Inferred(Vec<String>);

impl Inferred {
    fn fill<T>(&mut self, field: &mut Option<T>, path: &str, value: impl FnOnce() -> Option<T>) {
        if field.is_none() {
            *field = value();
            if field.is_some() {
                self.0.push(path.to_owned());
            }
        }
    }
}

fn complete_repository(repository: &mut Repository, at: &str, inferred: &mut Inferred) {
    let Some(path) = repository.full_path.clone() else { return };
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", &path));
    inferred.fill(&mut repository.name, &format!("{at}.name"), || Some(name.to_owned()));
    inferred.fill(&mut repository.namespace, &format!("{at}.namespace"), || {
        (!namespace.is_empty()).then(|| namespace.to_owned())
    });
}

fn complete_ref(reference: &mut Ref, at: &str, inferred: &mut Inferred) {
    if reference.full.is_none() {
        // Some forges put the whole name where others put the bare one.
        if let Some(name) = reference.name.take_if(|name| name.starts_with("refs/")) {
            reference.full = Some(name);
        }
    }
    if let Some(full) = reference.full.clone() {
        let (kind, name) = match (full.strip_prefix("refs/heads/"), full.strip_prefix("refs/tags/"))
        {
            (Some(name), _) => (RefType::Branch, name),
            (None, Some(name)) => (RefType::Tag, name),
            (None, None) => (RefType::Other, full.as_str()),
        };
        inferred.fill(&mut reference.r#type, &format!("{at}.type"), || Some(kind));
        inferred.fill(&mut reference.name, &format!("{at}.name"), || Some(name.to_owned()));
    } else if let (Some(kind), Some(name)) = (reference.r#type, &reference.name) {
        let full = match kind {
            RefType::Branch => Some(format!("refs/heads/{name}")),
            RefType::Tag => Some(format!("refs/tags/{name}")),
            RefType::Other => None,
        };
        inferred.fill(&mut reference.full, &format!("{at}.full"), || full);
    }
}

fn complete_title(commit: &mut Commit) {
    if commit.title.is_none() {
        let title = commit.message.as_deref().and_then(|message| message.lines().next());
        commit.title = title.map(str::to_owned);
    }
}

fn complete_push(push: &mut Push, inferred: &mut Inferred) {
    if let Some(reference) = &mut push.r#ref {
        complete_ref(reference, "push.ref", inferred);
    }
    push.head_commit.iter_mut().for_each(|commit| complete_title(commit));
    let Some(commits) = &mut push.commits else { return };
    commits.iter_mut().for_each(complete_title);
    // Only the commit that the ref points to is the head; an annotated tag points to its tag object.
    let after = push.after.as_ref();
    inferred.fill(&mut push.head_commit, "push.head_commit", || {
        let head = commits.iter().rev().find(|commit| commit.sha.as_ref() == after);
        head.filter(|_| after.is_some()).cloned().map(Box::new)
    });
    if push.truncated != Some(true) {
        let count = i64::try_from(commits.len()).ok();
        inferred.fill(&mut push.total_commits, "push.total_commits", || count);
    }
    let listed = i64::try_from(commits.len()).unwrap_or(i64::MAX);
    let truncated = push.total_commits.map(|total| total > listed);
    inferred.fill(&mut push.truncated, "push.truncated", || truncated);
}

fn complete_pull_request(pull_request: &mut PullRequest, inferred: &mut Inferred) {
    pull_request.last_commit.iter_mut().for_each(|commit| complete_title(commit));
    for (branch, at) in [
        (&mut pull_request.head, "pull_request.head.repository"),
        (&mut pull_request.base, "pull_request.base.repository"),
    ] {
        if let Some(repository) = branch.as_mut().and_then(|branch| branch.repository.as_mut()) {
            complete_repository(repository, at, inferred);
        }
    }
    let PullRequest { head, base, from_fork, .. } = pull_request;
    inferred.fill(from_fork, "pull_request.from_fork", || {
        let head = head.as_ref()?.repository.as_ref()?;
        let base = base.as_ref()?.repository.as_ref()?;
        match (&head.id, &base.id) {
            (Some(head), Some(base)) => Some(head != base),
            _ => Some(head.full_path.as_ref()? != base.full_path.as_ref()?),
        }
    });
    if pull_request.merged_at.is_some() && pull_request.state == Some(State::Closed) {
        // Most forges close what they merge; the time of the merge tells.
        pull_request.state = Some(State::Merged);
    }
}
