//! How long and how deep an expression may be, and where its steps are counted.
//!
//! That is where an expression can grow or repeat: before a loop (as many steps as it has turns and each
//! turn has parts), at a sum, where a value is put into a list, and where a list is searched. Each of
//! these is wrapped into a call of [`BOUND`] when the expression is compiled, and that function ends the
//! evaluation: see [`budget`](super::budget).

use super::Fault;
use cel::common::ast::{
    CallExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue, operators,
};
use cel::common::types::CelInt;

/// The most characters of an expression.
const LONGEST: usize = 4096;
/// How deep brackets and conditions may stand in each other.
pub(super) const NESTING: u16 = 32;
/// The stack that parsing gets: a chain as long as an expression may be needs a part of it.
pub(super) const PARSING_STACK: usize = 256 << 20;
/// The most parts of an expression.
const MOST_PARTS: usize = 1000;
/// How deep its parts may stand in each other: evaluation recurses.
const DEEPEST: usize = 64;

/// From this depth on an answer is found on a stack of its own: each level takes tens of kilobytes.
const DEEP: usize = 16;
/// That stack: for twice [`DEEPEST`], since counting adds levels.
pub(super) const ASKING_STACK: usize = 64 << 20;

/// The function that counts steps. No expression can name it.
pub(super) const BOUND: &str = "@bound";

/// Whether a text is short and flat enough to be parsed: the parser recurses too.
pub(super) fn admit(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST {
        let message = format!("longer than {LONGEST} bytes: split the route, or map the field");
        return Err(Fault { at: LONGEST, message });
    }
    let mut depth = 0u16;
    for (at, c) in text.bytes().enumerate() {
        match c {
            b'(' | b'[' | b'{' | b'?' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            let message = format!("nested deeper than {NESTING} levels");
            return Err(Fault { at, message });
        }
    }
    Ok(())
}

/// Whether a tree is small and flat enough to be evaluated.
pub(super) fn admit_tree(expression: &IdedExpr) -> Result<(), Fault> {
    let (parts, depth) = measure(expression);
    let message = match (parts > MOST_PARTS, depth > DEEPEST) {
        (true, _) => format!("{parts} parts: an expression has at most {MOST_PARTS}"),
        (false, true) => format!(
            "its parts stand {depth} deep in each other, and {DEEPEST} is the most: \
             ask for `x in [...]` instead of a chain"
        ),
        (false, false) => return Ok(()),
    };
    Err(Fault { at: 0, message })
}

/// Whether evaluating a tree may need more stack than any thread has.
pub(super) fn is_deep(expression: &IdedExpr) -> bool {
    measure(expression).1 > DEEP
}

/// How many parts a tree has, and how deep they stand.
fn measure(expression: &IdedExpr) -> (usize, usize) {
    let (mut parts, mut deepest) = (1, 0);
    each_part(&expression.expr, &mut |part| {
        let (inner, depth) = measure(part);
        parts += inner;
        deepest = deepest.max(depth);
    });
    (parts, deepest + 1)
}

fn each_part(expr: &Expr, visit: &mut dyn FnMut(&IdedExpr)) {
    match expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            call.target.iter().for_each(|target| visit(target));
            call.args.iter().for_each(visit);
        }
        Expr::Comprehension(all) => {
            [&all.iter_range, &all.accu_init, &all.loop_cond, &all.loop_step, &all.result]
                .into_iter()
                .for_each(visit);
        }
        Expr::List(list) => list.elements.iter().for_each(visit),
        Expr::Map(map) => map.entries.iter().for_each(|entry| entry_parts(entry, visit)),
        Expr::Struct(made) => made.entries.iter().for_each(|entry| entry_parts(entry, visit)),
        Expr::Select(select) => visit(&select.operand),
    }
}

fn entry_parts(entry: &IdedEntryExpr, visit: &mut dyn FnMut(&IdedExpr)) {
    match &entry.expr {
        EntryExpr::StructField(field) => visit(&field.value),
        EntryExpr::MapEntry(pair) => {
            visit(&pair.key);
            visit(&pair.value);
        }
    }
}

/// The same expression, with its steps counted.
pub(super) fn bounded(mut expression: IdedExpr) -> IdedExpr {
    match &mut expression.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            let grows = call.func_name == operators::ADD && !accumulates(call);
            let searches = call.func_name == operators::IN;
            call.target = call.target.take().map(|target| {
                let target = bounded(*target);
                Box::new(if call.func_name == "contains" { wrap(target, 1) } else { target })
            });
            let args = std::mem::take(&mut call.args).into_iter().map(bounded);
            call.args = args.collect();
            if let Some(list) = call.args.pop() {
                call.args.push(if searches { wrap(list, 1) } else { list });
            }
            if grows {
                return wrap(expression, 1);
            }
        }
        Expr::Comprehension(all) => {
            let turn = measure(&all.loop_step).0 + measure(&all.loop_cond).0;
            let part = |part: &mut IdedExpr| *part = bounded(std::mem::take(part));
            [&mut all.accu_init, &mut all.loop_cond, &mut all.loop_step, &mut all.result]
                .into_iter()
                .for_each(part);
            all.iter_range = wrap(bounded(std::mem::take(&mut all.iter_range)), turn);
        }
        Expr::List(list) => list.elements.iter_mut().for_each(copied),
        Expr::Map(map) => map.entries.iter_mut().for_each(bounded_entry),
        Expr::Struct(made) => made.entries.iter_mut().for_each(bounded_entry),
        Expr::Select(select) => replace(&mut select.operand),
    }
    expression
}

fn replace(part: &mut IdedExpr) {
    *part = bounded(std::mem::take(part));
}

/// What is put into a list or map is copied, all of it.
fn copied(part: &mut IdedExpr) {
    let bounded = bounded(std::mem::take(part));
    *part = match bounded.expr {
        Expr::Literal(_) => bounded,
        _ => wrap(bounded, 1),
    };
}

fn bounded_entry(entry: &mut IdedEntryExpr) {
    match &mut entry.expr {
        EntryExpr::StructField(field) => copied(&mut field.value),
        EntryExpr::MapEntry(pair) => {
            replace(&mut pair.key);
            copied(&mut pair.value);
        }
    }
}

/// Whether a sum is what a loop adds to its own result: the loop's range counted that.
fn accumulates(call: &CallExpr) -> bool {
    matches!(call.args.first().map(|first| &first.expr), Some(Expr::Ident(name)) if name == "@result")
}

fn wrap(part: IdedExpr, weight: usize) -> IdedExpr {
    let id = part.id;
    let weight = CelInt::from(i64::try_from(weight).unwrap_or(i64::MAX));
    let weight = IdedExpr { id, expr: Expr::Literal(LiteralValue::Int(weight)) };
    let call = CallExpr { func_name: BOUND.to_owned(), target: None, args: vec![part, weight] };
    IdedExpr { id, expr: Expr::Call(call) }
}
