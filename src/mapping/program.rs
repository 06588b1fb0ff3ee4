//! A compiled forge: its fragments, its receive files and its emit files.

use super::expr::{Expr, Predicate};
use super::name::Name;
use super::path::Path;
use crate::event::Kind;
use crate::forge::Forge;
use crate::value::Outline;
use crate::yaml::YamlError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that is known of one forge, ready to run.
#[derive(Debug)]
pub(super) struct Program {
    /// What is wrong with its files; with any fault here it makes nothing.
    pub faults: Vec<YamlError>,
    /// Recognition, words and verification.
    pub forge: Arc<Forge>,
    /// Fragments of the receive side.
    pub receive_fragments: Vec<Fragment>,
    /// Fragments of the emit side.
    pub emit_fragments: Vec<Fragment>,
    /// Receive files by name.
    pub receive: BTreeMap<Box<str>, Receive>,
    /// Emit files by kind.
    pub emit: BTreeMap<Kind, Emit>,
    /// The forge's word for an event, in lower case, and the receive file that reads it.
    pub events: BTreeMap<Box<str>, Box<str>>,
    /// The receive file for every other word.
    pub other: Option<Box<str>>,
    /// Where the forge's word for the action stands.
    pub action: Option<Path>,
    /// What tells the forge by the body, where a source allows it.
    pub body_detect: Vec<Predicate>,
    /// How it sends; absent when it is no format.
    pub format: Option<Format>,
}

impl Program {
    /// Whether a word of the forge leads to a receive file.
    pub(super) fn reads(&self, file: &str) -> bool {
        self.events.values().chain(&self.other).any(|read| &**read == file)
    }
}

/// A fragment: an expression with its own document.
#[derive(Debug)]
pub(super) struct Fragment {
    /// What it makes.
    pub body: Expr,
    /// Whether it makes so much that looking for what it made before pays.
    pub large: bool,
}

/// A receive file.
#[derive(Debug)]
pub(super) struct Receive {
    /// Names for all of its rules.
    pub lets: Vec<(Name, Expr)>,
    /// Its rules, in order.
    pub rules: Vec<ReceiveRule>,
    /// What it leaves for later deliveries.
    pub remember: Option<Remember>,
    /// What of a payload all of it looks at.
    pub outline: Outline,
}

/// What a delivery leaves for later ones.
#[derive(Debug)]
pub(super) struct Remember {
    /// Names for what follows.
    pub lets: Vec<(Name, Expr)>,
    /// Without it holding, nothing is remembered.
    pub when: Option<Predicate>,
    /// Where it lies, and where what an earlier one left is found.
    pub key: Expr,
    /// When it is so.
    pub at: Option<Expr>,
    /// What is remembered.
    pub value: Expr,
    /// What of a payload key and time look at: they are asked first.
    pub outline: Outline,
}

/// A rule that may give events.
#[derive(Debug)]
pub(super) struct ReceiveRule {
    /// Its name.
    pub name: Box<str>,
    /// Without it holding, the rule gives nothing.
    pub when: Option<Predicate>,
    /// Names for what follows.
    pub lets: Vec<(Name, Expr)>,
    /// Repeats the rule for each element of a list, under a name.
    pub each: Option<(Name, Expr)>,
    /// What the rule gives.
    pub gives: Gives,
}

/// What a receive rule gives.
#[derive(Debug)]
pub(super) enum Gives {
    /// An event.
    Event {
        /// The action; when there is an expression and it gives nothing, there is no event.
        action: Option<Expr>,
        /// The event.
        body: Expr,
    },
    /// No event, for this reason.
    Skip(Box<str>),
}

/// An emit file.
#[derive(Debug)]
pub(super) struct Emit {
    /// Its rules, in order.
    pub rules: Vec<EmitRule>,
}

/// A rule that may give requests.
#[derive(Debug)]
pub(super) struct EmitRule {
    /// Its name.
    pub name: Box<str>,
    /// Without it holding, the rule gives nothing.
    pub when: Option<Predicate>,
    /// Names for what follows.
    pub lets: Vec<(Name, Expr)>,
    /// Repeats the rule for each element of a list, under a name.
    pub each: Option<(Name, Expr)>,
    /// The format's word for the action; when there is an expression and it gives nothing, the rule does not apply.
    pub action: Option<Expr>,
    /// When what it makes only accompanies another request of the same event.
    pub companion: Option<Predicate>,
    /// What the rule makes.
    pub makes: Makes,
}

/// What an emit rule makes.
#[derive(Debug)]
pub(super) enum Makes {
    /// A request: the format's word for the event, and the body.
    Request(Expr, Expr),
    /// No request, for this reason.
    Skip(Box<str>),
}

/// How a forge sends, when it is a target's format.
#[derive(Debug)]
pub struct Format {
    /// The content type, exactly.
    pub content_type: String,
    /// The schemes that a target's plain `secret` signs with.
    pub sign: Vec<String>,
    /// How wide the numbers are that are made for ids, in bits.
    pub id_bits: u8,
    /// The kinds whose events of one delivery are said in one request, and the lists of its body that
    /// are appended to each other, each by the keys that lead to it.
    pub merge: BTreeMap<Kind, Vec<Vec<String>>>,
    /// The headers, in order.
    pub(super) headers: Vec<(Box<str>, Expr)>,
}
