//! Real receivers take what we emit: every example of every forge, said in GitHub's format, goes
//! through GitHub's own library and its schema (`tests/conformance/receive.mjs`).

use crate::program::{self, Example};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const SECRET: &str = "conformance";

fn folder() -> PathBuf {
    crate::tidy::root().join("tests/conformance")
}

/// Installs the receivers, unless the lock file's are there already.
fn install() {
    let installed = folder().join("node_modules/.package-lock.json");
    let modified = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    if modified(installed) > modified(folder().join("package-lock.json")) {
        return;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let status = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder())
        .status()
        .expect("npm is needed for the real receivers: install Node.js");
    assert!(status.success(), "`npm ci` failed in tests/conformance");
}

/// Feeds deliveries to the receiver and gives what it found.
fn receive(deliveries: &[Value]) -> Vec<Value> {
    let mut node = Command::new("node")
        .arg("receive.mjs")
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is needed for the real receivers: install Node.js");
    let input = serde_json::to_vec(deliveries).unwrap();
    node.stdin.take().unwrap().write_all(&input).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "receive.mjs failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What an example becomes in GitHub's format, as deliveries for the receiver.
fn deliveries(example: &Example) -> Vec<Value> {
    let args = ["--from", &example.forge, "--to", "github", "--secret", SECRET, "--no-passthrough"];
    let translated = program::translate(example, &args);
    let requests = translated["requests"].as_array().unwrap();
    let delivery = |request: &Value| {
        json!({
            "name": format!("{}/{}", example.forge, example.case),
            "secret": SECRET,
            "headers": request["headers"],
            "body_text": request["body_text"],
        })
    };
    requests.iter().map(delivery).collect()
}

#[test]
fn githubs_own_library_and_schema_accept_what_we_emit() {
    install();
    let deliveries: Vec<Value> =
        program::in_parallel(&program::examples(), deliveries).into_iter().flatten().collect();
    assert!(!deliveries.is_empty(), "no example becomes anything in this format");
    let mut faults = Vec::new();
    for result in receive(&deliveries) {
        for fault in result["faults"].as_array().unwrap() {
            faults.push(format!("{} ({}): {fault}", result["name"], result["event"]));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}
