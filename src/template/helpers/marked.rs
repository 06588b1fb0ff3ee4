//! Helpers that write markup, each in the one that is read where they stand.

use super::{Args, Helper, PLAIN};
use handlebars::{
    Context, Handlebars, Helper as Call, HelperDef, HelperResult, Output, RenderContext, Renderable,
};
use serde_json::Value;

const MARKING: Helper = Helper { marks: true, ..PLAIN };

pub(super) const HELPERS: &[Helper] = &[
    Helper {
        name: "link",
        usage: "link URL TEXT",
        takes: (2, 2),
        asks: true,
        run: link,
        ..MARKING
    },
    Helper {
        name: "bold",
        usage: "bold TEXT",
        run: |args| Ok(Some(Value::from(args.markup.bold(&args.text(0)?)))),
        ..MARKING
    },
    Helper {
        name: "quote",
        usage: "quote TEXT",
        run: |args| Ok(Some(Value::from(args.markup.quote(&args.text(0)?)))),
        ..MARKING
    },
    Helper {
        name: "code",
        usage: "code TEXT",
        run: |args| Ok(Some(Value::from(args.markup.code(&args.text(0)?)))),
        ..MARKING
    },
];

/// The address may be missing: then the text stands alone.
fn link(args: &Args<'_>) -> Result<Option<Value>, String> {
    let address = args.get(0).map_or(Ok(String::new()), |_| args.text(0))?;
    Ok(Some(Value::from(args.markup.link(&address, &args.text(1)?))))
}

/// The block `{{#markup "html"}}`. What it means was done when the template was loaded: what is in it
/// calls the helpers and partials of that markup.
#[derive(Debug, Clone, Copy)]
pub(in crate::template) struct Marked;

impl HelperDef for Marked {
    fn call<'reg: 'rc, 'rc>(
        &self,
        call: &Call<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        call.template().map_or(Ok(()), |block| block.render(registry, context, rc, out))
    }
}
