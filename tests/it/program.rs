//! Running the program itself, as a person or a script would.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

/// An example of a mapping: a delivery and the events it becomes.
#[derive(Debug)]
pub(crate) struct Example {
    /// The forge's folder.
    pub(crate) forge: String,
    /// The case's folder.
    pub(crate) case: String,
    /// The case's path.
    pub(crate) path: PathBuf,
}

impl Example {
    /// The file with the body: JSON, or whatever else was sent.
    pub(crate) fn body(&self) -> PathBuf {
        let json = self.path.join("body.json");
        if json.exists() { json } else { self.path.join("body.txt") }
    }

    /// The file with the headers.
    pub(crate) fn headers(&self) -> PathBuf {
        self.path.join("headers.json")
    }
}

/// Every example of every mapping.
pub(crate) fn examples() -> Vec<Example> {
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let found = crate::tidy::files("mappings", "/headers.json");
    let example = |headers: PathBuf| {
        let path = headers.parent().unwrap().to_owned();
        let forge = path.parent().and_then(|examples| examples.parent()).unwrap();
        Example { forge: name(forge), case: name(&path), path }
    };
    found.into_iter().map(example).collect()
}

/// The program with its arguments, not yet started.
pub(crate) fn forgeway<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forgeway"));
    command.args(args);
    command
}

/// Translates an example; it must be understood.
#[track_caller]
pub(crate) fn translate(example: &Example, args: &[&str]) -> Value {
    let mut command = forgeway(["translate", "--headers"]);
    let output = command.arg(example.headers()).args(args).arg(example.body()).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}/{}: {complaint}", example.forge, example.case);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Does the same with each of many, on as many threads as there are cores; keeps the order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], job: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let queue = Mutex::new(items.iter().enumerate());
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        loop {
            let Some((place, item)) = queue.lock().unwrap().next() else { break };
            let result = job(item);
            done.lock().unwrap().push((place, result));
        }
    };
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
