//! `{{#each}}`: as handlebars has it, but each element counts as a step, a list that is missing is an
//! empty one, and what is no list is an error.

use super::kind;
use handlebars::{
    BlockContext, BlockParams, Context, Handlebars, Helper, HelperDef, HelperResult, Output,
    RenderContext, RenderError, RenderErrorReason, Renderable,
};
use serde_json::Value;

/// The block helper.
#[derive(Debug, Clone, Copy)]
pub(in crate::template) struct Each;

impl HelperDef for Each {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let (Some(given), Some(block)) = (helper.param(0), helper.template()) else {
            return Ok(());
        };
        let elements: Vec<(Value, &Value)> = match given.value() {
            Value::Array(list) => list.iter().enumerate().map(|(at, v)| (at.into(), v)).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.as_str().into(), v)).collect(),
            Value::Null => Vec::new(),
            other => {
                let message = format!("`each` goes through a list, and this is {}", kind(other));
                return Err(RenderErrorReason::Other(message).into());
            }
        };
        if elements.is_empty() {
            return match helper.inverse() {
                Some(otherwise) => otherwise.render(registry, context, rc, out),
                None => Ok(()),
            };
        }
        rc.push_block(BlockContext::new());
        let last = elements.len() - 1;
        for (at, (key, value)) in elements.into_iter().enumerate() {
            // An empty piece: the output counts it and adds nothing.
            out.write("")?;
            if let Some(scope) = rc.block_mut() {
                scope.set_local_var("first", Value::Bool(at == 0));
                scope.set_local_var("last", Value::Bool(at == last));
                scope.set_local_var("index", at.into());
                scope.set_local_var("key", key.clone());
                enter(scope, given.context_path(), &key, value);
                name(scope, helper, given.context_path().is_some(), &key, value)?;
            }
            block.render(registry, context, rc, out)?;
        }
        rc.pop_block();
        Ok(())
    }
}

/// Makes an element the place that paths start from.
fn enter(scope: &mut BlockContext<'_>, path: Option<&Vec<String>>, key: &Value, value: &Value) {
    match path {
        Some(path) => {
            let key = super::plain(key).unwrap_or_default();
            *scope.base_path_mut() = path.iter().cloned().chain([key]).collect();
        }
        None => scope.set_base_value(value.clone()),
    }
}

/// `as |element|` and `as |element key|`.
fn name<'rc>(
    scope: &mut BlockContext<'rc>,
    helper: &Helper<'rc>,
    is_path: bool,
    key: &Value,
    value: &Value,
) -> Result<(), RenderError> {
    let (element, at) = match (helper.block_param(), helper.block_param_pair()) {
        (Some(element), _) => (element, None),
        (None, Some((element, at))) => (element, Some(at)),
        (None, None) => return Ok(()),
    };
    let mut names = BlockParams::new();
    match is_path {
        true => names.add_path(element, Vec::new())?,
        false => names.add_value(element, value.clone())?,
    }
    if let Some(at) = at {
        names.add_value(at, key.clone())?;
    }
    scope.set_block_params(names);
    Ok(())
}
