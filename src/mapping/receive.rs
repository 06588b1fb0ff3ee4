//! From a payload to canonical events.

use super::name::Name;
use super::program::{Gives, Program, ReceiveRule};
use super::run::{Run, Scope, Val};
use super::{Given, Mappings, NormalizeError, arena};
use crate::event::{Action, Auth, Event, Kind, SCHEMA_VERSION, Source};
use crate::forge::Origin;
use crate::store::Memory;
use crate::value::{
    Entry, FieldType, Notes, Outline, ParseError, View, fill, parse, parse_outlined,
};
use bumpalo::Bump;
use http::HeaderMap;

static HEADERS: Name = Name::fixed("headers");
static SOURCE: Name = Name::fixed("source");
static QUERY: Name = Name::fixed("query");
static KNOWN: Name = Name::fixed("known");

/// So many events one delivery gives at most.
const MOST_EVENTS: usize = 2000;

/// A delivery, ready to be normalized.
#[derive(Debug)]
pub struct Input<'a> {
    /// The forge it comes from.
    pub forge: &'a str,
    /// Its payload: strict JSON.
    pub text: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where it came from; `event` is filled in here.
    pub source: Source,
    /// How it was verified.
    pub auth: Auth,
    /// What else is known of it.
    pub given: Given,
}

/// What a delivery says.
#[derive(Debug)]
pub struct Normal {
    /// Its events, in order; none only when the mapping skips the delivery.
    pub events: Vec<Event>,
    /// Why the mapping skips it: a reason in its own word.
    pub skipped: Option<String>,
    /// What did not fit: fields of another type, events without their mandatory fields.
    pub notes: Vec<String>,
    /// What it leaves for later deliveries.
    pub memory: Option<Memory>,
    /// Whether it only tries the hook out.
    pub ping: bool,
}

impl Mappings {
    /// Makes the events that a payload tells of. What no mapping knows is one event of kind `other`.
    ///
    /// # Errors
    /// An unknown forge, or text that is no JSON.
    pub fn normalize(&self, input: &Input<'_>) -> Result<Normal, NormalizeError> {
        let program = self
            .program(input.forge)
            .ok_or_else(|| NormalizeError::UnknownForge(input.forge.to_owned()))?;
        if let Some(fault) = program.faults.first() {
            let (forge, fault) = (input.forge.to_owned(), fault.clone());
            return Err(NormalizeError::Broken { forge, fault });
        }
        arena::with(|arena| Reading::new(program, input, arena).normalize())
    }
}

/// Whether a body tells that it comes from this forge.
pub(super) fn tells<'a>(program: &'a Program, document: View<'a>, arena: &'a Bump) -> bool {
    let root = Val::mapped(document);
    let run = Run::new(arena, &[], root, &[]);
    program.body_detect.iter().any(|predicate| run.holds(predicate, Scope::new(root)))
}

/// One delivery being read.
pub(super) struct Reading<'a> {
    pub(super) run: Run<'a>,
    program: &'a Program,
    pub(super) input: &'a Input<'a>,
    pub(super) notes: Notes,
    /// Why the payload gave no event of its own.
    reason: String,
    /// The reason of the first rule that skips.
    skipped: Option<&'a str>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(program: &'a Program, input: &'a Input<'a>, arena: &'a Bump) -> Self {
        let headers = input.headers.iter().filter_map(|(name, value)| {
            Some(Entry::read(name.as_str(), View::Str(value.to_str().ok()?)))
        });
        let headers = View::Object(arena.alloc_slice_fill_iter(headers.collect::<Vec<_>>()));
        let query = input.given.query.iter();
        let query = query.map(|(name, value)| Entry::read(name.as_str(), View::Str(value)));
        let query = View::Object(arena.alloc_slice_fill_iter(query.collect::<Vec<_>>()));
        let known = input.given.known.as_ref().map_or(View::Absent, View::Json);
        let ambient = arena.alloc_slice_copy(&[
            (&HEADERS, headers),
            (&SOURCE, input.source.view()),
            (&QUERY, query),
            (&KNOWN, known),
        ]);
        let (fragments, root) = (&program.receive_fragments[..], Val::default());
        let run = Run::new(arena, fragments, root, ambient);
        Self { run, program, input, notes: Notes::default(), reason: String::new(), skipped: None }
    }

    pub(super) fn normalize(mut self) -> Result<Normal, NormalizeError> {
        let (first, file) = self.word_and_file();
        let text = self.input.text;
        let ping = self.program.forge.is_ping(self.input.headers, first.as_deref(), text);
        let mut events = self.events(first.as_deref(), file)?;
        let payload = self.run.root;
        if ping && !all_pings(&events) {
            // A test that comes under the word of a real event is for the file `ping` alone.
            events = self.file_events("ping")?;
            if !all_pings(&events) {
                events = vec![self.bare(Kind::Ping, Action::Received)];
            }
        }
        if events.is_empty() && self.skipped.is_none() {
            events.extend(self.other()?);
        }
        let skipped = self.skipped.filter(|_| events.is_empty()).map(str::to_owned);
        let test = self.program.forge.is_test(self.input.headers, first.as_deref(), text);
        for (index, event) in events.iter_mut().enumerate() {
            self.envelope(event, index, first.as_deref());
            if let Some(source) = event.source.as_mut().filter(|_| test) {
                source.test = Some(true);
            }
        }
        let ping = all_pings(&events);
        // What did not happen leaves nothing behind.
        let file = file.filter(|_| !ping && !test).and_then(|file| self.program.receive.get(file));
        let memory = file.and_then(|file| self.memory(file, payload));
        if self.run.is_exhausted() {
            return Err(NormalizeError::TooMuch);
        }
        Ok(Normal { events, skipped, memory, notes: self.notes.0, ping })
    }

    /// The forge's word for the event, the most telling that it gives, and the file that reads it: the
    /// first of its words that the events table has decides.
    pub(super) fn word_and_file(&self) -> (Option<String>, Option<&'a str>) {
        let origins: &[Origin] = &self.program.forge.event;
        let mut first = None;
        for origin in origins {
            let Some(word) = origin.read(self.input.headers, self.input.text) else { continue };
            let file = self.program.events.get(&*word.to_lowercase());
            first.get_or_insert(word);
            if let Some(file) = file {
                return (first, Some(file));
            }
        }
        (first, None)
    }

    /// Parses what a part of a mapping looks at of the payload.
    pub(super) fn look(&mut self, outline: &'a Outline) -> Result<(), ParseError> {
        let (text, arena) = (self.input.text, self.run.arena);
        self.run.root = Val::mapped(parse_outlined(text, outline, arena)?);
        Ok(())
    }

    fn events(&mut self, word: Option<&str>, file: Option<&str>) -> Result<Vec<Event>, ParseError> {
        let Some(file) = file else {
            self.reason = match word {
                Some(word) => format!("no mapping reads `{word}`"),
                None => "the delivery names no event".to_owned(),
            };
            return Ok(Vec::new());
        };
        let events = self.file_events(file)?;
        if events.is_empty() && self.reason.is_empty() {
            self.reason = format!("no rule of {file}.yaml applies");
        }
        Ok(events)
    }

    fn file_events(&mut self, file: &str) -> Result<Vec<Event>, ParseError> {
        let program = self.program;
        let Some(receive) = program.receive.get(file) else { return Ok(Vec::new()) };
        self.look(&receive.outline)?;
        let mut events = Vec::new();
        let scope = self.run.bind_all(Scope::new(self.run.root), &receive.lets);
        for rule in &receive.rules {
            for made in made(&self.run, rule, scope) {
                match made {
                    Made::Event { .. } if events.len() == MOST_EVENTS => {
                        self.notes.0.push(format!("only the first {MOST_EVENTS} events are kept"));
                        return Ok(events);
                    }
                    Made::Event { body, action } => events.extend(self.event(rule, body, action)),
                    Made::Skip(reason) => {
                        self.skipped.get_or_insert(reason);
                    }
                }
            }
        }
        Ok(events)
    }

    fn event(
        &mut self,
        rule: &ReceiveRule,
        body: Val<'a>,
        action: Option<Val<'a>>,
    ) -> Option<Event> {
        let mut event: Event = fill(body.view, &mut self.notes).ok()?;
        if let Some(word) = action {
            match Action::from_view(word.view, &mut self.notes) {
                Ok(action) => event.action = Some(action),
                Err(mismatch) => {
                    self.notes.0.push(format!("rule {}: action: {mismatch}", rule.name));
                    return None;
                }
            }
        }
        event.complete();
        if let Some(missing) = event.missing() {
            self.reason = format!("rule {}: {missing} is missing", rule.name);
            self.notes.0.push(self.reason.clone());
            return None;
        }
        if self.run.made_up.get() {
            event.defaulted = Some(defaulted(body)).filter(|paths| !paths.is_empty());
        }
        Some(event)
    }

    /// What the delivery says when no mapping knows it: who and where, as far as `other` tells. That
    /// file may skip it, too.
    fn other(&mut self) -> Result<Option<Event>, ParseError> {
        let reason = std::mem::take(&mut self.reason);
        let file = self.program.other.as_deref();
        let known = file.map(|file| self.file_events(file)).transpose()?;
        let known = known.unwrap_or_default().into_iter().next();
        if known.is_none() && self.skipped.is_some() {
            return Ok(None);
        }
        let mut event = known.unwrap_or_else(|| self.bare(Kind::Other, Action::Received));
        let raw = event.raw.get_or_insert_default();
        if raw.raw_action.is_none() {
            let document = parse(self.input.text, self.run.arena)?;
            let path = self.program.action.as_ref();
            let action = path.map(|path| path.walk(document, self.run.arena));
            raw.raw_action = action.and_then(View::as_str).map(str::to_owned);
        }
        raw.reason = Some(reason).filter(|reason| !reason.is_empty());
        Ok(Some(event))
    }

    fn bare(&self, kind: Kind, action: Action) -> Event {
        Event { kind: Some(kind), action: Some(action), ..Event::default() }
    }

    fn envelope(&self, event: &mut Event, index: usize, word: Option<&str>) {
        if event.kind == Some(Kind::Other) {
            let raw = event.raw.get_or_insert_default();
            raw.name.get_or_insert_with(|| word.unwrap_or("unknown").to_owned());
        }
        let mut source = self.input.source.clone();
        source.event = source.event.or_else(|| word.map(str::to_owned));
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let received = source.received_at.map(|time| time.to_string()).unwrap_or_default();
        let name =
            format!("{}\n{}\n{received}\n{index}", part(&source.name), part(&source.delivery_id));
        event.id = Some(uuid::Uuid::new_v5(&super::NAMESPACE, name.as_bytes()).to_string());
        event.schema_version = Some(SCHEMA_VERSION);
        event.index = i64::try_from(index).ok();
        event.source = Some(source);
        event.auth = Some(self.input.auth.clone());
    }
}

fn all_pings(events: &[Event]) -> bool {
    !events.is_empty() && events.iter().all(|event| event.kind == Some(Kind::Ping))
}

/// What a rule makes of a document.
pub(super) enum Made<'a> {
    /// An event.
    Event {
        /// Its fields.
        body: Val<'a>,
        /// Its action, where the rule has one.
        action: Option<Val<'a>>,
    },
    /// None, for this reason.
    Skip(&'a str),
}

/// What a rule makes of the document, once or for each element of its list; the scope holds the names
/// of its file.
pub(super) fn made<'a>(run: &Run<'a>, rule: &'a ReceiveRule, scope: Scope<'a>) -> Vec<Made<'a>> {
    let scope = run.bind_all(scope, &rule.lets);
    if rule.when.as_ref().is_some_and(|when| !run.holds(when, scope)) {
        return Vec::new();
    }
    let one = |scope: Scope<'a>| {
        let (action, body) = match &rule.gives {
            Gives::Event { action, body } => (action, body),
            Gives::Skip(reason) => return Some(Made::Skip(reason)),
        };
        let action = match action {
            None => None,
            Some(action) => {
                let word = run.eval(action, scope);
                if matches!(word.view, View::Absent | View::Null) {
                    return None;
                }
                Some(word)
            }
        };
        let body = run.eval(body, scope);
        (!matches!(body.view, View::Absent)).then_some(Made::Event { body, action })
    };
    match &rule.each {
        None => one(scope).into_iter().collect(),
        Some((name, list)) => {
            let list = run.eval(list, scope);
            run.elements(list).filter_map(|element| one(run.bind(scope, name, element))).collect()
        }
    }
}

/// The paths of what a mapping made up.
fn defaulted(body: Val<'_>) -> Vec<String> {
    fn walk(view: View<'_>, path: &mut String, found: &mut Vec<String>) {
        match view {
            View::Object(entries) => {
                for entry in entries {
                    let before = path.len();
                    path.push('.');
                    path.push_str(entry.key);
                    if entry.class == crate::value::Class::Defaulted {
                        found.push(path.clone());
                    } else {
                        walk(entry.value, path, found);
                    }
                    path.truncate(before);
                }
            }
            View::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    let before = path.len();
                    path.push_str(&format!("[{place}]"));
                    walk(*item, path, found);
                    path.truncate(before);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(body.view, &mut "$".to_owned(), &mut found);
    found
}
