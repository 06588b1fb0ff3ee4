//! Whether two views show the same.

use super::View;

/// Deep equality. Views of the same memory are equal at once; what is shown differently (a number and
/// its text) is not equal.
pub fn same(one: View<'_>, other: View<'_>) -> bool {
    match (one, other) {
        (View::Absent | View::Null, View::Absent | View::Null) => true,
        (View::Bool(one), View::Bool(other)) => one == other,
        (View::Int(one), View::Int(other)) => one == other,
        (View::UInt(one), View::UInt(other)) => one == other,
        (View::Float(one), View::Float(other)) => one.to_bits() == other.to_bits(),
        (View::Str(one), View::Str(other)) => one == other,
        // The offset is part of how a time is written.
        (View::Time(one), View::Time(other)) => one == other && one.offset() == other.offset(),
        (View::Json(one), View::Json(other)) => one == other,
        (View::Object(one), View::Object(other)) => {
            std::ptr::eq(one, other)
                || one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| {
                        one.key == other.key
                            && one.class == other.class
                            && same(one.value, other.value)
                    })
        }
        (View::Record(one), View::Record(other)) => {
            std::ptr::addr_eq(one, other)
                || one.shape().name == other.shape().name
                    && one.shape().open.is_none()
                    && (0..one.shape().fields.len()).all(|at| same(one.get(at), other.get(at)))
        }
        (one, other) if one.is_list() && other.is_list() => {
            one.len() == other.len()
                && one.elements().zip(other.elements()).all(|(one, other)| same(one, other))
        }
        _ => false,
    }
}
