//! A page of shares against the one before it: what has fallen.

use std::collections::BTreeMap;

/// The good share of each cell of a page's tables, by heading, row and column. A cell of several numbers
/// is mapped, derived, and what is not of the source; a column of one number is a share when its name says so.
fn shares(page: &str) -> BTreeMap<String, f64> {
    let (mut heading, mut columns) = ("", Vec::new());
    let mut shares = BTreeMap::new();
    for line in page.lines() {
        if line.starts_with('#') {
            (heading, columns) = (line, Vec::new());
            continue;
        }
        let Some(row) = line.strip_prefix("| ") else { continue };
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        if columns.is_empty() {
            columns = cells;
            continue;
        }
        for (column, cell) in columns.iter().zip(&cells).skip(1) {
            let numbers: Vec<f64> = cell.split(' ').filter_map(|n| n.parse().ok()).collect();
            let share = match numbers[..] {
                [share] if column.contains('%') => share,
                [mapped, derived, _, _] => mapped + derived,
                _ => continue,
            };
            shares.insert(format!("{heading}, {}, {column}", cells[0]), share);
        }
    }
    shares
}

/// What fell from one page to the next, or is no longer there.
pub(super) fn falls(before: &str, after: &str) -> Vec<String> {
    let after = shares(after);
    let fell = |(cell, before): (String, f64)| match after.get(&cell) {
        Some(after) if *after >= before => None,
        Some(after) => Some(format!("{cell}: {before} fell to {after}")),
        None => Some(format!("{cell}: {before} is gone")),
    };
    shares(before).into_iter().filter_map(fell).collect()
}

#[test]
fn a_share_that_falls_is_found() {
    let page = |share: &str, cell: &str| {
        format!(
            "## a\n| from | x |\n|---|---|\n| f | {cell} |\n\n### b\n\n| event | leaves | equal, % |\n|---|---|---|\n| push | 9 | {share} |\n"
        )
    };
    let before = page("90.1", "50 20 20 10");
    assert_eq!(falls(&before, &page("90.1", "40 30 20 10")), [""; 0]);
    assert_eq!(
        falls(&before, &page("90.0", "50 19 20 11")),
        ["## a, f, x: 70 fell to 69", "### b, push, equal, %: 90.1 fell to 90"]
    );
    assert_eq!(falls(&before, "## a\n").len(), 2);
}
