//! Numbers: added, counted, read from text, and the time between two times.

use super::super::expr::Expr;
use super::{Run, Scope, TextBuf, Val};
use crate::value::{FieldType, Notes, Time, View};

impl<'a> Run<'a> {
    /// The sum of whole numbers; absent when one of them is, or when it grows too large.
    pub(super) fn add(&self, parts: &'a [Expr], scope: Scope<'a>) -> Val<'a> {
        let mut sum: Option<(i64, Val<'a>)> = None;
        for part in parts {
            let part = self.eval(part, scope);
            let Some(number) = part.view.as_i64() else { return Val::default() };
            let before = sum.map_or(0, |(sum, _)| sum);
            let Some(total) = before.checked_add(number) else { return Val::default() };
            let class = sum.map_or(part.class, |(_, whole)| whole.class.max(part.class));
            sum = Some((total, Val { class, ..part }));
        }
        sum.map_or_else(Val::default, |(sum, whole)| whole.derived(View::Int(sum)))
    }

    /// How many elements a list has; nothing for what is none.
    pub(super) fn count(&self, list: &'a Expr, scope: Scope<'a>) -> Val<'a> {
        let list = self.eval(list, scope);
        match list.view.is_list() {
            true => list.derived(View::Int(list.view.elements().count() as i64)),
            false => Val::default(),
        }
    }

    /// The whole number that a text writes in a base; nothing when it writes none.
    pub(super) fn int(&self, text: &'a Expr, base: u32, scope: Scope<'a>) -> Val<'a> {
        let source = self.eval(text, scope);
        let mut buffer = TextBuf::default();
        let number = buffer.text(source.view).and_then(|text| i64::from_str_radix(text, base).ok());
        match number {
            Some(number) if base == 10 => Val { view: View::Int(number), ..source },
            Some(number) => source.derived(View::Int(number)),
            None => Val::default(),
        }
    }

    /// The whole seconds from one time to another; nothing when the other is earlier.
    pub(super) fn span(&self, ends: &'a [Expr; 2], scope: Scope<'a>) -> Val<'a> {
        let [from, to] = ends.each_ref().map(|end| self.eval(end, scope));
        let time = |end: Val<'a>| Time::from_view(end.view, &mut Notes::default()).ok();
        let (Some(start), Some(end)) = (time(from), time(to)) else { return Val::default() };
        match end.epoch_seconds() - start.epoch_seconds() {
            seconds @ 0.. => {
                Val { class: from.class.max(to.class), ..from }.derived(View::Int(seconds))
            }
            _ => Val::default(),
        }
    }
}
