//! `{{> name}}`: a partial, written where it stands.
//!
//! handlebars gives each partial a copy of all it may see, which is the whole event and more; here a
//! partial sees what is there, and what it is given by name.

use handlebars::{
    BlockContext, BlockParamHolder, Context, Handlebars, Helper as Call, HelperDef, HelperResult,
    Output, RenderContext, RenderErrorReason, Renderable,
};
use serde_json::Value;

/// The hidden helper that every inclusion is made a call of; its first argument is the partial's name.
#[derive(Debug, Clone, Copy)]
pub(in crate::template) struct Include;

impl Include {
    /// What it is called; no template can write it.
    pub(in crate::template) const NAME: &str = "$include";
}

impl HelperDef for Include {
    fn call<'reg: 'rc, 'rc>(
        &self,
        call: &Call<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = call.param(0).and_then(|name| name.value().as_str()).unwrap_or_default();
        let partial = registry
            .get_template(name)
            .ok_or_else(|| RenderErrorReason::PartialNotFound(name.to_owned()))?;
        let around = rc.get_current_template_name();
        let is_given = call.param(1).is_some() || !call.hash().is_empty();
        if is_given {
            let block = block(call, rc);
            rc.push_block(block);
        }
        let result = partial.render(registry, context, rc, out);
        if is_given {
            rc.pop_block();
        }
        rc.set_current_template_name(around);
        result
    }
}

/// Where the names of a partial start from, and what it is given by name.
fn block<'rc>(call: &Call<'rc>, rc: &RenderContext<'_, 'rc>) -> BlockContext<'rc> {
    let mut block = BlockContext::new();
    if let Some(around) = rc.block() {
        block.local_variables_mut().clone_from(around.local_variables());
    }
    match (call.param(1), rc.block()) {
        (Some(given), _) => match given.context_path() {
            Some(path) => block.base_path_mut().clone_from(path),
            None => block.set_base_value(given.value().clone()),
        },
        (None, Some(around)) => match around.base_value() {
            Some(value) => block.set_base_value(Value::clone(value)),
            None => block.base_path_mut().clone_from(around.base_path()),
        },
        (None, None) => {}
    }
    for (name, given) in call.hash() {
        block.set_block_param(name, BlockParamHolder::value(given.value().clone()));
    }
    block
}
