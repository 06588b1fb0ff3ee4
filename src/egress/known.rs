//! Events in the target's words for repositories, before a format says them.

use crate::config::{KnownAs, RepositoryRule};
use crate::event::{Event, Repository};
use std::borrow::Cow;

/// The event with each repository as the target knows it: the first rule that fits says how.
pub(super) fn as_known<'e>(event: &'e Event, rules: &[RepositoryRule]) -> Cow<'e, Event> {
    if rules.is_empty() {
        return Cow::Borrowed(event);
    }
    let mut known = event.clone();
    for repository in repositories(&mut known) {
        let path = repository.full_path.as_deref();
        let says = path.and_then(|path| rules.iter().find_map(|rule| rule.apply(path)));
        if let Some(says) = says {
            rename(repository, says);
        }
    }
    Cow::Owned(known)
}

fn repositories(event: &mut Event) -> impl Iterator<Item = &mut Repository> {
    let ends = event.pull_request.iter_mut().flat_map(|pull| {
        [pull.head.as_deref_mut(), pull.base.as_deref_mut()].into_iter().flatten()
    });
    let ends = ends.filter_map(|end| end.repository.as_deref_mut());
    event.repository.as_deref_mut().into_iter().chain(event.fork.as_deref_mut()).chain(ends)
}

fn rename(repository: &mut Repository, says: KnownAs) {
    let KnownAs { path, web_url, clone_url, ssh_url, id } = says;
    let old = repository.full_path.clone().unwrap_or_default();
    let new = path.as_deref().unwrap_or(&old);
    let moved = |own: Option<String>, was: Option<String>, end: &str| {
        own.or_else(|| was.map(|url| with_path(url, &old, new, end)))
    };
    repository.web_url = moved(web_url, repository.web_url.take(), "");
    repository.clone_http_url = moved(clone_url, repository.clone_http_url.take(), ".git");
    repository.clone_ssh_url = moved(ssh_url, repository.clone_ssh_url.take(), ".git");
    repository.id = id.or(repository.id.take());
    if path.is_some() {
        let (namespace, name) = new.rsplit_once('/').unwrap_or(("", new));
        repository.namespace = (!namespace.is_empty()).then(|| namespace.to_owned());
        repository.name = Some(name.to_owned());
        if let Some(owner) = repository.owner.as_mut() {
            owner.login.clone_from(&repository.namespace);
        }
        // It is built from the old path, and nobody serves it under the new one.
        repository.api_url = None;
        repository.full_path = path;
    }
}

/// An address that ends in the old path, with the new one there.
fn with_path(url: String, old: &str, new: &str, end: &str) -> String {
    let (stem, end) = match url.strip_suffix(end) {
        Some(stem) => (stem, end),
        None => (url.as_str(), ""),
    };
    match stem.strip_suffix(old) {
        Some(before) if before.ends_with(['/', ':']) => format!("{before}{new}{end}"),
        Some(_) | None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Process, Vocabulary};
    use crate::mapping::Mappings;

    fn rules(yaml: &str) -> Vec<RepositoryRule> {
        let words = Vocabulary::of(&Mappings::embedded().unwrap());
        let format = words.forges.iter().find(|words| words.signs.is_some()).unwrap();
        let text = format!(
            "sources: {{}}\ntargets: {{ t: {{ url: 'https://t.example', format: {}, repositories: {yaml} }} }}\n",
            format.forge.name
        );
        let config = Config::parse(&text, "f.yaml", &Process, &words);
        config.unwrap_or_else(|faults| panic!("{faults}")).targets[0].repositories.clone()
    }

    #[test]
    fn a_nested_path_becomes_what_the_target_knows() {
        let event: Event = serde_json::from_str(
            r#"{"kind":"push","action":"updated","repository":{"full_path":"acme/tools/site","name":"site",
                "namespace":"acme/tools","owner":{"login":"acme/tools"},"web_url":"https://g.example/acme/tools/site",
                "clone_http_url":"https://g.example/acme/tools/site.git","clone_ssh_url":"git@g.example:acme/tools/site.git"}}"#,
        )
        .unwrap();
        let rules = rules("[{ match: 'acme/*/*', path: 'acme/$1-$2' }]");
        let known = as_known(&event, &rules);
        let repository = known.repository.as_ref().unwrap();
        assert_eq!(repository.full_path.as_deref(), Some("acme/tools-site"));
        assert_eq!(repository.name.as_deref(), Some("tools-site"));
        assert_eq!(repository.owner.as_ref().unwrap().login.as_deref(), Some("acme"));
        assert_eq!(repository.web_url.as_deref(), Some("https://g.example/acme/tools-site"));
        let clone = repository.clone_http_url.as_deref();
        assert_eq!(clone, Some("https://g.example/acme/tools-site.git"));
        let clone = repository.clone_ssh_url.as_deref();
        assert_eq!(clone, Some("git@g.example:acme/tools-site.git"));
    }

    #[test]
    fn pages_may_stand_where_the_code_is_cloned() {
        let event: Event = serde_json::from_str(
            r#"{"kind":"push","action":"updated","repository":{"full_path":"a/b","web_url":"https://pages.example/a/b"}}"#,
        )
        .unwrap();
        let rules = rules("[{ match: '**', web_url: 'https://git.example/$path', id: 7 }]");
        let known = as_known(&event, &rules);
        let repository = known.repository.as_ref().unwrap();
        assert_eq!(repository.web_url.as_deref(), Some("https://git.example/a/b"));
        assert_eq!(
            (repository.full_path.as_deref(), repository.id.as_deref()),
            (Some("a/b"), Some("7"))
        );
    }
}
