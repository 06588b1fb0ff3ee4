//! From an event to the request that says it.

use super::context::Given;
use super::escape::Syntax;
use super::{Template, TemplateError, header, settings, wellformed};
use crate::event::Event;
use crate::yaml::YamlError;
use handlebars::Context;

/// The most bytes of a path, a header or a parameter.
pub(super) const LINE_LIMIT: usize = 8 * 1024;

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendering {
    /// It is said by this request.
    Request(Box<Request>),
    /// It is not said, and why.
    Skipped(String),
}

/// A request, not yet signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The file that made it, such as `push.hbs`.
    pub file: String,
    /// The method.
    pub method: String,
    /// What is appended to the path of the target's address, encoded; empty: nothing is.
    pub path: String,
    /// What is added to the query of the target's address, encoded; empty: nothing is.
    pub query: String,
    /// Its headers in order, with the content type, without signatures.
    pub headers: Vec<(String, String)>,
    /// Its body, which is what the content type says.
    pub body: Vec<u8>,
}

impl Request {
    /// As it would be seen on the wire: the method and what is added to the address, the headers, a blank line
    /// and the body.
    pub fn shown(&self) -> String {
        let path = if self.path.is_empty() { "" } else { self.path.trim_start_matches('/') };
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        let mut text = format!("{} /{path}{query}\n", self.method);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        format!("{text}\n{}\n", String::from_utf8_lossy(&self.body))
    }
}

impl Template {
    /// The file that an event is rendered by.
    pub fn file_for(&self, event: &Event) -> Result<&str, String> {
        let (key, kind) = (event.key(), event.kind_or_other());
        let wanted = [format!("{key}.hbs"), format!("{kind}.hbs"), "default.hbs".to_owned()];
        let file = wanted.iter().find_map(|name| self.files.get(name));
        file.map(String::as_str).ok_or_else(|| {
            format!(
                "the template `{}` has neither {}, {} nor {}",
                self.name, wanted[0], wanted[1], wanted[2]
            )
        })
    }

    /// Renders an event.
    ///
    /// # Errors
    /// A template with faults, or one that does not do for this event: with file, line and column.
    pub fn render(&self, given: &Given<'_>) -> Result<Rendering, TemplateError> {
        if let Some(fault) = self.faults.first() {
            let (template, fault) = (self.name.clone(), fault.clone());
            return Err(TemplateError::Broken { template, fault });
        }
        let file = match self.file_for(given.event) {
            Ok(file) => file.to_owned(),
            Err(reason) => return Ok(Rendering::Skipped(reason)),
        };
        let context = given.context(&self.settings.tables, self.uses_raw);
        let context = context.map_err(TemplateError::Context)?;
        let Some(body) = self.body(&file, &context)? else {
            return Ok(Rendering::Skipped(format!("{file} writes nothing for it")));
        };
        Ok(Rendering::Request(Box::new(Request {
            method: self.method(&context)?,
            path: self.path(&context)?,
            query: self.query(&context)?,
            headers: self.headers(&context)?,
            body,
            file,
        })))
    }

    /// The body; `None` when the template writes nothing.
    fn body(&self, file: &str, context: &Context) -> Result<Option<Vec<u8>>, YamlError> {
        let (syntax, limit) = (self.settings.syntax(), self.settings.limit);
        let written = self.engines.body.render(file, context, limit)?;
        let text = written.trim();
        let start = written.len() - written.trim_start().len();
        let pieces = match syntax {
            Syntax::Nothing if text.is_empty() => return Ok(Some(Vec::new())),
            _ if text.is_empty() => return Ok(None),
            // Line breaks between its pairs are no part of it.
            Syntax::Form => lines(text),
            _ => vec![(0, text)],
        };
        for (at, piece) in pieces {
            wellformed::check(syntax, piece).map_err(|wrong| {
                let at = start + at + wrong.at;
                let mark = self.engines.body.place(file, context, limit, at);
                YamlError::at(&mark, format!("{}{}", wrong.message, near(&written, at)))
            })?;
        }
        Ok(Some(match syntax {
            Syntax::Form => wellformed::one_line(text).into_bytes(),
            _ => text.as_bytes().to_vec(),
        }))
    }

    fn method(&self, context: &Context) -> Result<String, YamlError> {
        let method = self.engines.plain.render("method", context, LINE_LIMIT)?;
        settings::method(method.trim()).map(|method| method.to_string()).ok_or_else(|| {
            let line = &self.settings.method;
            let message = format!("`{method}` is no method: expected POST, PUT, GET ...");
            YamlError::at(&line.mark, message).within(&line.field)
        })
    }

    fn path(&self, context: &Context) -> Result<String, YamlError> {
        let Some(line) = &self.settings.path else { return Ok(String::new()) };
        let path = self.engines.path.render("path", context, LINE_LIMIT)?;
        let path = path.trim();
        let wrong = |message: String| YamlError::at(&line.mark, message).within(&line.field);
        if path.split('/').any(|part| matches!(part, "." | "..")) {
            let message = "the path has a part `.` or `..`, which leads elsewhere";
            return Err(wrong(message.into()));
        }
        match path.chars().find(|c| !c.is_ascii_graphic() || "?#\\".contains(*c)) {
            Some(c) => Err(wrong(format!("the path has a `{}`: encode it", c.escape_default()))),
            None => Ok(path.to_owned()),
        }
    }

    fn query(&self, context: &Context) -> Result<String, YamlError> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, line) in &self.settings.query {
            let value = self.engines.plain.render(&line.field, context, LINE_LIMIT)?;
            if !value.is_empty() {
                query.append_pair(name, &value);
            }
        }
        Ok(query.finish())
    }

    /// The headers; one that comes out empty is left out.
    fn headers(&self, context: &Context) -> Result<Vec<(String, String)>, YamlError> {
        let mut headers = Vec::new();
        if self.settings.syntax() != Syntax::Nothing {
            headers.push(("Content-Type".to_owned(), self.settings.content_type.clone()));
        }
        let own = |(name, _): &(String, _)| name.eq_ignore_ascii_case("user-agent");
        if !self.settings.headers.iter().any(own) {
            let agent = concat!("Forgeway/", env!("CARGO_PKG_VERSION"));
            headers.push(("User-Agent".to_owned(), agent.to_owned()));
        }
        for (name, line) in &self.settings.headers {
            let value = header::value(&self.engines.header, context, &line.field, &line.mark)?;
            if !value.is_empty() {
                headers.push((name.clone(), value));
            }
        }
        Ok(headers)
    }
}

/// The lines of a text without the blanks around them, each after where it starts.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let starts = text.split_inclusive('\n').map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        (start, line.trim())
    });
    starts.collect()
}

/// What stands around a byte of the output, for messages.
fn near(text: &str, at: usize) -> String {
    const AROUND: usize = 24;
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let at = boundary(at.min(text.len()));
    let from = boundary(at.saturating_sub(AROUND));
    let to = boundary((at + AROUND).min(text.len()));
    let quoted = text[from..to].replace(['\n', '\r', '\t'], " ");
    format!(", near `{}`", quoted.trim())
}
