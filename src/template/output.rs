//! What a template writes into: bounded in size and in steps, and able to tell where a byte came from.

use handlebars::Output;
use std::io;
use std::time::{Duration, Instant};

/// How many pieces a template may write and how many elements its loops may pass, taken together.
pub(super) const MOST_STEPS: usize = 200_000;

/// How long a template may take. No template needs this; it holds what a step may cost, such as a partial
/// that is given a large payload in a loop.
const LONGEST: Duration = Duration::from_secs(5);

/// After how many steps the clock is looked at.
const STEPS_A_LOOK: usize = 64;

/// The text written so far.
#[derive(Debug)]
pub(super) struct Bounded {
    text: String,
    limit: usize,
    steps: usize,
    started: Instant,
    /// Where each piece starts, and its address: a template's own text is written from where it lies.
    pieces: Option<Vec<Piece>>,
}

/// A piece of the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Where it starts in the output.
    pub(super) at: usize,
    /// Where it lay in memory.
    pub(super) address: usize,
}

impl Bounded {
    /// For at most so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, steps: 0, started: Instant::now(), pieces: None }
    }

    /// The same, noting its pieces.
    pub(super) fn noting(limit: usize) -> Self {
        Self { pieces: Some(Vec::new()), ..Self::new(limit) }
    }

    /// The text, and its pieces.
    pub(super) fn finish(self) -> (String, Vec<Piece>) {
        (self.text, self.pieces.unwrap_or_default())
    }
}

impl Output for Bounded {
    /// Takes a piece; an empty one only counts as a step.
    fn write(&mut self, piece: &str) -> io::Result<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(io::Error::other(format!(
                "the template takes more than {MOST_STEPS} steps: shorten its lists with `limit`"
            )));
        }
        if self.steps.is_multiple_of(STEPS_A_LOOK) && self.started.elapsed() > LONGEST {
            return Err(io::Error::other("the template takes longer than 5 s"));
        }
        if self.text.len() + piece.len() > self.limit {
            return Err(io::Error::other(format!(
                "what the template writes is larger than its limit of {} bytes: shorten it with \
                 `truncate` or `limit`, or raise `limits.body` in template.yaml",
                self.limit
            )));
        }
        if let Some(pieces) = &mut self.pieces {
            pieces.push(Piece { at: self.text.len(), address: piece.as_ptr().addr() });
        }
        self.text.push_str(piece);
        Ok(())
    }
}
