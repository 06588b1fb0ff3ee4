//! `when`: an expression in CEL over a delivery, which says whether a route takes an event.
//!
//! It reads three things: `event`, the canonical event; `headers`, the request's headers without what
//! is secret in them; `raw`, the payload as the forge said it. [`When::compile`] holds every field of
//! `event` against the model, so that a misspelt one is a fault at start-up, and finds which parts of
//! the three are read: nothing else is converted when it is asked. What an expression may cost is
//! bounded ([`bounds`], [`budget`]); what goes wrong in one is its caller's reason to refuse.

mod agree;
mod bounds;
mod budget;
mod calls;
mod check;
mod functions;
mod give;
mod names;
mod scope;

use crate::event::Event;
use crate::value::{FieldType, Outline};
use budget::Budget;
use cel::common::ast::SourceInfo;
use cel::parser::Expression;
use cel::{Context, Value};
use http::HeaderMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

/// An expression, checked and ready to be asked.
#[derive(Debug)]
pub struct When {
    expression: Expression,
    /// Whether asking it may need more stack than any thread has.
    deep: bool,
    reads: Reads,
}

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The place in the expression, in bytes from its start.
    pub at: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Why an expression gave no answer. The text may stand in a record: it holds no part of a body but
/// the names of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{0}")]
pub struct Failed(String);

/// Which parts of the three inputs an expression reads.
#[derive(Debug, Clone)]
struct Reads {
    event: Outline,
    headers: Option<Outline>,
    raw: Option<Outline>,
}

/// What an expression reads beside the event: the same for all events of a delivery.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    headers: Option<Value>,
    raw: Option<Value>,
}

/// The functions and types: built once, since that takes longer than most expressions.
static ROOT: LazyLock<Context<'static, 'static>> =
    LazyLock::new(|| Context::with_env(functions::environment()));

impl When {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Every fault that is found in it.
    pub fn compile(text: &str) -> Result<Self, Vec<Fault>> {
        bounds::admit(text).map_err(|fault| vec![fault])?;
        // Parsing recurses with the length of a chain such as `a.b.c`: on a stack that holds the
        // longest, so that the tree can be measured before anything else goes down in it.
        let parsed = with_stack(bounds::PARSING_STACK, || parse(text));
        let (expression, source) = parsed.unwrap_or_else(|| Err(names::unparsed()))?;
        let reads = check::check(text, &source, &expression)?;
        let expression = bounds::bounded(expression);
        Ok(Self { deep: bounds::is_deep(&expression), expression, reads })
    }

    /// What it reads of a request, for [`When::holds`].
    ///
    /// # Errors
    /// More is to be read than an expression may.
    pub fn beside(&self, headers: &HeaderMap, raw: &str) -> Result<Beside, Failed> {
        Budget::open();
        let headers = self.reads.headers.as_ref().map(|outline| give::headers(headers, outline));
        let raw = self.reads.raw.as_ref().map(|outline| give::raw(raw, outline)).transpose()?;
        Budget::close()?;
        Ok(Beside { headers, raw })
    }

    /// Whether it holds of an event.
    ///
    /// # Errors
    /// Something it reads is not there, is of the wrong type, or it costs more than it may.
    pub fn holds(&self, event: &Event, beside: &Beside) -> Result<bool, Failed> {
        // The interpreter is not ours, and no fault of it may cost a delivery.
        let asked = match self.deep {
            true => with_stack(bounds::ASKING_STACK, || self.ask(event, beside)),
            false => catch_unwind(AssertUnwindSafe(|| self.ask(event, beside))).ok(),
        };
        asked.unwrap_or_else(|| Err(Failed("a fault in forgeway: `when` panicked".to_owned())))
    }

    fn ask(&self, event: &Event, beside: &Beside) -> Result<bool, Failed> {
        Budget::open();
        let event = give::value(FieldType::view(event), &self.reads.event, Outline::ROOT);
        let mut context = ROOT.new_inner_scope();
        context.add_variable_from_value("event", event);
        for (name, value) in [("headers", &beside.headers), ("raw", &beside.raw)] {
            if let Some(value) = value {
                context.add_variable_from_value(name, value.clone());
            }
        }
        Budget::check()?;
        let answer = Value::resolve(&self.expression, &context);
        // What ran out of steps may still have come to an answer, and it is not the right one.
        Budget::close()?;
        match answer {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(other) => {
                Err(Failed(format!("it gives {}, not true or false", names::article(&other))))
            }
            Err(error) => Err(Failed(names::failure(&error))),
        }
    }
}

/// Does the work in a thread of its own, which has so much stack; nothing when it panicked.
fn with_stack<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(bytes).spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}

/// The tree of an expression that is not too deep, and where its parts stand.
fn parse(text: &str) -> Result<(Expression, SourceInfo), Vec<Fault>> {
    let (expression, source) = functions::environment()
        .parser()
        .max_recursion_depth(bounds::NESTING)
        .parse_with_source_info(text)
        .map_err(|errors| names::syntax(text, &errors))?;
    bounds::admit_tree(&expression).map_err(|fault| vec![fault])?;
    Ok((expression, source))
}

impl Reads {
    fn new() -> Self {
        Self { event: Outline::empty(), headers: None, raw: None }
    }
}
