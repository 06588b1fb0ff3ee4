//! Doing something again whenever a file changes.
//!
//! The few small files of a template are looked at a few times a second: the crate that asks the system to be
//! told has a licence that ours does not allow.

use super::io::remark;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// When each file was written, and how long it is.
type Seen = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Does it at once, and after each change of one of the files or in one of the folders, until the process
/// ends.
pub(super) fn each_change(paths: &[&Path], mut act: impl FnMut()) -> Result<ExitCode> {
    let mut seen = look(paths)?;
    act();
    let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    remark(format_args!("-- watching {}: Ctrl-C ends it", shown.join(", ")));
    let runtime = super::io::runtime()?;
    loop {
        runtime.block_on(async { tokio::time::sleep(EVERY).await });
        // What is gone for a moment is being replaced.
        let Ok(now) = look(paths) else { continue };
        if now != seen {
            seen = now;
            act();
            remark("--");
        }
    }
}

fn look(paths: &[&Path]) -> Result<Seen> {
    let (mut seen, mut folders) = (Seen::new(), Vec::new());
    for path in paths {
        let found = path.metadata().with_context(|| format!("reading {}", path.display()))?;
        note(path, &found, &mut seen, &mut folders);
    }
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        for entry in entries.with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            // What went away between two looks is simply not there.
            if let Ok(found) = entry.metadata() {
                note(&entry.path(), &found, &mut seen, &mut folders);
            }
        }
    }
    Ok(seen)
}

fn note(path: &Path, found: &Metadata, seen: &mut Seen, folders: &mut Vec<PathBuf>) {
    if found.is_dir() {
        return folders.push(path.to_owned());
    }
    let written = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    seen.insert(path.to_owned(), (written, found.len()));
}
