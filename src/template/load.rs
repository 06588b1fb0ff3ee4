//! From the files of a folder to a template: everything is parsed, checked and compiled here.

use super::check::Check;
use super::engine::{Engine, Origin};
use super::escape::Syntax;
use super::fields::Scope;
use super::helpers::Compiled;
use super::markup::Markup;
use super::partials::{Inclusions, Partials};
use super::settings::{self, Line, Settings};
use super::{Engines, Template};
use crate::event::Kind;
use crate::texts::Texts;
use crate::yaml::{self, Mark, YamlError, nearest};
use handlebars::template::Template as Parsed;
use handlebars::{TemplateError as ParseError, TemplateErrorReason};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How deep blocks and arguments may be nested: the parser walks them by calling itself.
const DEEPEST: usize = 32;

/// The tables that all templates see.
const TABLES: &str = "tables.yaml";

/// What is gathered while the files of a template are read.
struct Loading<'t> {
    partials: Partials,
    compiled: Compiled,
    inclusions: Inclusions,
    /// The partials that are included somewhere, each in its markup.
    needed: BTreeSet<(String, Markup)>,
    uses_raw: bool,
    faults: Vec<YamlError>,
    texts: &'t Texts,
}

/// A file or a line that was parsed and checked.
type Ready = (String, Parsed, Origin);

/// Reads the template of a folder. What is wrong with it is kept with it.
pub(super) fn template(texts: &Texts, name: &str) -> Template {
    let folder = format!("{name}/");
    let mut loading = Loading {
        partials: Partials::of(texts, name),
        compiled: Compiled::default(),
        inclusions: Inclusions::default(),
        needed: BTreeSet::new(),
        faults: Vec::new(),
        texts,
        uses_raw: false,
    };
    let mut settings = loading.settings(&folder);
    loading.shared_tables(&mut settings);
    let (syntax, markup) = (settings.syntax(), settings.markup);
    let (mut files, mut body) = (BTreeSet::new(), Vec::new());
    let main = texts.under(&folder).filter(|path| path.ends_with(".hbs") && !path.contains('/'));
    for path in main {
        let Some((shown, text)) = texts.get(&format!("{folder}{path}")) else { continue };
        files.insert(path.to_owned());
        loading.check_name(path, shown);
        let origin = Origin { mark: start(shown), field: String::new(), text: text.to_owned() };
        body.extend(loading.file(path, origin, syntax, markup, Scope::Top));
    }
    if files.is_empty() {
        let message = "there is no file for any event beside it: write default.hbs";
        loading.at_settings(&folder, message.into());
    }
    body.extend(loading.partials(syntax, markup));
    let mut lines = |lines: &[&Line], syntax| -> Vec<Ready> {
        lines.iter().filter_map(|line| loading.line(line, syntax)).collect()
    };
    let header =
        lines(&settings.headers.iter().map(|(_, l)| l).collect::<Vec<_>>(), Syntax::Header);
    let path = lines(&settings.path.iter().collect::<Vec<_>>(), Syntax::Path);
    let plain = settings.query.iter().map(|(_, line)| line).chain([&settings.method]);
    let plain = lines(&plain.collect::<Vec<_>>(), Syntax::Plain);
    loading.faults.extend(loading.inclusions.circles());
    let compiled = Arc::new(loading.compiled);
    let engine = |syntax, markups: &[Markup], ready: Vec<Ready>| {
        let mut engine = Engine::new(syntax, &compiled, markups);
        ready.into_iter().for_each(|(name, parsed, origin)| engine.add(&name, parsed, origin));
        engine
    };
    let engines = Engines {
        body: engine(syntax, &Markup::WORDS.map(|(_, markup)| markup), body),
        header: engine(Syntax::Header, &[Markup::None], header),
        path: engine(Syntax::Path, &[Markup::None], path),
        plain: engine(Syntax::Plain, &[Markup::None], plain),
    };
    let (faults, uses_raw) = (loading.faults, loading.uses_raw);
    Template { name: name.to_owned(), settings, files, engines, uses_raw, faults }
}

/// The beginning of a file.
fn start(shown: &str) -> Mark {
    Mark { file: shown.into(), line: 1, column: 1 }
}

/// Reads one line that stands in no folder. What is wrong with it has its place in the line.
pub(super) fn line(origin: Origin, syntax: Syntax) -> Result<Engine, Vec<YamlError>> {
    let mut loading = Loading {
        partials: Partials::default(),
        compiled: Compiled::default(),
        inclusions: Inclusions::default(),
        needed: BTreeSet::new(),
        faults: Vec::new(),
        texts: &Texts::default(),
        uses_raw: false,
    };
    let within = Origin { mark: Mark::default(), field: String::new(), text: origin.text.clone() };
    let ready = loading.file(&origin.field, within, syntax, Markup::None, Scope::Line);
    match ready {
        Some((name, parsed, _)) if loading.faults.is_empty() => {
            let mut engine = Engine::new(syntax, &Arc::new(loading.compiled), &[Markup::None]);
            engine.add(&name, parsed, origin);
            Ok(engine)
        }
        _ => Err(loading.faults),
    }
}

impl Loading<'_> {
    /// `template.yaml`, or what it says by default where it cannot be read.
    fn settings(&mut self, folder: &str) -> Settings {
        let (shown, text) = self.texts.get(&format!("{folder}template.yaml")).unwrap_or_default();
        let node = yaml::load(text, shown).map_err(|fault| self.faults.push(fault)).ok();
        node.and_then(|node| Settings::read(&node, &mut self.faults)).unwrap_or_default()
    }

    fn at_settings(&mut self, folder: &str, message: String) {
        let (shown, _) = self.texts.get(&format!("{folder}template.yaml")).unwrap_or_default();
        let mark = Mark { file: shown.into(), line: 1, column: 1 };
        self.faults.push(YamlError::at(&mark, message));
    }

    /// Adds the tables that all templates share; one of its own comes first.
    fn shared_tables(&mut self, settings: &mut Settings) {
        let Some((shown, text)) = self.texts.get(TABLES) else { return };
        let shared = yaml::load(text, shown).and_then(|node| settings::tables(&node));
        match shared {
            Ok(shared) => {
                for (name, table) in shared {
                    settings.tables.entry(name).or_insert(table);
                }
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Parses and checks the partials: its own, and those of all templates that it includes.
    fn partials(&mut self, syntax: Syntax, markup: Markup) -> Vec<Ready> {
        let (mut ready, mut done) = (Vec::new(), BTreeSet::new());
        self.needed.extend(self.partials.own().map(|name| (name.to_owned(), markup)));
        while let Some(next) = self.needed.pop_first() {
            if !done.insert(next.clone()) {
                continue;
            }
            let (name, markup) = next;
            let Some((shown, text)) = self.partials.get(self.texts, &name) else { continue };
            // A partial stands within a line, and the break at the end of its file would break a string in two.
            let text = match syntax {
                Syntax::Text => text,
                _ => text.strip_suffix('\n').unwrap_or(text),
            };
            let origin = Origin { mark: start(shown), field: String::new(), text: text.to_owned() };
            ready.extend(self.file(&name, origin, syntax, markup, Scope::Partial));
        }
        ready
    }

    /// Whether a file is called as an event is.
    fn check_name(&mut self, path: &str, shown: &str) {
        let stem = path.strip_suffix(".hbs").unwrap_or(path);
        let (kind, action) = match stem.split_once('.') {
            Some((kind, action)) => (kind, Some(action)),
            None => (stem, None),
        };
        let known = Kind::from_word(kind);
        let message = match (known, action) {
            (None, None) if kind == "default" => return,
            (Some(_), None) => return,
            (Some(kind), Some(action)) => {
                let words: Vec<_> = kind.actions().iter().map(|action| action.as_str()).collect();
                if words.contains(&action) {
                    return;
                }
                let meant = nearest(action, words.iter().copied());
                format!(
                    "no {kind} is `{action}`{meant}: expected {kind}.hbs, or one of {}",
                    words.join(", ")
                )
            }
            (None, _) => {
                let meant = nearest(kind, Kind::WORDS.iter().copied());
                format!(
                    "there is no event `{kind}`{meant}: a file is called KIND.ACTION.hbs, KIND.hbs or \
                     default.hbs; partials stand under `partials/`"
                )
            }
        };
        let mark = Mark { file: shown.into(), line: 1, column: 1 };
        self.faults.push(YamlError::at(&mark, message));
    }

    /// Parses and checks a file.
    fn file(
        &mut self,
        name: &str,
        origin: Origin,
        syntax: Syntax,
        markup: Markup,
        scope: Scope,
    ) -> Option<Ready> {
        self.uses_raw |= may_use_raw(&origin.text);
        let called = match scope {
            Scope::Partial => markup.variant(name),
            _ => name.to_owned(),
        };
        let mut parsed = match parse(&called, &origin) {
            Ok(parsed) => parsed,
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        };
        let mut faults = Vec::new();
        let mut check = Check {
            name,
            mark: &|line, column| origin.at(line, column),
            syntax,
            partials: &self.partials,
            compiled: &mut self.compiled,
            inclusions: &mut self.inclusions,
            faults: &mut faults,
            scope,
            markup,
            needed: &mut self.needed,
        };
        check.template(&mut parsed, (1, 1));
        for mut fault in faults {
            if !origin.field.is_empty() {
                fault.field.clone_from(&origin.field);
            }
            // A partial that is included in two markups is looked at twice.
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        Some((called, parsed, origin))
    }

    /// Parses and checks a line of `template.yaml`.
    fn line(&mut self, line: &Line, syntax: Syntax) -> Option<Ready> {
        let (mark, field, text) = (line.mark.clone(), line.field.clone(), line.text.clone());
        let origin = Origin { mark, field, text };
        self.file(&line.field, origin, syntax, Markup::None, Scope::Top)
    }
}

fn parse(name: &str, origin: &Origin) -> Result<Parsed, YamlError> {
    let fault = |line, column, message: String| {
        let mut fault = YamlError::at(&origin.at(line, column), message);
        fault.field.clone_from(&origin.field);
        fault
    };
    if let Some(line) = too_deep(&origin.text) {
        return Err(fault(line, 1, format!("this is nested more than {DEEPEST} deep")));
    }
    Parsed::compile_with_name(&origin.text, name.to_owned()).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        fault(line, column, explain(&error))
    })
}

/// What is wrong with the syntax, in one line.
fn explain(error: &ParseError) -> String {
    match error.reason() {
        TemplateErrorReason::InvalidSyntax(_) => {
            "this is no template: a `{{` needs its `}}`, a block `{{#if ...}}` its `{{/if}}`, a text \
             its quotes, and a backslash in quotes is written twice"
                .to_owned()
        }
        TemplateErrorReason::MismatchingClosedHelper(open, close)
        | TemplateErrorReason::MismatchingClosedDecorator(open, close) => {
            format!("`{{{{/{close}}}}}` stands where `{{{{/{open}}}}}` was expected")
        }
        other => other.to_string(),
    }
}

/// The line in which blocks or arguments are nested too deep.
fn too_deep(text: &str) -> Option<usize> {
    let (mut blocks, mut arguments) = (0usize, 0usize);
    for (at, c) in text.char_indices() {
        let tag = text[at..].strip_prefix("{{").map(|tag| tag.trim_start_matches(['~', ' ']));
        match (c, tag) {
            ('{', Some(tag)) => {
                arguments = 0;
                blocks += usize::from(tag.starts_with(['#', '^']));
                blocks = blocks.saturating_sub(usize::from(tag.starts_with('/')));
            }
            ('(' | '[', _) => arguments += 1,
            (')' | ']', _) => arguments = arguments.saturating_sub(1),
            _ => {}
        }
        if blocks > DEEPEST || arguments > DEEPEST {
            // Outside of tags, brackets are text.
            let in_tag = text[..at].rfind("{{") > text[..at].rfind("}}");
            if in_tag || blocks > DEEPEST {
                return Some(text[..at].matches('\n').count() + 1);
            }
        }
    }
    None
}

/// Whether a text may look at the payload: by its name, or by taking all there is.
pub(super) fn may_use_raw(text: &str) -> bool {
    ["raw", "this", "@root", "..", " .", "(."].iter().any(|word| text.contains(word))
}
