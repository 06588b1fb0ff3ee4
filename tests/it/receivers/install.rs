//! What the receivers run on, installed by the names of packages.

use super::program::folder;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};

/// What a receiver's script runs on.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Needs {
    /// Node.js, with the packages of `package-lock.json`.
    Node,
    /// Python, with the packages of `requirements.txt`.
    Python,
}

/// The program that runs a receiver's script, with everything in its place.
pub(super) fn interpreter(needs: Needs) -> PathBuf {
    match needs {
        Needs::Node => {
            crate::conformance::installed();
            "node".into()
        }
        Needs::Python => python(),
    }
}

/// A Python with the packages of `requirements.txt`.
pub(crate) fn python() -> PathBuf {
    PYTHON.clone()
}

/// A Python of the tests' own.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let wanted = std::fs::read_to_string(folder().join("requirements.txt")).unwrap();
    let own = crate::tidy::root().join("target/conformance");
    let stamp = own.join("requirements.txt");
    let python = own.join("bin/python");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    run("python3", &["-m", "venv", "--clear"], &own, "install Python 3 with its venv module");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(&python, &pip, &folder().join("requirements.txt"), "the packages come from PyPI");
    std::fs::write(&stamp, wanted).unwrap();
    python
});

/// A command out of the Debian package of the same name.
pub(super) fn command(name: &str) {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = INSTALLING.lock().unwrap();
    let found = Command::new(name).arg("-version").output().is_ok();
    if !found {
        let needs = "this needs root on a Debian; elsewhere install the command by hand";
        let install = ["install", "-q", "-y", "--no-install-recommends"];
        run("apt-get", &["-q"], Path::new("update"), needs);
        run("apt-get", &install, Path::new(name), needs);
    }
}

#[track_caller]
fn run(program: impl AsRef<Path>, arguments: &[&str], last: &Path, needs: &str) {
    let program = program.as_ref();
    let status = Command::new(program).args(arguments).arg(last).status();
    let done = status.is_ok_and(|status| status.success());
    assert!(
        done,
        "the real receivers need `{} {}`: {needs}",
        program.display(),
        arguments.join(" ")
    );
}
