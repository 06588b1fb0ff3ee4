//! Doing something again whenever a file of a folder changes.
//!
//! The few small files of a template are looked at a few times a second: the crate that asks the system to be
//! told has a licence that ours does not allow.

use super::io::remark;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// When each file was written, and how long it is.
type Seen = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Does it at once, and after each change in the folder, until the process ends.
pub(super) fn each_change(folder: &Path, mut act: impl FnMut()) -> Result<ExitCode> {
    let mut seen = look(folder)?;
    act();
    remark(format_args!("-- watching {}: Ctrl-C ends it", folder.display()));
    super::io::runtime()?.block_on(async {
        loop {
            tokio::time::sleep(EVERY).await;
            // A folder that is gone for a moment is one that is being replaced.
            let Ok(now) = look(folder) else { continue };
            if now != seen {
                seen = now;
                tokio::task::block_in_place(&mut act);
                remark("--");
            }
        }
    })
}

fn look(folder: &Path) -> Result<Seen> {
    let (mut seen, mut folders) = (Seen::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        for entry in entries.with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            // What went away between two looks is simply not there.
            let Ok(found) = entry.metadata() else { continue };
            match found.is_dir() {
                true => folders.push(entry.path()),
                false => {
                    let written = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    seen.insert(entry.path(), (written, found.len()));
                }
            }
        }
    }
    Ok(seen)
}
