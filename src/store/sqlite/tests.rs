//! What is particular to a store in a file.

use super::*;
use crate::store::conformance::suite;
use std::path::PathBuf;
use tempfile::TempDir;

fn fresh() -> (Arc<dyn Store>, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Arc::new(SqliteStore::open(&dir.path().join("store.db")).unwrap()), dir)
}

suite!(fresh);

fn file() -> (PathBuf, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (dir.path().join("store.db"), dir)
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn rejection(reason: &str) -> Rejection {
    Rejection { at: now(), source: None, status: 401, reason: reason.into(), headers: Vec::new() }
}

async fn reasons(store: &SqliteStore) -> Vec<String> {
    store.rejections(1000).await.unwrap().into_iter().map(|r| r.reason).collect()
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    store.reject(rejection("kept")).await.unwrap();
    drop(store);
    assert_eq!(reasons(&SqliteStore::open(&path).unwrap()).await, ["kept"]);
}

/// A copy of the files while the store is open is what a kill would leave behind.
#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let (path, dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    let delivery = crate::store::conformance::delivery_to("ci");
    let (id, dispatch) = (delivery.id, delivery.processed.dispatches[0].id);
    store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap();
    let claim = crate::store::conformance::claim_everything();
    assert_eq!(store.claim(claim.clone()).await.unwrap().claimed.len(), 1);
    let copy = dir.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        std::fs::copy(of(&path), of(&copy)).unwrap();
    }
    let restarted = SqliteStore::open(&copy).unwrap();
    assert!(restarted.delivery(id).await.unwrap().is_some());
    // The lease of the killed process keeps nobody waiting.
    let claims = restarted.claim(claim).await.unwrap().claimed;
    assert_eq!(claims.iter().map(|c| c.dispatch.id).collect::<Vec<_>>(), [dispatch]);
}

#[tokio::test]
async fn a_failing_item_spoils_no_other_of_its_group() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    // Something slow in front, so that the rest becomes one group.
    let slow = store.writer.run(|_| {
        std::thread::yield_now();
        Ok(())
    });
    let first = store.reject(rejection("first"));
    let broken = store.writer.run(|conn| {
        conn.execute("INSERT INTO rejection (at, status, reason) VALUES (1, 1, 'half')", [])?;
        conn.execute("INSERT INTO nowhere VALUES (1)", [])?;
        Ok(())
    });
    let last = store.reject(rejection("last"));
    let (slow, first, broken, last) = tokio::join!(slow, first, broken, last);
    assert!(slow.is_ok() && first.is_ok() && last.is_ok());
    assert!(matches!(broken, Err(StoreError::Failed(_))), "{broken:?}");
    assert_eq!(reasons(&store).await, ["last", "first"]);
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_no_ack() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    store.reject(rejection("before")).await.unwrap();
    let limit = |pages: i64| {
        store.writer.run(move |conn| {
            // A limit of pages is to SQLite what a full disk is.
            conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(())
        })
    };
    limit(1).await.unwrap();
    let long = "x".repeat(1 << 20);
    let big = store.reject(rejection(&long));
    let small = store.reject(rejection("beside"));
    let (big, small) = tokio::join!(big, small);
    assert!(matches!(big, Err(StoreError::Full(_))), "{big:?}");
    // Whoever shared the transaction is told the truth about it, one way or the other.
    limit(1 << 30).await.unwrap();
    let mut expected = vec!["before"];
    if small.is_ok() {
        expected.insert(0, "beside");
    }
    assert_eq!(reasons(&store).await, expected);
    store.reject(rejection("after")).await.unwrap();
    assert_eq!(reasons(&store).await[0], "after");
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let (path, _dir) = file();
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let tasks = (0..500).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.reject(rejection(&n.to_string())).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert_eq!(reasons(&store).await.len(), 500);
}

#[test]
fn a_store_in_use_is_refused() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    let second = SqliteStore::open(&path).err().unwrap();
    assert!(matches!(second, StoreError::Locked { .. }), "{second}");
    drop(store);
    SqliteStore::open(&path).unwrap();
}

#[test]
fn what_cannot_be_opened_says_why() {
    let (path, dir) = file();
    let error = |path: &Path| SqliteStore::open(path).err().unwrap().to_string();
    let missing = error(&dir.path().join("no/such/folder.db"));
    assert!(missing.contains("check that its folder exists"), "{missing}");
    std::fs::write(&path, "this is a text and no database".repeat(100)).unwrap();
    assert!(error(&path).contains("is damaged"), "{}", error(&path));
    std::fs::remove_file(&path).unwrap();
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert!(error(&path).contains("schema version 99"), "{}", error(&path));
}

#[test]
fn a_damaged_file_is_refused() {
    let (path, _dir) = file();
    drop(SqliteStore::open(&path).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    let from = bytes.len() / 2;
    bytes[from..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let error = SqliteStore::open(&path).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn the_log_is_moved_into_the_file_at_the_end() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    store.reject(rejection("kept")).await.unwrap();
    assert_eq!(reasons(&store).await.len(), 1);
    drop(store);
    let log = PathBuf::from(format!("{}-wal", path.display()));
    assert!(!log.exists(), "a stopped store is one file");
}

/// However much of the log's end a power cut takes, what is left is a beginning of what was written.
#[tokio::test]
async fn a_torn_log_loses_the_end_and_nothing_else() {
    let (path, dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    for n in 0..12 {
        store.reject(rejection(&n.to_string())).await.unwrap();
    }
    let log = std::fs::read(format!("{}-wal", path.display())).unwrap();
    let file = std::fs::read(&path).unwrap();
    let mut most = 0;
    for part in 0..=16 {
        let torn = dir.path().join(format!("torn-{part}.db"));
        // Odd lengths, so that frames are torn in the middle.
        let end = log.len() - (log.len() / 40) * part - part.min(1) * 13;
        std::fs::write(&torn, &file).unwrap();
        std::fs::write(format!("{}-wal", torn.display()), &log[..end]).unwrap();
        let mut left = reasons(&SqliteStore::open(&torn).unwrap()).await;
        left.reverse();
        let expected: Vec<_> = (0..left.len()).map(|n| n.to_string()).collect();
        assert_eq!(left, expected);
        most = most.max(left.len());
    }
    assert_eq!(most, 12, "a whole log loses nothing");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_holds_nobody_up() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    for id in ["one", "two"] {
        let mut delivery = crate::store::conformance::delivery_to("ci");
        delivery.forge_delivery_id = Some(id.into());
        store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap();
    }
    let spoil = "UPDATE delivery_body SET headers = '?' WHERE rowid = 1";
    store.writer.run(move |conn| Ok(conn.execute(spoil, [])?)).await.unwrap();
    let claims = store.claim(crate::store::conformance::claim_everything()).await.unwrap();
    assert_eq!(claims.claimed.len(), 1);
}

#[tokio::test]
async fn what_is_pruned_is_given_back_to_the_system() {
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    for n in 0..20 {
        let mut delivery = crate::store::conformance::delivery_to("ci");
        delivery.forge_delivery_id = Some(n.to_string());
        delivery.processed.dispatches.clear();
        delivery.body.bytes = vec![b'x'; 64 * 1024].into();
        store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap();
    }
    let pages =
        || store.readers.run(|conn| Ok(conn.query_row("PRAGMA page_count", [], |row| row.get(0))?));
    let before: i64 = pages().await.unwrap();
    let rule = Retention {
        age: Some(std::time::Duration::ZERO),
        size: None,
        batch: 100,
        ..Retention::default()
    };
    let later = now() + std::time::Duration::from_secs(60);
    assert_eq!(store.prune(rule, later).await.unwrap().deliveries, 20);
    let after: i64 = pages().await.unwrap();
    assert!(after < before / 4, "{before} pages, then {after}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (path, _dir) = file();
    let store = SqliteStore::open(&path).unwrap();
    store.reject(rejection("kept")).await.unwrap();
    for suffix in ["", "-wal"] {
        let file = PathBuf::from(format!("{}{suffix}", path.display()));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{suffix}");
    }
}
