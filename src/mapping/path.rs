//! Paths: JSONPath parsed once, singular ones lowered to our own steps.
//!
//! jsonpath-rust parses every path. What only names keys and indexes (and `[*]`) is walked by our
//! own steps; the rest (filters, slices, descendants) is evaluated by jsonpath-rust on the part of
//! the document that the leading steps lead to.

use super::name::Name;
use crate::value::{Class, Shape, View, entry, from_json, to_json};
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;

/// A compiled path.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// Where it starts.
    pub root: Root,
    /// Its leading steps.
    pub steps: Vec<Step>,
    /// What follows, when it is more than steps.
    rest: Option<JpQuery>,
    /// How it was written.
    pub text: Box<str>,
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Root {
    /// This document.
    Document,
    /// A named value.
    Name(Name),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A key and, where the record is known, its place in the record's table.
    Key(Box<str>, Option<usize>),
    /// An element.
    Index(i64),
    /// Every element from one place to before another, as JSONPath's slices count them (`[*]` is all of them): from
    /// here on the path gives a list.
    Every(Option<i64>, Option<i64>),
}

impl Step {
    fn is_plural(&self) -> bool {
        matches!(self, Self::Every(..))
    }
}

/// What a path found, with the class and the origin of the innermost key it passed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found<'a> {
    /// The value.
    pub view: View<'a>,
    /// The least sure class on the way.
    pub class: Class,
    /// Where the innermost key came from; only while explaining.
    pub origin: Option<&'a str>,
}

/// How many filters, slices and descendants a path may have: they cost far more than steps.
const GENERAL_LIMIT: usize = 3;

impl Path {
    /// Parses `$`, `$.a.b`, `$name` or `$name.a`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('$').ok_or("a path starts with `$`")?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let root = match name {
            "" => Root::Document,
            name => Root::Name(name.into()),
        };
        if tail.is_empty() {
            return Ok(Self { root, steps: Vec::new(), rest: None, text: text.into() });
        }
        let query = parse_json_path(&format!("${tail}"))
            .map_err(|error| format!("`{text}` is no JSONPath: {}", first_line(&error)))?;
        // The parser lets blanks into a bare key, where they are a slip that would find nothing.
        if let Some(name) = query.segments.iter().find_map(|s| blank_name(s, text)) {
            return Err(format!(
                "`{text}` is no JSONPath: a key with a blank is written ['{name}']"
            ));
        }
        let mut steps = Vec::new();
        let mut segments = query.segments.into_iter().peekable();
        while let Some(step) = segments.peek().and_then(lower) {
            steps.push(step);
            segments.next();
        }
        let rest: Vec<Segment> = segments.collect();
        if rest.len() > GENERAL_LIMIT {
            return Err(format!("`{text}` has more than {GENERAL_LIMIT} steps that search"));
        }
        let rest = (!rest.is_empty()).then(|| JpQuery::new(rest));
        Ok(Self { root, steps, rest, text: text.into() })
    }

    /// Whether the path may find several values, and so gives a list.
    pub(super) fn is_plural(&self) -> bool {
        self.rest.is_some() || self.steps.iter().any(Step::is_plural)
    }

    /// The keys that it names one after the other, from this document; `None` when it is more than that.
    pub(super) fn keys(&self) -> Option<Vec<String>> {
        let key = |step: &Step| match step {
            Step::Key(key, _) => Some(key.to_string()),
            Step::Index(_) | Step::Every(..) => None,
        };
        let plain = self.root == Root::Document && !self.searches() && !self.steps.is_empty();
        plain.then(|| self.steps.iter().map(key).collect())?
    }

    /// Whether it looks at more than its steps name.
    pub(super) fn searches(&self) -> bool {
        self.rest.is_some()
    }

    /// What it finds, starting from a view. Null counts as absent.
    pub(super) fn walk<'a>(&self, from: View<'a>, arena: &'a Bump) -> View<'a> {
        self.trace(from, Class::Mapped, arena).view
    }

    /// What it finds, starting from a view of a class. What it passes on its way may be less sure
    /// than where it starts: a value that was made up stays so behind a name.
    pub(super) fn trace<'a>(&self, from: View<'a>, class: Class, arena: &'a Bump) -> Found<'a> {
        let start = Found { view: from, class, origin: None };
        let mut found = walk_steps(&self.steps, start, arena);
        if let Some(query) = &self.rest {
            found.view = search(query, found.view, arena);
        }
        if matches!(found.view.scalar(), View::Null) {
            found.view = View::Absent;
        }
        found.view = found.view.scalar();
        found
    }

    /// Writes down the place of each key in its record, as far as the shapes lead.
    pub(super) fn hint(&mut self, mut shape: Option<&'static Shape>) {
        use crate::value::FieldKind;
        let mut kind = None;
        for step in &mut self.steps {
            match step {
                Step::Key(name, place) => {
                    let table = shape.take();
                    *place = table.and_then(|table| table.position(name));
                    kind = table.and_then(|table| table.kind_of(name));
                }
                Step::Index(_) | Step::Every(..) => {
                    kind = match kind {
                        Some(FieldKind::List(of)) => Some(of()),
                        _ => None,
                    };
                }
            }
            shape = match kind {
                Some(FieldKind::Record(shape)) => Some(shape),
                _ => None,
            };
        }
    }
}

fn first_line(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    // The parser's report is several lines of drawing; the expectation stands on the last.
    let told = text.lines().rev().find(|line| line.contains("expected"));
    told.or_else(|| text.lines().next())
        .unwrap_or_default()
        .trim_start_matches([' ', '='])
        .to_owned()
}

/// A bare key with a blank in it.
fn blank_name<'s>(segment: &'s Segment, text: &str) -> Option<&'s str> {
    match segment {
        Segment::Selector(Selector::Name(name)) => {
            let quoted =
                text.contains(&format!("'{name}'")) || text.contains(&format!("\"{name}\""));
            (name.contains(char::is_whitespace) && !name.starts_with(['\'', '"']) && !quoted)
                .then(|| name.trim())
        }
        _ => None,
    }
}

fn lower(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Selector(Selector::Name(name)) => Some(Step::Key(unquote(name), None)),
        Segment::Selector(Selector::Index(index)) => Some(Step::Index(*index)),
        Segment::Selector(Selector::Wildcard) => Some(Step::Every(None, None)),
        Segment::Selector(Selector::Slice(from, to, None | Some(1))) => {
            Some(Step::Every(*from, *to))
        }
        _ => None,
    }
}

/// The parser keeps the quotes of `['name']`.
fn unquote(name: &str) -> Box<str> {
    let bare = name
        .strip_prefix('\'')
        .and_then(|name| name.strip_suffix('\''))
        .or_else(|| name.strip_prefix('"').and_then(|name| name.strip_suffix('"')));
    bare.unwrap_or(name).into()
}

fn walk_steps<'a>(steps: &[Step], from: Found<'a>, arena: &'a Bump) -> Found<'a> {
    let mut here = from;
    for (at, step) in steps.iter().enumerate() {
        match (step, here.view) {
            (Step::Key(_, Some(place)), View::Record(record)) => here.view = record.get(*place),
            (Step::Key(name, _), View::Object(entries)) => match entry(entries, name) {
                Some(entry) => {
                    let class = here.class.max(entry.class);
                    here = Found { view: entry.value, class, origin: entry.origin };
                }
                None => return Found::default(),
            },
            (Step::Key(name, _), view) => here.view = view.get(name),
            (Step::Index(index), view) => here.view = view.at(*index),
            (Step::Every(from, to), view) => {
                let range = (*from, *to);
                return every(range, &steps[at + 1..], view, here.class, arena);
            }
        }
        if here.view.is_absent() {
            return Found::default();
        }
    }
    here
}

/// What the steps find in every element of a range. The list is as sure as the least sure of them.
fn every<'a>(
    (from, to): (Option<i64>, Option<i64>),
    steps: &[Step],
    list: View<'a>,
    class: Class,
    arena: &'a Bump,
) -> Found<'a> {
    if !list.is_list() {
        return Found::default();
    }
    let place = |place: i64| match usize::try_from(place) {
        Ok(place) => place,
        Err(_) => list.len().saturating_sub(place.unsigned_abs() as usize),
    };
    let (from, to) = (from.map_or(0, place), to.map_or(list.len(), place));
    let mut views = BumpVec::with_capacity_in(list.len(), arena);
    let mut least = class;
    for view in list.elements().take(to).skip(from) {
        let found = walk_steps(steps, Found { view, class, origin: None }, arena);
        least = least.max(found.class);
        match found.view {
            missing if missing.is_absent() => {}
            // `[*]` in `[*]` gives one flat list, as JSONPath's node lists are.
            View::List(inner) if steps.iter().any(Step::is_plural) => {
                views.extend_from_slice(inner);
            }
            one => views.push(one),
        }
    }
    Found { view: View::List(views.into_bump_slice()), class: least, origin: None }
}

fn search<'a>(query: &JpQuery, part: View<'a>, arena: &'a Bump) -> View<'a> {
    if part.is_absent() {
        return View::Absent;
    }
    let tree = to_json(part);
    match js_path_process(query, &tree) {
        Ok(found) => {
            let found = found.into_iter().map(|node| from_json(node.val(), arena));
            let found: Vec<View<'a>> = found.collect();
            View::List(arena.alloc_slice_copy(&found))
        }
        Err(_) => View::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let arena = Bump::new();
        let text = r#"{"a":{"b":[{"c":1,"x-y":"z"},{"c":2},{"c":null}]},"n":null}"#;
        let document = parse(text, &arena).unwrap();
        let found = Path::parse(path).unwrap().walk(document, &arena);
        let found = if found.is_absent() { "absent".into() } else { to_json(found).to_string() };
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn singular_paths() {
        check("$.a.b[0].c", "1");
        check("$.a.b[-2].c", "2");
        check("$['a']['b'][0]['x-y']", r#""z""#);
        check("$.a.b[2].c", "absent");
        check("$.n", "absent");
        check("$.a.c.d", "absent");
    }

    #[test]
    fn plural_paths() {
        check("$.a.b[*].c", "[1,2]");
        check("$.a.b[?@.c == 2].c", "[2]");
        check("$..c", "[1,2,null]");
    }

    #[test]
    fn slices() {
        check("$.a.b[-2:].c", "[2]");
        check("$.a.b[:-1].c", "[1,2]");
        check("$.a.b[1:2].c", "[2]");
        check("$.a.b[-9:1].c", "[1]");
        check("$.a.b[2:1].c", "[]");
        check("$.a.b[::2].c", "[1,null]");
        check("$.a[0:]", "absent");
    }

    #[test]
    fn bad_paths_say_so() {
        assert!(Path::parse("$.a[").unwrap_err().contains("no JSONPath"));
        assert!(Path::parse("a.b").is_err());
        assert!(Path::parse("$.a b").unwrap_err().contains("['a b']"));
        assert!(Path::parse("$['a b']").is_ok());
        assert!(Path::parse("$..a..b..c..d").unwrap_err().contains("search"));
    }
}
