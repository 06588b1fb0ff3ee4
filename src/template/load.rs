//! From the files of a folder to a template: everything is parsed, checked and compiled here.

use super::check::Check;
use super::engine::{Engine, Origin};
use super::escape::Syntax;
use super::fields::Scope;
use super::helpers::Compiled;
use super::partials::Inclusions;
use super::settings::{Line, Settings};
use super::{Engines, Template};
use crate::event::Kind;
use crate::texts::Texts;
use crate::yaml::{self, Mark, YamlError, nearest};
use handlebars::template::Template as Parsed;
use handlebars::{TemplateError as ParseError, TemplateErrorReason};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How deep blocks and arguments may be nested: the parser walks them by calling itself.
const DEEPEST: usize = 32;

/// What is gathered while the files of a template are read.
struct Loading<'t> {
    partials: Vec<String>,
    compiled: Compiled,
    inclusions: Inclusions,
    faults: Vec<YamlError>,
    texts: &'t Texts,
}

/// A file or a line that was parsed and checked.
type Ready = (String, Parsed, Origin);

/// Reads the template of a folder. What is wrong with it is kept with it.
pub(super) fn template(texts: &Texts, name: &str) -> Template {
    let folder = format!("{name}/");
    let files: Vec<&str> = texts.under(&folder).collect();
    let named =
        |path: &str| path.strip_prefix("partials/")?.strip_suffix(".hbs").map(str::to_owned);
    let mut loading = Loading {
        partials: files.iter().filter_map(|path| named(path)).collect(),
        compiled: Compiled::default(),
        inclusions: Inclusions::default(),
        faults: Vec::new(),
        texts,
    };
    let settings = loading.settings(&folder);
    let syntax = settings.syntax();
    let mut main = BTreeMap::new();
    let (mut body, mut uses_raw) = (Vec::new(), false);
    for path in files.iter().copied().filter(|path| path.ends_with(".hbs")) {
        if path.starts_with("examples/") {
            continue;
        }
        let Some((shown, text)) = texts.get(&format!("{folder}{path}")) else { continue };
        let partial = named(path);
        if partial.is_none() {
            main.insert(path.to_owned(), path.to_owned());
            loading.check_name(path, shown);
        }
        uses_raw |= may_use_raw(text);
        let mark = Mark { file: shown.into(), line: 1, column: 1 };
        // A partial stands within a line, and the break at the end of its file would break a string in two.
        let within = partial.is_some() && syntax != Syntax::Text;
        let text = if within { text.strip_suffix('\n').unwrap_or(text) } else { text };
        let origin = Origin { mark, field: String::new(), text: text.to_owned() };
        let scope = if partial.is_some() { Scope::Partial } else { Scope::Top };
        body.extend(loading.file(
            partial.unwrap_or_else(|| path.to_owned()),
            origin,
            syntax,
            scope,
        ));
    }
    if main.is_empty() {
        let message = "there is no file for any event beside it: write default.hbs";
        loading.at_settings(&folder, message.into());
    }
    let lines = settings.query.iter().chain(&settings.headers).map(|(_, line)| line);
    let small: Vec<&Line> = lines.chain(&settings.path).chain([&settings.method]).collect();
    uses_raw |= small.iter().any(|line| may_use_raw(&line.text));
    let mut line = |line: &Line, syntax| loading.line(line, syntax);
    let header: Vec<_> =
        settings.headers.iter().filter_map(|(_, l)| line(l, Syntax::Header)).collect();
    let path: Vec<_> = settings.path.iter().filter_map(|l| line(l, Syntax::Path)).collect();
    let plain = settings.query.iter().map(|(_, line)| line).chain([&settings.method]);
    let plain: Vec<_> = plain.filter_map(|l| line(l, Syntax::Plain)).collect();
    loading.faults.extend(loading.inclusions.circles());
    let compiled = Arc::new(loading.compiled);
    let engine = |syntax, ready: Vec<Ready>| {
        let mut engine = Engine::new(syntax, &compiled);
        ready.into_iter().for_each(|(name, parsed, origin)| engine.add(&name, parsed, origin));
        engine
    };
    let engines = Engines {
        body: engine(syntax, body),
        header: engine(Syntax::Header, header),
        path: engine(Syntax::Path, path),
        plain: engine(Syntax::Plain, plain),
    };
    let faults = loading.faults;
    Template { name: name.to_owned(), settings, files: main, engines, uses_raw, faults }
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
        name: String,
        origin: Origin,
        syntax: Syntax,
        scope: Scope,
    ) -> Option<Ready> {
        let mut parsed = match parse(&name, &origin) {
            Ok(parsed) => parsed,
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        };
        let known = self.faults.len();
        let mut check = Check {
            name: &name,
            mark: &|line, column| origin.at(line, column),
            syntax,
            partials: &self.partials,
            compiled: &mut self.compiled,
            inclusions: &mut self.inclusions,
            faults: &mut self.faults,
            scope,
        };
        check.template(&mut parsed, (1, 1));
        if !origin.field.is_empty() {
            for fault in &mut self.faults[known..] {
                fault.field.clone_from(&origin.field);
            }
        }
        Some((name, parsed, origin))
    }

    /// Parses and checks a line of `template.yaml`.
    fn line(&mut self, line: &Line, syntax: Syntax) -> Option<Ready> {
        let (mark, field, text) = (line.mark.clone(), line.field.clone(), line.text.clone());
        self.file(line.field.clone(), Origin { mark, field, text }, syntax, Scope::Top)
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
fn may_use_raw(text: &str) -> bool {
    ["raw", "this", "@root", "..", " .", "(."].iter().any(|word| text.contains(word))
}
