//! Whether the parts of an expression fit each other: what is never equal, and what is no condition.

use super::check::Walk;
use super::scope::{Part, Type};
use crate::value::FieldKind;
use crate::yaml::nearest;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};

impl Walk<'_> {
    pub(super) fn needs(&mut self, wanted: Type, found: &Part, at: &IdedExpr) {
        let known = found.r#type();
        if known != Type::Any && known != wanted {
            let message = format!(
                "{} is {} where {} is needed",
                found.words(),
                known.words(),
                wanted.words()
            );
            self.fault(at, "", message);
        }
    }

    /// Two values that are held against each other: of the same type, if both are known.
    pub(super) fn compare(&mut self, a: &IdedExpr, b: &IdedExpr, at: &IdedExpr, equals: bool) {
        let (left, right) = (self.part(a), self.part(b));
        self.keep(&left);
        self.keep(&right);
        let (known, other) = (left.r#type(), right.r#type());
        if [known, other].contains(&Type::Null) {
            for place in [&left, &right].into_iter().filter(|part| part.kind().is_some()) {
                let message = format!(
                    "{} is never null: what a forge does not say is not there, ask `has({})`",
                    place.words(),
                    place.words().trim_matches('`')
                );
                self.fault(at, "null", message);
            }
        } else if ![known, other].contains(&Type::Any) && known != other {
            let message = format!(
                "{} is {}, and {} is {}: they are never {}",
                left.words(),
                known.words(),
                right.words(),
                other.words(),
                if equals { "equal" } else { "comparable" }
            );
            self.fault(at, "", message);
        } else {
            self.word(&left, b);
            self.word(&right, a);
        }
    }

    /// A word that a field never holds would never be equal, in silence.
    fn word(&mut self, part: &Part, literal: &IdedExpr) {
        let Some(FieldKind::Word(words)) = part.kind() else { return };
        let Expr::Literal(LiteralValue::String(text)) = &literal.expr else { return };
        let text = text.inner();
        if !words.contains(&text) {
            let message = match nearest(text, words.iter().copied()) {
                meant if meant.is_empty() => {
                    format!("{} is never `{text}`: it is one of {}", part.words(), words.join(", "))
                }
                meant => format!("{} is never `{text}`{meant}", part.words()),
            };
            self.fault(literal, text, message);
        }
    }
}

/// The type of a literal.
pub(super) fn literal_type(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => Type::Number,
        LiteralValue::Null => Type::Null,
        LiteralValue::Bytes(_) => Type::Any,
    }
}
