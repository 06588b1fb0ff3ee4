//! Running the program itself, as a person or a script would.

use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Long enough on the slowest machine; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program with its arguments, not yet started.
pub(crate) fn forgeway<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forgeway"));
    command.args(args).stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub(crate) fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    Ran(forgeway(args).output().unwrap())
}

/// The folder of an example that stands beside a mapping.
pub(crate) fn example(forge: &str, name: &str) -> PathBuf {
    crate::tidy::root().join("mappings").join(forge).join("examples").join(name)
}

/// A run that is over.
pub(crate) struct Ran(Output);

impl Ran {
    /// The exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    /// What was printed.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// What was said beside it.
    pub(crate) fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// What was printed, as JSON; the run must have ended well.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code(), 0, "{}", self.complaint());
        serde_json::from_slice(&self.0.stdout).unwrap()
    }
}

/// A program that runs until it is dropped.
pub(crate) struct Running {
    child: Child,
    out: Receiver<String>,
    complaints: Option<BufReader<ChildStderr>>,
}

impl Running {
    /// Starts it.
    pub(crate) fn start<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Self {
        let mut command = forgeway(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Read as it comes: a program whose reader is slow would wait, and so would its senders.
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, out) = mpsc::channel();
        std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
        let complaints = child.stderr.take().map(BufReader::new);
        Self { child, out, complaints }
    }

    /// Waits for the line on stderr that holds a word, and gives it. What comes after it is read to
    /// its end, so that the program never waits for somebody to read.
    #[track_caller]
    pub(crate) fn said(&mut self, word: &str) -> String {
        let mut lines = self.complaints.take().unwrap().lines().map_while(Result::ok);
        let mut all = String::new();
        for line in lines.by_ref() {
            if line.contains(word) {
                std::thread::spawn(move || lines.for_each(drop));
                return line;
            }
            all = all + &line + "\n";
        }
        panic!("it ended without saying `{word}`:\n{all}");
    }

    /// Waits for a line on stdout that holds a word.
    #[track_caller]
    pub(crate) fn printed(&mut self, word: &str) {
        let (until, mut all) = (Instant::now() + PATIENCE, String::new());
        while let Ok(line) = self.out.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if line.contains(word) {
                return;
            }
            all = all + &line + "\n";
        }
        panic!("it did not print `{word}`:\n{all}");
    }

    /// Waits for the next line on stdout, and reads it as JSON.
    #[track_caller]
    pub(crate) fn next_json(&mut self) -> Value {
        let line = self.out.recv_timeout(PATIENCE).expect("nothing more was printed");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Asks it to stop, as Ctrl-C does, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
