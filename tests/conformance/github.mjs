// What a bot written against GitHub's own types reads from each event, in the words of README.md. The
// action is told by the handler that was called, never by a word that was only passed on.

const NONE = "0".repeat(40);

/** A hash; all zeros stand for none. */
const sha = (text) => (text === NONE ? null : text);

const repository = ({ repository }) => ({
  repository: `${repository.owner.login}/${repository.name}`,
  full_name: repository.full_name,
  clone_url: repository.clone_url,
});

function push(payload) {
  const { ref, before, after, created, deleted, commits, head_commit: tip } = payload;
  const files = commits.flatMap(({ added, modified, removed }) => [...added, ...modified, ...removed]);
  return {
    kind: "push",
    action: deleted ? "deleted" : created ? "created" : "updated",
    ...repository(payload),
    ref,
    before: sha(before),
    after: sha(after),
    tip: tip?.id ?? null,
    commits: commits.map(({ id }) => sha(id)),
    files: files.sort(),
    author: payload.sender.login,
    pusher: payload.pusher.name,
  };
}

const ref = (action) => (payload) => ({
  kind: "ref",
  action,
  ...repository(payload),
  ref: payload.ref,
  ref_type: payload.ref_type,
  author: payload.sender.login,
});

const pull = (action) => (payload) => {
  const { number, title, body, state, draft, user, head, base } = payload.pull_request;
  return {
    kind: "pull_request",
    action: action(payload),
    ...repository(payload),
    number: payload.number === number ? number : `${payload.number} and ${number}`,
    title,
    text: body,
    state,
    draft,
    head: head.ref,
    head_sha: sha(head.sha),
    head_repository: head.repo?.full_name ?? null,
    base: base.ref,
    base_repository: base.repo.full_name,
    before: payload.before ? sha(payload.before) : null,
    after: payload.after ? sha(payload.after) : null,
    author: payload.sender.login,
    opener: user.login,
  };
};

const comment = (payload) => ({
  kind: "comment",
  action: "created",
  ...repository(payload),
  number: payload.issue.number,
  target: payload.issue.pull_request ? "pull_request" : "issue",
  title: payload.issue.title,
  text: payload.comment.body,
  author: payload.comment.user.login,
});

/** The events that a bot asks for, and what it reads from each. */
export const HANDLERS = {
  push,
  create: ref("created"),
  delete: ref("deleted"),
  "pull_request.opened": pull(() => "opened"),
  "pull_request.synchronize": pull(() => "synchronized"),
  "pull_request.closed": pull((payload) => (payload.pull_request.merged ? "merged" : "closed")),
  "issue_comment.created": comment,
};
