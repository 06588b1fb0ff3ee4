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

#[test]
fn a_signature_is_renamed_at_most() {
    let target = |sign: &str, headers: &str| {
        format!(
            "targets:\n  ci: {{ url: 'https://x', format: acorn, sign: {sign}, headers: {headers} }}\n"
        )
    };
    let plain = "{ secret: s }";
    check(&target(plain, "{ remove: ['X-*'], rename: { X-Hub: X-Mac }, set: { X-Hub: x } }"), &[]);
    check(&target(plain, "[{ rename: { X-Hub: X-Mac } }, { rename: { X-Mac: X-M } }]"), &[]);
    check(
        &target(plain, "[{ rename: { X-Hub: X-Mac } }, { remove: [x-mac], set: { X-Mac: x } }]"),
        &[
            "targets.ci.headers[1].remove[0]: `x-mac` is the signature `hub` of `ci`: `sign` says what",
            "targets.ci.headers[1].set.X-Mac: `x-mac` is the signature `hub` of `ci`, which nothing may",
        ],
    );
    check(
        &target(plain, "{ remove: [X-Hub], set: { x-hub: y }, rename: { X-A: X-Hub } }"),
        &["remove[0]: `x-hub` is", "set.x-hub: `x-hub` is", "rename.X-A: `x-hub` is"],
    );
    // What is covered beside the body is held as well, and two signatures do not become one.
    let two = "[{ scheme: std, secret: whsec_AAAA }, { scheme: hmac, header: X-S, signed: '{{id}}.{{body}}', id_header: X-Id, secret: s }]";
    check(&target(two, "{ rename: { Webhook-Id: Svix-Id, X-Id: X-Mine } }"), &[]);
    check(
        &target(
            two,
            "{ set: { Webhook-Timestamp: x, X-Id: y }, rename: { X-S: Webhook-Signature } }",
        ),
        &[
            "set.Webhook-Timestamp: `webhook-timestamp` is the signature `std`",
            "set.X-Id: `x-id` is the signature `hmac`",
            "rename.X-S: `webhook-signature` is the signature `std`",
        ],
    );
    let aws = "{ scheme: sigv4, region: r, service: lambda, access_key_id: A, secret: s }";
    check(
        &target(aws, "{ rename: { X-Amz-Date: X-Date } }"),
        &[
            "rename.X-Amz-Date: `x-amz-date` is the signature `sigv4` of `ci`, whose headers have names",
        ],
    );
    check(
        "targets:\n  ci: { url: 'https://u:p@x', format: acorn, headers: { set: { Authorization: x } } }\n",
        &["`authorization` is the user and password in the `url` of `ci`, which nothing"],
    );
    // What passes through is signed by what is known to sign it.
    let passed = |sign: &str| {
        target(sign, "{ remove: [X-Hub, X-My] }").replace("format: acorn", "format: passthrough")
    };
    check(&passed(plain), &[]);
    check(
        &passed("[{ scheme: hmac, header: X-My, secret: s }]"),
        &["headers.remove[1]: `x-my` is the signature `hmac` of `ci`"],
    );
}

#[test]
fn a_route_breaks_no_signature_of_its_targets() {
    let routes = |headers: &str| {
        format!(
            "targets:\n  a: {{ url: 'https://x', format: acorn, sign: {{ secret: s }}, headers: {{ rename: {{ X-Hub: X-A }} }} }}\n\
             \x20 b: {{ url: 'https://x', format: acorn, sign: {{ secret: s }} }}\n\
             routes:\n  - {{ to: [a, b], headers: {headers} }}\n"
        )
    };
    check(&routes("{ set: { X-B: b } }"), &[]);
    check(
        &routes("{ set: { X-Hub: b }, remove: [X-A] }"),
        &[
            "routes[0].headers.set.X-Hub: `x-hub` is the signature `hub` of `b`",
            "routes[0].headers.remove[0]: `x-a` is the signature `hub` of `a`",
        ],
    );
}

#[test]
fn what_is_never_passed_on_cannot_be_asked_for_by_name() {
    check_target("{ pass: ['*', 'Webhook-*', X-Request-Id] }", &[]);
    check_target(
        "{ pass: [Host, Authorization, webhook-id, X-Hub] }",
        &[
            "pass[0]: `host` is written by HTTP itself and cannot be passed on",
            "pass[1]: `authorization` is never passed on",
            "pass[2]: `webhook-id` is never passed on",
            "pass[3]: `x-hub` is never passed on: it is a forge's own, proves something or is about the \
             body; to send what it says, `set` a header to `{{headers.x-hub}}`",
        ],
    );
}

#[test]
fn a_source_touches_no_proof() {
    let source = |verify: &str, headers: &str| {
        format!("sources:\n  s: {{ forge: acorn, verify: {verify}, headers: {headers} }}\n")
    };
    let plain = "{ secret: s }";
    check(
        &source(
            plain,
            "[{ rename: { X-A: X-Hub, X-E: X-F }, remove: ['*'] }, { set: { X-F: push } }]",
        ),
        &[],
    );
    check(&source("none", "{ remove: [X-Hub] }"), &[]);
    check(
        &source(plain, "{ set: { X-Hub: s }, remove: [X-Hub, Host], rename: { X-Hub: X-B } }"),
        &[
            "sources.s.headers.set.X-Hub: `x-hub` proves by `hub` where a delivery comes from: at most",
            "sources.s.headers.remove[0]: `x-hub` proves",
            "sources.s.headers.remove[1]: `host` is about the bytes and the connection",
            "sources.s.headers.rename.X-Hub: `x-hub` proves",
        ],
    );
    check(
        &source("[{ scheme: std, secret: whsec_AAAA }]", "{ set: { Webhook-Id: x, X-Hub: y } }"),
        &["headers.set.Webhook-Id: `webhook-id` proves by `std`"],
    );
    check(
        &source(plain, "{ pass: [X-A], set: { X-B: '{{event.kind}}' } }"),
        &[
            "sources.s.headers.pass: a source passes everything on to its mapping",
            "sources.s.headers.set.X-B: nothing is known of an event yet",
        ],
    );
    check(
        "sources:\n  s: { forge: auto, verify: { acorn: { secret: s }, birch: none }, headers: { set: { X-Hub: x, X-Token: y } } }\n",
        &["sources.s.headers.set.X-Hub: `x-hub` proves by `hub`"],
    );
}
