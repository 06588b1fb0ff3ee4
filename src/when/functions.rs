//! The functions that an expression can call: CEL's own, and `matches` with patterns compiled once.

use super::bounds::BOUND;
use super::budget::{bound, count_text};
use cel::common::types::{CelBool, CelString, DYN_TYPE, INT_TYPE, STRING_TYPE};
use cel::common::value::CowVal;
use cel::{Env, ExecutionError};
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// What can be called by name, for the check: CEL's standard functions and macros that work on JSON.
pub(super) const NAMES: &[&str] = &[
    "all",
    "bool",
    "bytes",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "has",
    "hasValue",
    "int",
    "map",
    "matches",
    "none",
    "of",
    "ofNonZeroValue",
    "or",
    "orValue",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
    "value",
];

/// The most bytes of a compiled pattern: what takes more takes too long to compile.
const PATTERN: usize = 1 << 18;

/// CEL's standard environment with `matches` and the counting of steps.
pub(super) fn environment() -> Arc<Env> {
    static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
        let mut env = Env::stdlib();
        let text = || vec![STRING_TYPE, STRING_TYPE];
        // Names that the standard library does not have: none of these can be there already.
        let added = [
            env.add_overload(BOUND, "bound", vec![DYN_TYPE, INT_TYPE], bound),
            env.add_overload("matches", "matches", text(), matches),
            env.add_member_overload(
                "matches",
                "string_matches",
                STRING_TYPE,
                vec![STRING_TYPE],
                matches,
            ),
        ];
        debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
        Arc::new(env)
    });
    Arc::clone(&ENVIRONMENT)
}

/// A pattern, compiled.
///
/// # Errors
/// Why it is none.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    let compiled = RegexBuilder::new(text).size_limit(PATTERN).build();
    compiled.map_err(|error| error.to_string().replace('\n', " "))
}

fn matches<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    thread_local! {
        /// As many as the configuration has: only literals get here.
        static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    let Ok([text, wanted]) = <[CowVal<'b, 'v>; 2]>::try_from(args) else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let texts = (text.downcast_ref::<CelString<'_>>(), wanted.downcast_ref::<CelString<'_>>());
    let (Some(text), Some(wanted)) = texts else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    count_text(text.inner())?;
    let found = PATTERNS.with_borrow_mut(|known| {
        if let Some(known) = known.get(wanted.inner()) {
            return Ok(known.is_match(text.inner()));
        }
        let compiled = pattern(wanted.inner())
            .map_err(|error| ExecutionError::function_error("matches", error))?;
        let found = compiled.is_match(text.inner());
        known.insert(wanted.inner().to_string(), compiled);
        Ok(found)
    })?;
    Ok(CowVal::owned(CelBool::from(found)))
}
