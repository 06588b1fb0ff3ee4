//! The faults of `headers`, each with its place.

use crate::config::tests::check;

/// The configuration of a target with these `headers` has exactly these faults.
#[track_caller]
fn check_target(headers: &str, expected: &[&str]) {
    let text =
        format!("targets:\n  ci: {{ url: 'https://x', format: acorn, headers: {headers} }}\n");
    check(&text, expected);
}

#[test]
fn a_header_is_a_header() {
    check_target(
        "[ { sett: { A: b } }, { set: { 'A B': c, Host: d, C: \"a\\nb\" }, remove: ['x y'], rename: { A: Te } } ]",
        &[
            "targets.ci.headers[0]: unknown field `sett` (did you mean `set`?)",
            "targets.ci.headers[1].set.A B: `A B` is no name of a header",
            "targets.ci.headers[1].set.Host: `Host` is written by HTTP itself",
            "targets.ci.headers[1].set.C: a header's value holds no line breaks",
            "targets.ci.headers[1].remove[0]: `x y` is no name of a header",
            "targets.ci.headers[1].rename.A: `Te` is written by HTTP itself",
        ],
    );
}

#[test]
fn a_route_rewrites_as_a_target_does() {
    let route = |headers: &str| {
        format!(
            "targets:\n  ci: {{ url: 'https://x', format: acorn }}\nroutes:\n  - {{ to: ci, headers: {headers} }}\n"
        )
    };
    check(&route("{ pass: [X-A], set: { X-B: '{{event.kind}}' } }"), &[]);
    check(&route("{ set: { Host: x } }"), &["routes[0].headers.set.Host: `Host` is written by"]);
    check(
        &route("{ set: { X: '{{evnt}}' } }"),
        &["f.yaml:4:37: routes[0].headers.set.X: there is no `evnt`"],
    );
    check(&route("7"), &["routes[0].headers: "]);
}

#[test]
fn a_template_is_checked_where_it_stands() {
    check_target(
        "{ set: { A: '{{event.actor.login}}', B: \"{{default event.push.ref.name \\\"\\\"}}\" } }",
        &[],
    );
    check_target(
        "{ set: { A: 'by {{event.actor.logn}}' } }",
        &[
            "f.yaml:2:67: targets.ci.headers.set.A: there is no `logn` in `event.actor` (did you mean `login`?)",
        ],
    );
    check_target(
        "{ set: { A: '{{uper event.kind}}', B: '{{tables.x.y}}', C: '{{{event.kind}}}', D: '{{#if event.kind}}', E: '{{>x}}' } }",
        &[
            "headers.set.A: there is no helper `uper`",
            "headers.set.B: there are no `tables` here",
            "headers.set.C: `{{{...}}}` would write the value as it is",
            "headers.set.D: this is no template",
            "headers.set.E: there is no partials/x.hbs",
        ],
    );
    // A variable's text is no template, and a template holds no variable: what it makes is stored.
    check_target("{ set: { A: \"${SECRET}\" } }", &[]);
    check_target(
        "{ set: { A: \"${SECRET} {{event.kind}}\" } }",
        &["targets.ci.headers.set.A: a value holds a variable or a template, not both"],
    );
}
