//! Leasing what is due, fairly.

use super::row::{millis, time};
use crate::store::{Claim, DispatchId, LeaseToken, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// What a claim leased; the records are read afterwards, off the writer.
pub(super) struct Leased {
    pub(super) dispatches: Vec<DispatchId>,
    pub(super) token: LeaseToken,
    pub(super) next_due: Option<Timestamp>,
}

/// Leases what is due: a quota for each target, and the total dealt out in rounds.
pub(super) fn claim(conn: &Connection, claim: &Claim) -> Result<Leased, StoreError> {
    let mut queues = Vec::new();
    let mut next_due: Option<i64> = None;
    for target in targets(conn)? {
        let quota = claim.quota.get(&target).copied().unwrap_or(claim.per_target);
        queues.push(due(conn, &target, claim.now, quota.min(claim.total))?.into_iter());
        if let Some(later) = first_after(conn, &target, claim.now)? {
            next_due = Some(next_due.map_or(later, |soonest| soonest.min(later)));
        }
    }
    // Whoever comes first in the alphabet must not always come first.
    if !queues.is_empty() {
        let start = rand::random_range(0..queues.len());
        queues.rotate_left(start);
    }
    let dispatches = deal(queues, claim.total);
    let token = LeaseToken::random();
    let until = claim.now.checked_add(claim.lease).unwrap_or(Timestamp::MAX);
    let mut lease =
        conn.prepare_cached("UPDATE dispatch SET lease = ?2, due_at = ?3 WHERE id = ?1")?;
    for id in &dispatches {
        lease.execute(params![id, token.0, millis(until)])?;
    }
    if !dispatches.is_empty() {
        next_due = Some(next_due.map_or(millis(until), |soonest| soonest.min(millis(until))));
    }
    Ok(Leased { dispatches, token, next_due: next_due.map(time) })
}

/// Takes one of each queue, then the next of each, until there is enough.
fn deal<T>(mut queues: Vec<impl Iterator<Item = T>>, total: usize) -> Vec<T> {
    let mut dealt = Vec::new();
    while !queues.is_empty() && dealt.len() < total {
        queues.retain_mut(|queue| {
            if dealt.len() == total {
                return true;
            }
            let next = queue.next();
            let some = next.is_some();
            dealt.extend(next);
            some
        });
    }
    dealt
}

/// The targets for which anything waits: a leap through the index, not a scan.
fn targets(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let targets = conn
        .prepare_cached(
            "WITH RECURSIVE waiting (target) AS (
               SELECT min(target) FROM dispatch WHERE state = 'pending'
               UNION ALL
               SELECT (SELECT min(target) FROM dispatch
                       WHERE state = 'pending' AND target > waiting.target)
               FROM waiting WHERE waiting.target IS NOT NULL
             )
             SELECT target FROM waiting WHERE target IS NOT NULL",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(targets)
}

fn due(
    conn: &Connection,
    target: &str,
    now: Timestamp,
    quota: usize,
) -> Result<Vec<DispatchId>, StoreError> {
    if quota == 0 {
        return Ok(Vec::new());
    }
    let quota = i64::try_from(quota).unwrap_or(i64::MAX);
    let due = conn
        .prepare_cached(
            "SELECT id FROM dispatch WHERE state = 'pending' AND target = ?1 AND due_at <= ?2
             ORDER BY due_at, id LIMIT ?3",
        )?
        .query_map(params![target, millis(now), quota], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(due)
}

fn first_after(conn: &Connection, target: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let first = conn
        .prepare_cached(
            "SELECT due_at FROM dispatch WHERE state = 'pending' AND target = ?1 AND due_at > ?2
             ORDER BY due_at LIMIT 1",
        )?
        .query_row(params![target, millis(now)], |row| row.get(0))
        .optional()?;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::deal;

    #[test]
    fn a_long_queue_takes_no_place_from_a_short_one() {
        let queues = vec![(1..100).collect::<Vec<_>>().into_iter(), vec![100, 101].into_iter()];
        assert_eq!(deal(queues, 5), [1, 100, 2, 101, 3]);
        assert_eq!(deal(vec![vec![1].into_iter(), vec![2].into_iter()], 5), [1, 2]);
    }
}
